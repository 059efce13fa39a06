"""The alternatives of two schemas: which became which, which came and went, and what makes up for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations, zip_longest

from harness.openapi import walk
from harness.review.keywords import Found
from harness.review.merged_keywords import Source, is_same
from harness.review.normal_form import Choice, SchemaForm, SchemaForms, either
from harness.review.schema_change import Pair, Position, SchemaChange

# How much of their properties two components of different names have in common if one became the other.
_RENAMED = 0.5
Differences = Callable[[Source, Source, str], tuple[SchemaChange, ...]]
"""All that differs between two schemas, one of each document; the text is what is reported already, as in a `Pair`."""


class Alternatives:
    """Compares the alternatives of forms of two trees."""

    def __init__(self, old: SchemaForms, new: SchemaForms, differences: Differences) -> None:
        self.old, self.new, self.differences = old, new, differences

    def compare(self, left: SchemaForm, right: SchemaForm, where: Position) -> Found:
        """Of two forms that both have some, or neither."""
        for before, now in zip_longest(left.choices, right.choices):
            if now is None:
                yield where.change("removed", "alternatives removed", wider=True)
            elif before is None:
                yield where.change("added", "alternatives added", narrower=True)
            else:
                yield from self._choice(before, now, where)

    def one_to_many(self, left: SchemaForm, right: SchemaForm, where: Position) -> Found:
        """Of two forms one of which has none: it is held against the alternatives of its own type."""
        split = bool(right.choices)
        many = right if split else left
        forms = self.new if split else self.old
        for _ in many.choices[1:]:
            yield where.change("added" if split else "removed", "further alternatives", wider=not split, narrower=split)
        options = [option + many.base for option in many.choices[0].options]
        one = left if split else right
        alike = [option for option in options if _overlap(forms.of(option).kinds, one.kinds)]
        for group in _by_type(forms, alike):
            part = _of_type(one, either(forms.of(option).kinds for option in group))
            pairs = [(part, option) if split else (option, part) for option in group]
            yield from self._split(pairs, where, many.choices[0].word, split=split)

    def _split(self, pairs: list[tuple[Source, Source]], where: Position, word: str, *, split: bool) -> Found:
        """One schema against each of several: the closest one is what became of it."""
        found = [self.differences(*pair, "null") for pair in pairs]
        costs = [sum(change.wider + change.narrower for change in changes) for changes in found]
        closest = min(range(len(pairs)), key=lambda at: (-self._shared(*pairs[at]), costs[at]))
        flag = "narrower" if split else "wider"
        is_covered = any(not _has(changes, flag) for changes in found)
        yield Pair(*pairs[closest], where.excused(*[flag] if is_covered else []), "types")
        differences = self.differences(*pairs[closest], "types")
        # A further alternative matters by the values that the one schema of the other document has not.
        more = "wider" if split else "narrower"
        others = [pair for at, pair in enumerate(pairs) if at != closest and _has(found[at], more)]
        for pair in others:
            action, option = ("added", pair[1]) if split else ("removed", pair[0])
            yield where.change(action, f"alternative {_name(option)} {action}", wider=split, narrower=not split)
        # What fits two of `oneOf` fits none.
        is_unclear = word == "oneOf" and len(pairs) > 1 and not differences and not others
        if is_unclear or not (is_covered or _has(differences, flag)):
            text = "one schema to alternatives" if split else "alternatives to one schema"
            yield where.change("changed", text, wider=not split, narrower=split)

    def _choice(self, before: Choice, now: Choice, where: Position) -> Found:
        """Alternatives in both: those that are the same are told apart first, then those that are alike."""
        left, right = list(before.options), list(now.options)
        pairs = self._matched(left, right)
        for at, to in pairs:
            yield self._pair(left, right, at, to, where)
        for at in sorted(set(range(len(left))) - {at for at, _ in pairs}):
            yield self._removed(left[at], right, where)
        for to in sorted(set(range(len(right))) - {to for _, to in pairs}):
            yield self._added(right[to], left, where)
        if before.word != now.word and not self._exclude_each_other(before, now):
            stricter = now.word == "oneOf"
            yield where.change("changed", f"{before.word} to {now.word}", wider=not stricter, narrower=stricter)

    def _exclude_each_other(self, before: Choice, now: Choice) -> bool:
        """Whether `oneOf` says no more than `anyOf`, since no value fits two of its alternatives."""
        forms, choice = (self.old, before) if before.word == "oneOf" else (self.new, now)
        return _are_disjoint(forms, choice.options)

    def _pair(self, left: list[Source], right: list[Source], at: int, to: int, where: Position) -> Pair:
        """An alternative and what became of it; what it refuses now does not matter where another one takes it."""
        excuses = []
        found = () if is_same(left[at], right[to]) else self.differences(left[at], right[to], "null")
        if any(change.narrower for change in found) and self._is_taken(left[at], right[:to] + right[to + 1 :]):
            excuses.append("narrower")
        if any(change.wider for change in found) and self._was_there(right[to], left[:at] + left[at + 1 :]):
            excuses.append("wider")
        return Pair(left[at], right[to], where.excused(*excuses), "null")

    def _removed(self, option: Source, others: Sequence[Source], where: Position) -> SchemaChange:
        text = f"alternative {_name(option)} removed"
        if self._is_taken(option, others):
            return where.change("removed", f"{text}: another takes its values")
        return where.change("removed", text, narrower=True)

    def _added(self, option: Source, others: Sequence[Source], where: Position) -> SchemaChange:
        text = f"alternative {_name(option)} added"
        if self._was_there(option, others):
            return where.change("added", f"{text}: another took its values")
        return where.change("added", text, wider=True)

    def _is_taken(self, option: Source, others: Sequence[Source]) -> bool:
        """Whether one of the new alternatives takes all that an old one took, and names all that it named."""
        kinds = self.old.of(option).kinds
        alike = [other for other in others if _overlap(kinds, self.new.of(other).kinds)]
        return any(not _has(self.differences(option, other, "null"), "narrower", "removed") for other in alike)

    def _was_there(self, option: Source, others: Sequence[Source]) -> bool:
        """Whether one of the old alternatives took all that a new one takes, and named all that it names."""
        kinds = self.new.of(option).kinds
        alike = [other for other in others if _overlap(kinds, self.old.of(other).kinds)]
        return any(not _has(self.differences(other, option, "null"), "wider", "added") for other in alike)

    def _matched(self, left: list[Source], right: list[Source]) -> list[tuple[int, int]]:
        """Which alternative became which, by place: the same ones, those without a difference, those most alike."""
        pairs: list[tuple[int, int]] = []
        open_left, open_right = list(range(len(left))), list(range(len(right)))
        rules: tuple[Callable[[Source, Source], bool], ...] = (
            self._are_one,
            lambda old, new: self._have_one_type(old, new) and not self.differences(old, new, "null"),
        )
        for rule in rules:
            for at in list(open_left):
                to = next((to for to in open_right if rule(left[at], right[to])), None)
                if to is not None:
                    pairs.append((at, to))
                    open_left.remove(at)
                    open_right.remove(to)
        scores = [(self._likeness(left[at], right[to]), at, to) for at in open_left for to in open_right]
        for score, at, to in sorted(scores, key=lambda row: (-row[0], abs(row[1] - row[2]), row[1])):
            if score and at in open_left and to in open_right:
                pairs.append((at, to))
                open_left.remove(at)
                open_right.remove(to)
        return sorted(pairs)

    def _are_one(self, left: Source, right: Source) -> bool:
        """Whether two alternatives are one component, or read the same."""
        old, new = self.old.of(left), self.new.of(right)
        if old.reference or new.reference:
            return old.reference == new.reference
        return is_same(left, right)

    def _have_one_type(self, left: Source, right: Source) -> bool:
        return self.old.of(left).kinds == self.new.of(right).kinds

    def _likeness(self, left: Source, right: Source) -> float:
        """How much two alternatives have in common; those of different types, or of no name in common, nothing."""
        old, new = self.old.of(left), self.new.of(right)
        if not _overlap(old.kinds, new.kinds):
            return 0.0
        shared = self._shared(left, right)
        if old.reference and new.reference and shared < _RENAMED:
            # A component that is there no more did not become one of another name and other properties.
            return 0.0
        return 1 + shared

    def _shared(self, left: Source, right: Source) -> float:
        """How many of their properties two schemas share."""
        before, now = (set(form.keywords.get("properties", ())) for form in (self.old.of(left), self.new.of(right)))
        return len(before & now) / len(before | now) if before or now else 0.0


def _has(changes: tuple[SchemaChange, ...], flag: str, action: str = "") -> bool:
    """Whether one of the changes is wider or narrower, or may be so for all we know, or something came or went."""
    return any(getattr(change, flag) or not change.understood or change.action == action for change in changes)


def _by_type(forms: SchemaForms, options: list[Source]) -> list[list[Source]]:
    """Alternatives in groups, so that no value has a type of two of them."""
    groups: list[list[Source]] = []
    for option in options:
        kinds = forms.of(option).kinds
        near = [group for group in groups if any(_overlap(kinds, forms.of(other).kinds) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), option])
    return groups


def _of_type(form: SchemaForm, kinds: frozenset[str] | None) -> Source:
    """The values of a schema that have one of the types."""
    if kinds is None or form.kinds == kinds:
        return form.source
    return (*form.source, _typed(kinds))


@cache
def _typed(kinds: frozenset[str]) -> dict[str, list[str]]:
    """A schema of types; always the same one for the same."""
    return {"type": sorted(kinds)}


def _overlap(kinds: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Whether a value may have a type of both."""
    if kinds is None or others is None:
        return True
    numbers = {"integer", "number"}
    return bool(kinds & others) or bool(kinds & numbers and others & numbers)


def _are_disjoint(forms: SchemaForms, options: Sequence[Source]) -> bool:
    """Whether no value can fit two of them, as far as types tell."""
    kinds = [forms.of(option).kinds for option in options]
    return not any(_overlap(one, other) for one, other in combinations(kinds, 2))


def _name(option: Source) -> str:
    """The component that an alternative is, else its type."""
    schema = option[0] if option else {}
    if not isinstance(schema, dict):
        return str(schema)
    named = schema.get("$ref") or schema.get("title") or "/".join(map(str, walk.type_names(schema))) or "schema"
    return str(named).removeprefix("#/components/schemas/")
