"""Whether what is wrong with a generated body is still wrong once the body stands in its media type."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case as GeneratedCase

_PART = re.compile(rb'\r\ncontent-disposition: *form-data; *name="([^"]*)"', re.IGNORECASE)


def carried(generated: GeneratedCase[Any], body: bytes) -> bool:
    """Whether the case is as invalid on the wire as the generator made it; `body` is what it puts there.

    JSON carries every value. A form carries names and texts alone: a text, a number or a list in place of the whole
    form leaves as an empty one, and a number in place of a text is that text. A missing name is all that certainly
    survives there. Of any other media type nothing can be read back, so nothing is claimed of it.
    """
    if not _only_the_body_is_wrong(generated):
        return True
    media = (generated.media_type or "").lower()
    if "json" in media or isinstance(generated.body, NotSet):
        return True
    if media.startswith("multipart/"):
        return _lacks(generated, {name.decode(errors="replace") for name in _PART.findall(b"\r\n" + body)})
    if media == "application/x-www-form-urlencoded":
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        return _lacks(generated, {name.partition("[")[0] for name, _ in pairs})
    return False


def _only_the_body_is_wrong(generated: GeneratedCase[Any]) -> bool:
    components = generated.meta.components if generated.meta else {}
    wrong = {location for location, component in components.items() if component.mode is GenerationMode.NEGATIVE}
    return wrong == {ParameterLocation.BODY}


def _lacks(generated: GeneratedCase[Any], names: set[str]) -> bool:
    """Whether a name that the form requires is not among `names`."""
    required: set[str] = set()
    for body in generated.operation.body:
        if body.media_type == generated.media_type:
            required |= _required(body.resolved_schema)
    return not required <= names


def _required(schema: Any) -> set[str]:
    if not isinstance(schema, dict):
        return set()
    parts = schema.get("allOf", ())
    return {*schema.get("required", ()), *(name for part in parts for name in _required(part))}
