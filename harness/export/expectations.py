"""Expectations: what a stand-alone test holds an answer to, as values, with what the document says in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answers:
    """An answer of any kind comes."""


@dataclass(frozen=True, slots=True)
class HasStatus:
    """The answer has one of the codes; `5XX`-like ranges and `default` as documents write them."""

    codes: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class IsNoServerError:
    """The server did not fail."""


@dataclass(frozen=True, slots=True)
class IsRefused:
    """The answer is no success, since `why`."""

    why: str


@dataclass(frozen=True, slots=True)
class HasMediaType:
    """The body is of one of the media types; none means that there is no body."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HasHeader:
    """One of the headers is there."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueRule:
    """What the document says of one value: a keyword of JSON Schema and what stands behind it (`type`, `("string",)`).

    Two keywords are ours: `required` and `absent` are about whether the value is there.
    """

    keyword: str
    limit: Any = None


@dataclass(frozen=True, slots=True)
class HeaderFits:
    """A header, where it is there, holds what its schema says; its text is read as the rule's type."""

    name: str
    rule: ValueRule


@dataclass(frozen=True, slots=True)
class IsJson:
    """The body can be read as JSON."""


@dataclass(frozen=True, slots=True)
class PlaceFits:
    """Every value at a place of the body keeps a rule. In `parts` a `*` stands for each item of a list."""

    parts: tuple[str, ...]
    rule: ValueRule


@dataclass(frozen=True, slots=True)
class HoldsAnyOf:
    """The body holds one of the properties that the document describes."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsDiffer:
    """The list at a place holds no row twice."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountsRows:
    """The list at a place has as many rows as the body counts."""

    parts: tuple[str, ...]
    count: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HidesCredentials:
    """The body holds no credential of the request."""


@dataclass(frozen=True, slots=True)
class ShowsRecord:
    """The answer shows the record whose id is in a variable."""

    variable: str


@dataclass(frozen=True, slots=True)
class ShowsNothing:
    """The answer shows no record, or says by `trash_flag` (where the vendor has one) that it lies in the trash."""

    why: str
    trash_flag: str = ""


@dataclass(frozen=True, slots=True)
class KeepsChange:
    """The value at a place is the one that was sent, a template."""

    parts: tuple[str, ...]
    sent: Any


@dataclass(frozen=True, slots=True)
class ListsRecord:
    """One of the lists in the variables `pages` has a row with the id in `variable`."""

    pages: tuple[str, ...]
    variable: str


@dataclass(frozen=True, slots=True)
class PagesDiffer:
    """No row is twice on the large page in `whole`, or on the small ones in the variables `pages` together."""

    whole: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PagesCover:
    """The first `most` rows of the list in `whole` are on the pages in the variables `pages`."""

    whole: str
    pages: tuple[str, ...]
    most: int


Expectation = (
    Answers | HasStatus | IsNoServerError | IsRefused | HasMediaType | HasHeader | HeaderFits | IsJson | PlaceFits
    | HoldsAnyOf | RowsDiffer | CountsRows | HidesCredentials | ShowsRecord | ShowsNothing | KeepsChange
    | ListsRecord | PagesDiffer | PagesCover
)  # fmt: skip
"""What can be expected of the last answer, or of the pages before it."""
