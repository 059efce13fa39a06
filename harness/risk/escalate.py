"""What a request carries can make it worse than its operation: declared rules that only ever raise the tier."""

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
from harness.risk.overrides import FILE, section, tier_of
from harness.risk.tier import Assessment, Tier

ANY = "*"


@dataclass(frozen=True, slots=True)
class Escalation:
    """A request of one of `operations` that carries a value at `at` is of `tier`.

    `operations` are shell patterns over operationId or `METHOD /path`. `at` is a pointer into body and query alike,
    with `*` for any one step and `**` for any number. Values count when they are in `values` (all, when empty) and
    not in `harmless`; texts compare without case, a boolean as the text that a form would send. `unless` names a
    child with the values that make a mapping harmless: a comment with `public: false`.
    """

    name: str
    operations: tuple[str, ...]
    at: str
    tier: Tier
    reason: str
    values: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    unless: tuple[str, frozenset[str]] | None = None

    def fits(self, operation: Operation) -> bool:
        """Whether the rule speaks about this operation at all."""
        names = (operation.operation_id, f"{operation.method} {operation.path}")
        return any(fnmatchcase(name, pattern) for pattern in self.operations for name in names)


class Several(list[Any]):
    """All values that one object gave the same key: servers differ in which one they take, so each one counts."""


class Unreadable:
    """A body that some server may read and we cannot; it counts as the worst that its operation can carry."""


UNREADABLE = Unreadable()


def load(vendor: str, specs: Path = SPECS) -> tuple[Escalation, ...]:
    """The escalations of `specs/<vendor>/risk.yaml`, in file order; raises `DocumentError` for a broken entry."""
    return tuple(_read(row, f"{specs / vendor / FILE}") for row in section(vendor, "escalations", specs))


def _read(row: dict[str, Any], where: str) -> Escalation:
    missing = [key for key in ("name", "operations", "at", "tier", "reason") if not row.get(key)]
    if missing:
        raise DocumentError(f"an escalation lacks {', '.join(missing)}", where=where, remedy="Complete the entry.")
    unless = row.get("unless")
    return Escalation(
        name=str(row["name"]),
        operations=tuple(row["operations"]),
        at=str(row["at"]),
        tier=tier_of(row["tier"], where),
        reason=str(row["reason"]),
        values=frozenset(_text(value) for value in row.get("values", ())),
        harmless=frozenset(_text(value) for value in row.get("harmless", ())),
        unless=None if unless is None else next(iter(_unless(unless))),
    )


def _unless(raw: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, frozenset[str]]]:
    for key, values in raw.items():
        yield str(key).casefold(), frozenset(_text(value) for value in values)


def escalate(
    operation: Operation,
    assessment: Assessment,
    query: list[tuple[str, str]],
    body: Any,
    escalations: Iterable[Escalation],
) -> Assessment:
    """The tier of one request: that of its operation, or the highest that an escalation gives it; never lower.

    `body` is decoded JSON (or a form as a tree); `UNREADABLE` where it could not be decoded.
    """
    return raised(assessment, query, body, [rule for rule in escalations if rule.fits(operation)])


def raised(assessment: Assessment, query: list[tuple[str, str]], body: Any, rules: Iterable[Escalation]) -> Assessment:
    """The same where the rules are known to fit the operation."""
    worst = assessment
    trees = [*([tree_of(query)] if query else []), *([] if body is None else [body])]
    for rule in rules if trees else ():
        if rule.tier > worst.tier and (found := _found(rule, trees)):
            worst = Assessment(rule.tier, f"escalation {rule.name}", (*assessment.evidence, found, rule.reason))
    return worst


def _found(rule: Escalation, trees: Sequence[Any]) -> str:
    parts = _parts(rule.at)
    for tree in trees:
        if tree is UNREADABLE:
            return f"the body cannot be read, so it may carry {rule.at}"
        for value in _at(tree, parts):
            if _counts(rule, value):
                return f"{rule.at} is {_short(value)}"
    return ""


@lru_cache(maxsize=1024)
def _parts(pointer: str) -> tuple[str, ...]:
    return tuple(part.casefold() for part in parts_of(pointer))


def _at(node: Any, parts: tuple[str, ...]) -> Iterator[Any]:
    """Every value that a pointer pattern leads to; lists and repeated keys are walked through unasked."""
    if isinstance(node, list):
        # Repeated keys are values side by side and no list of the body's own, which `*` would step into.
        is_step = bool(parts) and parts[0] == ANY and not isinstance(node, Several)
        for item in node:
            yield from _at(item, parts[1:] if is_step else parts)
    elif not parts:
        yield node
    elif parts[0] == "**":
        yield from _at(node, parts[1:])
        for child in node.values() if isinstance(node, dict) else ():
            yield from _at(child, parts)
    elif isinstance(node, dict):
        for key, child in node.items():
            if parts[0] in (ANY, str(key).casefold()):
                yield from _at(child, parts[1:])


def _counts(rule: Escalation, value: Any) -> bool:
    if rule.unless and isinstance(value, dict):
        name, harmless = rule.unless
        children = [_text(child) for child in _at(value, (name,))]
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
    text = f"a mapping with {', '.join(map(str, value)) or 'nothing'}" if isinstance(value, dict) else repr(value)
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
        node[last] = Several([*_listed(node[last]), value]) if last in node else value
    return root


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Several) else [value]
