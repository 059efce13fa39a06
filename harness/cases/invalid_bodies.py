"""Whether a generated invalid body is still invalid in the media type in which it is sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case as GeneratedCase

_PART = re.compile(rb'\r\ncontent-disposition: *form-data; *name="([^"]*)"', re.IGNORECASE)


def is_still_invalid(generated: GeneratedCase[Any], body: bytes) -> bool:
    """Whether the case is as invalid on the wire as the generator made it; `body` is what is sent.

    JSON can express every value, a form only names and texts: a text, a number or a list in place of the whole form is
    sent as an empty one, and a number in place of a text as that text. Only a missing name is certainly still missing
    there. Of any other media type nothing can be read back, so such a case never counts as invalid.
    """
    if not _only_the_body_is_invalid(generated):
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


def _only_the_body_is_invalid(generated: GeneratedCase[Any]) -> bool:
    components = generated.meta.components if generated.meta else {}
    invalid = {location for location, component in components.items() if component.mode is GenerationMode.NEGATIVE}
    return invalid == {ParameterLocation.BODY}


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
