"""One schema of a document as a validator: what violates it, which properties it describes, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from harness.contract.properties import KnownProperties
from harness.contract.text_values import Shape
from harness.contract.violation import Violation, violations
from harness.errors import DocumentError
from harness.formats.pointer import Parts, pointer_of, reference_of


class Schema:
    """One schema of one document, for one side: a validator, and the properties that it describes.

    `problem` says why no validator can be made of it: then nothing violates it, and nothing is proved.
    """

    def __init__(self, tree: dict[str, Any], registry: Registry, uri: str, at: Parts) -> None:
        self.at = at
        self.problem: DocumentError | None = None
        self._validator: Draft202012Validator | None = None
        try:
            self._validator = Draft202012Validator(
                {"$ref": f"{uri}{reference_of(at)}"}, registry=registry, validate_formats=True
            )
        except (ValidationError, ValueError, DocumentError) as error:
            self.problem = uncompiled(error, f"{uri}#{pointer_of(at)}")
        self.properties = KnownProperties(tree, [{"$ref": reference_of(at)}])
        self._tree = tree

    @cached_property
    def takes_any_text(self) -> bool:
        """Whether it is of texts, and holds them to nothing."""
        return Shape(self._tree, [{"$ref": reference_of(self.at)}]).is_plain_text

    def violations(self, value: Any) -> Iterator[Violation]:
        """Every violation of a decoded JSON value."""
        if self._validator is None:
            return
        try:
            if not self._validator.is_valid(value):
                yield from violations(self._validator.iter_errors(value))
        except UnicodeEncodeError:
            yield Violation("", "Unicode text", "a text holds half a surrogate pair, which is no character")


def uncompiled(error: Exception, where: str) -> DocumentError:
    """What to say of a schema that no validator accepts."""
    return DocumentError(
        f"a schema cannot be compiled: {str(error).splitlines()[0]}",
        where=where,
        remedy="Correct it with an overlay, or see what `deskcheck specs lint` says.",
    )
