"""The properties of two object schemas compared: those that are named, those of a pattern, and all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.review.keywords import Found, Same, listed
from harness.review.merged_keywords import Source
from harness.review.normal_form import SchemaForm
from harness.review.schema_change import Pair, Position, SchemaChange

_NEVER: Source = (False,)


@dataclass(frozen=True, slots=True)
class _Properties:
    """The properties of one form that this side may send.

    `refused` are those that no value fits, `foreign` those that the other side alone may send, `further` is the schema
    of all that have no name.
    """

    own: dict[str, Source]
    refused: frozenset[str]
    foreign: frozenset[str]
    required: frozenset[str]
    further: Source
    is_closed: bool

    def of(self, name: str) -> Source:
        """The schema of a property that is not among its own."""
        return _NEVER if self.is_closed or name in self.refused else self.further


def compare(left: SchemaForm, right: SchemaForm, where: Position, foreign: str, same: Same) -> Found:
    """What an object may hold; `foreign` is the flag of properties that only the other side sends."""
    old, new = _properties(left, foreign), _properties(right, foreign)
    for name in {**old.own, **new.own}:
        yield from _property(name, old, new, where.below(name))
    yield from _nameless(old, new, where)
    yield from _patterns(left, right, old, new, where)
    yield from _further(old, new, where)
    word = "unevaluatedProperties"
    yield from listed(word, left.keywords.get(word, ()), right.keywords.get(word, ()), where, same)


def _properties(form: SchemaForm, foreign: str) -> _Properties:
    own, refused, theirs = {}, set(), set()
    for name, source in form.keywords.get("properties", {}).items():
        child = form.forms.of(source)
        if child.has(foreign):
            theirs.add(name)
        elif not child.reference and child.is_never:
            refused.add(name)
        else:
            own[name] = source
    further = form.keywords.get("additionalProperties", ())
    closed = any(form.forms.of(rest).is_never for rest in (further, *form.keywords.get("unevaluatedProperties", ())))
    required = frozenset(form.keywords.get("required", ())) - theirs
    return _Properties(own, frozenset(refused), frozenset(theirs), required, further, closed)


def _property(name: str, old: _Properties, new: _Properties, here: Position) -> Found:
    """A property that one of the two has."""
    needed = name in new.required - old.required
    if name not in new.own:
        rest = new.of(name)
        yield here.change("removed", f"property {name} removed", wider=True, narrower=rest == _NEVER)
        if rest and rest != _NEVER:
            yield Pair(old.own[name], rest, here)
    elif name not in old.own:
        rest = old.of(name)
        text = f"property {name} added" + (", required" if name in new.required else "")
        yield here.change("added", text, narrower=needed, wider=rest == _NEVER)
        if rest and rest != _NEVER:
            yield Pair(rest, new.own[name], here)
    else:
        if needed:
            yield here.change("changed", f"property {name} is now required", narrower=True)
        if name in old.required - new.required:
            yield here.change("changed", f"property {name} is no longer required", wider=True)
        yield Pair(old.own[name], new.own[name], here)


def _nameless(old: _Properties, new: _Properties, where: Position) -> Iterator[SchemaChange]:
    """Properties that are required or refused, and of which nothing else is said."""
    foreign = old.foreign | new.foreign
    for name in sorted(new.required - old.required - new.own.keys() - foreign):
        yield where.below(name).change("changed", f"property {name} is now required", narrower=True)
    for name in sorted(old.required - new.required - old.own.keys() - foreign):
        yield where.below(name).change("changed", f"property {name} is no longer required", wider=True)
    for name in sorted(new.refused - old.own.keys()):
        if old.of(name) != _NEVER:
            yield where.below(name).change("removed", f"property {name} is refused", narrower=True)
    for name in sorted(old.refused - new.own.keys()):
        if new.of(name) != _NEVER:
            yield where.below(name).change("added", f"property {name} is no longer refused", wider=True)


def _patterns(left: SchemaForm, right: SchemaForm, old: _Properties, new: _Properties, where: Position) -> Found:
    """Properties whose names match a pattern."""
    before, now = left.keywords.get("patternProperties", {}), right.keywords.get("patternProperties", {})
    for pattern in {**before, **now}:
        text = f"properties that match {pattern}"
        if pattern not in now:
            yield where.change("removed", f"{text} removed", wider=not new.is_closed, narrower=bool(new.further))
        elif pattern not in before:
            yield where.change("added", f"{text} added", wider=bool(old.further), narrower=not old.is_closed)
        else:
            yield Pair(before[pattern], now[pattern], where.within(text))


def _further(old: _Properties, new: _Properties, where: Position) -> Found:
    """All properties that have no name: the values of a map."""
    if old.is_closed and new.is_closed:
        return
    if old.is_closed:
        yield where.change("changed", "open to further properties", wider=True)
    elif new.is_closed:
        yield where.change("changed", "closed to further properties", narrower=True)
    else:
        yield Pair(old.further, new.further, where.below("*"))
