"""Traits: an operation's names taken apart into actions and things, which is what risk rules are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from harness.formats.singular import singular
from harness.openapi.catalog import Field, Operation, path_words
from harness.risk import words

READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_ENDS = frozenset({"user", "users", "customer", "customers", "date", "time", "point", "points"})
_NAMED_AS_IS = frozenset({"down"})
# What a method means where no operationId says it.
_DEFAULT_VERBS = {"POST": "create", "PUT": "update", "PATCH": "update"}


@dataclass(frozen=True)
class Traits:
    """An operation word by word. All words are in lower case."""

    operation: Operation

    @property
    def reads(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.operation.method in READS

    @cached_property
    def segments(self) -> tuple[tuple[str, ...], ...]:
        """The fixed path segments after the version, each as words."""
        return tuple(words.split(part) for part in path_words(self.operation.path))

    @cached_property
    def tail(self) -> tuple[str, ...]:
        """The words of the last segment where it is fixed and not the only one: there an action stands."""
        if self.operation.path.rstrip("/").endswith("}") or not self.segments:
            return ()
        return self.segments[-1] if len(self.segments) > 1 or "{" in self.operation.path else ()

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The operationId's words, without an `api`-like prefix; empty for an id that only repeats the path."""
        name = words.split(self.operation.operation_id)
        repeated = words.split(f"{self.operation.method.lower()}_{self.operation.path}")
        return () if name == repeated else name

    @property
    def lead(self) -> str:
        """The first word of the operationId: by habit its verb. `bulk` and the like stand in front of it."""
        return next((word for word in self.name if word not in words.MANY), "")

    @cached_property
    def acts(self) -> frozenset[str]:
        """Every word that may be a verb: those of the id, and the first of each fixed segment."""
        verbs = set(self._verbs_of(self.name))
        for segment in self.segments:
            verbs.update(self._verbs_of(segment)[:1])
        if not self.name:
            verbs.add(_DEFAULT_VERBS.get(self.operation.method, ""))
        return frozenset(verbs)

    @cached_property
    def heads(self) -> frozenset[str]:
        """The last word of each fixed segment: what `audit_log_export` and `ticket_merge` are about."""
        return frozenset(segment[-1] for segment in self.segments if segment)

    @staticmethod
    def _verbs_of(name: tuple[str, ...]) -> list[str]:
        """The words of an id but those that only look like a verb there: `end` users, `drop` down."""
        pairs = zip(name, (*name[1:], ""), strict=False)
        return [
            word for word, following in pairs
            if not (word == "end" and following in _NOT_ENDS) and following not in _NAMED_AS_IS
        ]  # fmt: skip

    def phrase(self, phrases: re.Pattern[str]) -> str:
        """The first of some phrases (see `words.phrases`) that stands in the id or in a fixed segment."""
        match = phrases.search(self._text)
        return match[1] if match else ""

    @cached_property
    def _text(self) -> str:
        """Id and segments as one text, with bars between so that no phrase reaches over."""
        return " " + " | ".join(" ".join(part) for part in (self.name, *self.segments)) + " "

    @cached_property
    def thing(self) -> tuple[str, str]:
        """The last thing that the path names and its kind: `record`, `config`, or empty where no word is known."""
        things = [thing for segment in reversed(self.segments) if (thing := self._thing_of(segment))]
        if not things:
            return "", ""
        (noun, kind), *owners = things
        if noun in words.APPEARANCE and owners and owners[0][1] != "unknown":
            # Whether it changes a record or the org depends on what it is a picture of.
            return noun, owners[0][1]
        return noun, kind

    def _thing_of(self, segment: tuple[str, ...]) -> tuple[str, str] | None:
        """The head (last word that means something) of a segment, with its kind; None where it is only a verb."""
        for at, word in reversed(list(enumerate(segment))):
            noun = singular(word)
            related = self._thing_of(segment[:at]) if noun in words.RELATIONS and at else None
            if related:
                return noun, related[1]
            if kind := words.kind(self.operation.vendor, noun, word):
                return noun, kind
            if word not in words.VERBS and words.NEUTRAL.isdisjoint((word, noun)):
                return None if segment[0] in words.VERBS else (noun, "unknown")
        return None

    @cached_property
    def path_words(self) -> frozenset[str]:
        """All words of the path as they stand."""
        return frozenset(word for segment in self.segments for word in segment)

    @cached_property
    def nouns(self) -> frozenset[str]:
        """All words of the path in the singular."""
        return frozenset(map(singular, self.path_words))

    @property
    def parents(self) -> bool:
        """Whether the path names a record by parameter."""
        return "{" in self.operation.path

    def field_words(self, field: Field) -> tuple[str, ...]:
        """The words of a body field's own name."""
        return words.split(field.pointer.rsplit("/", 1)[-1])

    @cached_property
    def operations_of_scopes(self) -> frozenset[str]:
        """The last parts of the OAuth scopes: READ, CREATE, UPDATE, DELETE, ALL."""
        return frozenset(scope.rsplit(".", 1)[-1].upper() for scope in self.operation.scopes)

    @cached_property
    def modules_of_scopes(self) -> frozenset[str]:
        """The module parts of the OAuth scopes: `Desk.activities.calls.READ` -> calls."""
        return frozenset(scope.split(".")[-2].lower() for scope in self.operation.scopes if scope.count(".") >= 1)
