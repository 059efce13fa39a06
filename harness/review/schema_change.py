"""One difference between two schemas, and the place in which two are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from harness.contract.dialect import Side
from harness.review.merged_keywords import Source


class Effect(IntEnum):
    """What it does to the whole schema when a part of it admits more: the same, the opposite (`not`), or either."""

    SAME = 1
    OPPOSITE = -1
    EITHER = 0


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One difference inside a schema. `component` is the name of the one it stands in (empty: the operation itself).

    `wider` admits values that were refused, `narrower` refuses values that were admitted; a change may be both. Where
    a keyword is not `understood`, neither can be said.
    """

    component: str
    pointer: str
    action: str
    message: str
    wider: bool = False
    narrower: bool = False
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Position:
    """Where two schemas are compared: component and pointer as in a `SchemaChange`, `inside` which keyword.

    `excuses` are "wider" and "narrower" where another alternative makes up for it.
    """

    component: str = ""
    pointer: str = ""
    inside: str = ""
    effect: Effect = Effect.SAME
    excuses: frozenset[str] = frozenset()

    def below(self, name: str) -> Position:
        """The place of a property, or of the items of a list."""
        return replace(self, pointer=f"{self.pointer}/{name}")

    def within(self, keyword: str, effect: Effect = Effect.SAME) -> Position:
        """The place of a schema that a keyword holds."""
        return replace(self, inside=f"{self.inside}{keyword}: ", effect=Effect(self.effect * effect))

    def either(self) -> Position:
        """The same place, where nobody can say whether more of it admits more."""
        return replace(self, effect=Effect.EITHER)

    def excused(self, *excuses: str) -> Position:
        """The same place, where being wider or narrower does not matter."""
        return replace(self, excuses=self.excuses | set(excuses)) if excuses else self

    def change(self, action: str, message: str, *, wider: bool = False, narrower: bool = False) -> SchemaChange:
        """A change in this place; `wider` and `narrower` as seen there."""
        if self.effect is not Effect.SAME and not wider and not narrower:
            # What is harmless in a schema need not be in its opposite.
            wider = narrower = True
        if self.effect is Effect.EITHER:
            wider = narrower = wider or narrower
        if self.effect is Effect.OPPOSITE:
            wider, narrower = narrower, wider
        wider, narrower = wider and "wider" not in self.excuses, narrower and "narrower" not in self.excuses
        return SchemaChange(self.component, self.pointer, action, self.inside + message, wider, narrower)

    def not_understood(self, message: str) -> SchemaChange:
        """A change of which nobody can say what it does."""
        return SchemaChange(self.component, self.pointer, "changed", self.inside + message, understood=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two schemas to compare. `reported` is what was reported of their types already: "types", "null" or nothing."""

    left: Source
    right: Source
    where: Position
    reported: str = ""


def breaks_client(change: SchemaChange, side: Side) -> bool:
    """A client fails when it must send something new, or gets what it cannot read."""
    return change.narrower if side is Side.REQUEST else change.wider


def breaks_suites(change: SchemaChange) -> bool:
    """A check turns red when more is promised of an answer, a case when more is required of a request."""
    return change.narrower
