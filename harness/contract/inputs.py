"""A declared parameter or header: where it stands, how its value travels, and what is wrong with one that was sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from harness.contract import parameter_styles
from harness.contract.compiled_schema import Schema
from harness.contract.parameter_styles import STYLES, Sent, Style
from harness.contract.text_values import Known, Shape, Text, readings
from harness.contract.violation import Violation
from harness.formats.json_text import NOT_JSON, json_or
from harness.formats.media_types import is_json

_NO_JSON = Violation("", "JSON", "a text that is not JSON")


@dataclass(frozen=True, slots=True)
class Input:
    """One declared parameter of a request, or header of an answer.

    `media_type` is that of a value that `content` describes, else empty. `taken` are the names of the other parameters
    of its place. `may_be_empty` says that a name without a value is allowed.
    """

    name: str
    place: str
    required: bool
    style: Style
    shape: Shape
    schema: Schema | None
    media_type: str = ""
    taken: frozenset[str] = frozenset()
    may_be_empty: bool = False

    @property
    def problem(self) -> str:
        """Why a value of it cannot be judged, or nothing."""
        if self.schema is None:
            return ""
        if self.schema.problem is not None:
            return "a schema cannot be compiled"
        if self.media_type and not is_json(self.media_type) and self.media_type != "text/plain":
            return f"a parameter of type {self.media_type}"
        if self.style.name not in STYLES.get(self.place, ()):
            return f"a parameter of style {self.style.name}"
        return ""

    def may_come_as(self, sent: Sent) -> bool:
        """Whether any of these names can be a part of it: an exploded object has its properties' names alone."""
        if "object" not in self.shape.kinds or self.style != Style("form", True) or self.media_type:
            return False
        free = sent.keys() - self.taken
        return not free.isdisjoint(self.shape.names) if self.shape.names else bool(free)

    def from_text(self, text: str) -> list[Text]:
        """What the whole text of a path's parameter or header can mean."""
        if self.media_type:
            return [self._content(text)]
        return list(parameter_styles.of_text(self.style, self.name, self.shape, text))

    def from_names(self, sent: Sent) -> list[Text] | None:
        """What a query, or all cookies, give for it; None where it was not sent, or not in its style."""
        if self.media_type:
            return [self._content(unquote_plus(text)) for text in sent.get(self.name, ())[-1:]] or None
        meanings = list(parameter_styles.of_names(self.style, self.name, self.shape, sent, self.taken))
        return meanings if meanings or self._is_delimited_in(sent) else None

    def _is_delimited_in(self, sent: Sent) -> bool:
        return self.name in sent and not self.style.explode and self.style.name != "deepObject"

    def is_in_another_style(self, sent: Sent) -> bool:
        """Whether its name came with a value of its own, where an object of its style has none."""
        return self.name in sent and not self.media_type and self.from_names(sent) is None

    def _content(self, text: str) -> Text:
        if not is_json(self.media_type):
            return text
        return Known(json_or(text, NOT_JSON))

    def violations(self, meanings: Sequence[Text]) -> list[Violation]:
        """What is wrong with the last of the meanings; nothing where one of them fits, or none can be judged."""
        if self.schema is None or self.problem:
            return []
        if not meanings:
            return [Violation("", f"the style {self.style.name}", "a text that is not in its style")]
        wrong: list[Violation] = []
        for value in self._values(meanings):
            wrong = [_NO_JSON] if value is NOT_JSON else list(self.schema.violations(value))
            if not wrong:
                return []
        return wrong

    def _values(self, meanings: Sequence[Text]) -> Iterator[Any]:
        for meaning in meanings:
            yield from readings(meaning, self.shape)
