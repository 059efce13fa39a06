"""What in a request's query or body makes it worse than its operation: declared rules, which only raise the tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.formats.pointer import parts_of
from harness.openapi.catalog import Operation
from harness.openapi.document import SPECS
from harness.risk.overrides import placed_section, tier_of
from harness.risk.tier import Assessment, Tier

ANY = "*"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request of one of `operations` that carries a value at `at` is of `tier`.

    `operations` are shell patterns over operationId or `METHOD /path`. `at` is a pointer into body and query alike,
    with `*` for any one step and `**` for any number. Values count when they are in `values` (all, when empty) and
    not in `harmless`; texts compare without case, a boolean as the text that a form would send. `unless` names a
    child with the values that make a mapping harmless: a comment with `public: false`. `place` is file and line.
    """

    name: str
    operations: tuple[str, ...]
    at: str
    tier: Tier
    reason: str
    values: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    unless: tuple[str, frozenset[str]] | None = None
    place: str = ""

    def fits(self, operation: Operation) -> bool:
        """Whether the rule is about this operation at all."""
        names = (operation.operation_id, f"{operation.method} {operation.path}")
        return any(fnmatchcase(name, pattern) for pattern in self.operations for name in names)


class RepeatedValues(list[Any]):
    """All values that an object has under one key: servers differ in which of them they take, so each one counts."""


UNREADABLE: Any = object()
"""Stands for a body that some server may read and we cannot; it counts as the worst that its operation can carry."""


def load(vendor: str, specs: Path = SPECS) -> tuple[Escalation, ...]:
    """The escalations of `specs/<vendor>/risk.yaml`, in file order; raises `DocumentError` for a broken entry."""
    return tuple(_read(row, place) for row, place in placed_section(vendor, "escalations", specs))


def _read(row: dict[str, Any], where: str) -> Escalation:
    missing = [key for key in ("name", "operations", "at", "tier", "reason") if not row.get(key)]
    if missing:
        raise DocumentError(f"an escalation lacks {', '.join(missing)}", where=where, remedy="Complete the entry.")
    return Escalation(
        name=str(row["name"]),
        operations=tuple(row["operations"]),
        at=str(row["at"]),
        tier=tier_of(row["tier"], where),
        reason=str(row["reason"]),
        values=frozenset(_text(value) for value in row.get("values", ())),
        harmless=frozenset(_text(value) for value in row.get("harmless", ())),
        unless=_unless(row.get("unless")),
        place=where,
    )


def _unless(raw: Mapping[str, Sequence[Any]] | None) -> tuple[str, frozenset[str]] | None:
    if raw is None:
        return None
    ((name, values),) = raw.items()
    return str(name).casefold(), frozenset(_text(value) for value in values)


def escalate(
    assessment: Assessment, query: list[tuple[str, str]], body: Any, rules: Iterable[Escalation]
) -> Assessment:
    """The tier of one request: that of its operation, or the highest that a rule for it gives; never lower.

    `body` is decoded JSON (or a form as a tree); `UNREADABLE` where it could not be decoded.
    """
    worst = assessment
    trees = [*([tree_of(query)] if query else []), *([] if body is None else [body])]
    names = _names_in(trees)
    is_unreadable = any(tree is UNREADABLE for tree in trees)
    for rule in rules if trees else ():
        # Most rules are settled by the names that their patterns need.
        if rule.tier <= worst.tier or not (is_unreadable or _names_needed(rule.at) <= names):
            continue
        if evidence := _evidence(rule, trees):
            worst = Assessment(rule.tier, f"escalation {rule.name}", (*assessment.evidence, evidence, rule.reason))
    return worst


def _names_in(trees: Iterable[Any]) -> set[str]:
    """Every key of the trees at any depth, as pointer patterns are compared with them."""
    names: set[str] = set()
    # Not by recursion: bodies may nest deeper than Python does.
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            names.update(str(key).casefold() for key in node)
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return names


@lru_cache(maxsize=1024)
def _names_needed(pointer: str) -> frozenset[str]:
    """The names without which a pointer pattern leads nowhere."""
    return frozenset(_parts(pointer)) - {ANY, "**"}


def _evidence(rule: Escalation, trees: Sequence[Any]) -> str:
    """What a request carries that the rule is about, or nothing."""
    parts = _parts(rule.at)
    for tree in trees:
        if tree is UNREADABLE:
            return f"the body cannot be read, so it may carry {rule.at}"
        for value in _values_at(tree, parts):
            if _counts(rule, value):
                return f"{rule.at} is {_short(value)}"
    return ""


@lru_cache(maxsize=1024)
def _parts(pointer: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts_of(pointer))


def _values_at(node: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    """Every value that a pointer pattern leads to; lists and repeated keys need no step in it."""
    if isinstance(node, list):
        # Repeated keys are values side by side and no list of the body's own, which `*` would step into.
        is_step = bool(parts) and parts[0] == ANY and not isinstance(node, RepeatedValues)
        for item in node:
            yield from _values_at(item, parts[1:] if is_step else parts)
    elif not parts:
        yield node
    elif parts[0] == "**":
        yield from _values_at(node, parts[1:])
        for child in node.values() if isinstance(node, dict) else ():
            yield from _values_at(child, parts)
    elif isinstance(node, dict):
        for key, child in node.items():
            if parts[0] in (ANY, str(key).casefold()):
                yield from _values_at(child, parts[1:])


def _counts(rule: Escalation, value: Any) -> bool:
    """Whether a value at the rule's place makes the request worse."""
    if rule.unless and isinstance(value, dict):
        name, harmless = rule.unless
        children = [_text(child) for child in _values_at(value, (name,))]
        return not children or not harmless.issuperset(children)
    if value is None and not rule.values and not rule.harmless:
        return False
    text = _text(value)
    return text not in rule.harmless and (not rule.values or text in rule.values)


def _text(value: Any) -> str:
    """A scalar as a form would send it, for comparing: true, 1, closed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip().casefold()


def _short(value: Any) -> str:
    text = repr(value)
    if isinstance(value, dict):
        text = f"a mapping with {', '.join(map(str, value)) or 'nothing'}"
    return text if len(text) <= 80 else text[:77] + "..."


def tree_of(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Form or query pairs as the tree that a lenient server makes of them: `ticket[comment][public]=1`, `ids[]=1`."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        steps = [step for step in name.replace("]", "").split("[") if step] or [name]
        node = root
        for step in steps[:-1]:
            below = node.setdefault(step, {})
            if not isinstance(below, dict):
                below = node[step] = {}
            node = below
        last = steps[-1]
        if last in node:
            earlier = node[last] if isinstance(node[last], RepeatedValues) else [node[last]]
            node[last] = RepeatedValues([*earlier, value])
        else:
            node[last] = value
    return root
