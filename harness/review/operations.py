"""Two versions of a document compared: operations, their parameters, bodies, answers and scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any

from harness.checks.waivers import Waiver
from harness.contract.dialect import Side
from harness.openapi import bundle, overlay, walk
from harness.openapi.catalog import Operation, compile_operations
from harness.openapi.document import Document
from harness.openapi.paths import parameter_names, template_shape
from harness.review.change import Change, Diff
from harness.review.schemas import SchemaChange, SchemaComparison, breaks_client, breaks_suites

Node = dict[str, Any]
TierOf = Callable[[Operation], str]


def diff(
    old: Document,
    new: Document,
    *,
    tier: TierOf | None = None,
    waivers: Iterable[Waiver] = (),
    corrections: Iterable[overlay.Overlay] = (),
) -> Diff:
    """Everything that differs from `old` to `new`, judged.

    Operations are the same where method and path are the same but for the names of path parameters. `tier` names the
    tier of an operation (default: the risk rules without overrides). `waivers` and `corrections` are those in force.
    """
    tier = tier or _tier
    return _Comparison(old, new, tier).result(tuple(waivers), tuple(corrections))


def _tier(operation: Operation) -> str:
    from harness.risk.rules import assess

    return str(assess(operation).tier)


def _operations_of(document: Document) -> dict[tuple[str, str], Operation]:
    """The operations by what makes them the same in both documents."""
    operations = compile_operations(document.vendor, document.name, document.tree)
    return {(operation.method, template_shape(operation.path)): operation for operation in operations}


class _Comparison:
    """One comparison under way."""

    def __init__(self, old: Document, new: Document, tier: TierOf) -> None:
        self.old, self.new, self.tier = old, new, tier
        self.before, self.now = _operations_of(old), _operations_of(new)
        self.schemas = {side: SchemaComparison(old.tree, new.tree, side) for side in Side}
        self.shared: dict[tuple[str, Side, SchemaChange], list[str]] = {}
        self.changes: list[Change] = []

    def result(self, waivers: tuple[Waiver, ...], corrections: tuple[overlay.Overlay, ...]) -> Diff:
        """Compare all, then put it in order."""
        added = [operation for identity, operation in self.now.items() if identity not in self.before]
        removed = [operation for identity, operation in self.before.items() if identity not in self.now]
        pairs = [(old, self.now[identity]) for identity, old in self.before.items() if identity in self.now]
        self._compare_operations(added, removed, pairs)
        for old, new in pairs:
            self.changes += self._parts(old, new)
        self.changes += self._components()
        tiers = {new.key: (self.tier(old), self.tier(new)) for old, new in pairs if self.tier(old) != self.tier(new)}
        return Diff(
            old=self.old.name,
            new=self.new.name,
            changes=tuple(
                sorted(self.changes, key=lambda change: (not change.breaks_client, not change.breaks_suites))
            ),
            added=tuple(operation.key for operation in added),
            removed=tuple(operation.key for operation in removed),
            renamed={old.key: new.key for old, new in pairs if old.key != new.key},
            tiers=tiers,
            stale_waivers=tuple(waiver.id for waiver in waivers if self._is_stale(waiver)),
            stale_overlays=self._stale_overlays(corrections),
            retest=self._to_retest(added, tiers),
        )

    def _to_retest(self, added: list[Operation], tiers: Iterable[str]) -> tuple[str, ...]:
        """What a change touched and is still there: new operations, changed ones, those of another tier."""
        touched = [key for change in self.changes if not _is_removal(change) for key in change.operations]
        there = {operation.key for operation in self.now.values()}
        keys = dict.fromkeys([*(operation.key for operation in added), *touched, *tiers])
        return tuple(key for key in keys if key in there)

    def _compare_operations(
        self, added: list[Operation], removed: list[Operation], pairs: list[tuple[Operation, Operation]]
    ) -> None:
        for old in removed:
            self._add("removed", old, f"{old.method} {old.path} removed", client=True, suites=True)
        for new in added:
            self._add("added", new, f"{new.method} {new.path} added")
        for old, new in pairs:
            if old.operation_id != new.operation_id:
                self._add("changed", new, f"operationId {old.operation_id} to {new.operation_id}", suites=True)
            if self.tier(old) != self.tier(new):
                self._add("changed", new, f"tier {self.tier(old)} to {self.tier(new)}", suites=True)

    def _add(self, action: str, operation: Operation, text: str, *, client: bool = False, suites: bool = False) -> None:
        key, tier = operation.key, self.tier(operation)
        self.changes.append(Change("operation", action, key, text, "", client, suites, (key,), (tier,)))

    def _parts(self, old: Operation, new: Operation) -> Iterator[Change]:
        """The changes of what an operation of both documents consists of."""
        left, right = _raw(self.old.tree, old), _raw(self.new.tree, new)
        for kind, action, pointer, text, client, suites in (
            *self._parameters(old, new),
            *self._body(left, right, new),
            *self._answers(left, right, new),
            *_scopes(old, new),
        ):
            yield Change(kind, action, new.key, text, pointer, client, suites, (new.key,), (self.tier(new),))

    def _parameters(self, old: Operation, new: Operation) -> Iterator[_Row]:
        left, right = _declared(self.old.tree, old), _declared(self.new.tree, new)
        for key in [*left, *(key for key in right if key not in left)]:
            place, name = key
            pointer = f"{place}/{name}"
            if key not in right:
                yield "parameter", "removed", pointer, f"{place} parameter {name} removed", True, True
            elif key not in left:
                needed = bool(right[key].get("required"))
                text = f"{place} parameter {name} added" + (", required" if needed else "")
                yield "parameter", "added", pointer, text, needed, needed
            else:
                needed = bool(right[key].get("required"))
                if needed != bool(left[key].get("required")):
                    text = f"{place} parameter {name} is {'now' if needed else 'no longer'} required"
                    yield "parameter", "changed", pointer, text, needed, needed
                yield from self._rows("parameter", pointer, left[key], right[key], new, Side.REQUEST)

    def _body(self, left: Node, right: Node, new: Operation) -> Iterator[_Row]:
        old_body, new_body = _at(self.old.tree, left, "requestBody"), _at(self.new.tree, right, "requestBody")
        needed = bool(new_body.get("required"))
        if old_body and not new_body:
            yield "body", "removed", "", "body removed", True, False
            return
        if new_body and not old_body:
            yield "body", "added", "", "body added" + (", required" if needed else ""), needed, needed
            return
        if bool(old_body.get("required")) != needed:
            yield "body", "changed", "", f"the body is {'now' if needed else 'no longer'} required", needed, needed
        yield from self._contents("body", "", old_body, new_body, new, Side.REQUEST)

    def _answers(self, left: Node, right: Node, new: Operation) -> Iterator[_Row]:
        before, now = left.get("responses") or {}, right.get("responses") or {}
        for status in [*before, *(code for code in now if code not in before)]:
            success = status.startswith("2")
            if status not in now:
                yield "response", "removed", status, f"answer {status} removed", success, True
            elif status not in before:
                yield "response", "added", status, f"answer {status} added", success, False
            else:
                old_answer, new_answer = _at(self.old.tree, before, status), _at(self.new.tree, now, status)
                yield from self._contents("response", status, old_answer, new_answer, new, Side.ANSWER)

    def _contents(
        self, kind: str, pointer: str, old: Node, new: Node, operation: Operation, side: Side
    ) -> Iterator[_Row]:
        before, now = old.get("content") or {}, new.get("content") or {}
        for media in [*before, *(media for media in now if media not in before)]:
            if media not in now:
                yield kind, "removed", pointer, f"{media} removed", True, True
            elif media not in before:
                yield kind, "added", pointer, f"{media} added", side is Side.ANSWER and not before, False
            else:
                yield from self._rows(kind, pointer, before[media], now[media], operation, side)

    def _rows(self, kind: str, pointer: str, old: Node, new: Node, operation: Operation, side: Side) -> Iterator[_Row]:
        for change in self.schemas[side].changes(old.get("schema", {}), new.get("schema", {})):
            if change.component:
                self.shared.setdefault((kind, side, change), []).append(operation.key)
            else:
                at = pointer + change.pointer
                yield kind, change.action, at, change.message, breaks_client(change, side), breaks_suites(change)

    def _components(self) -> Iterator[Change]:
        """What changed inside components: listed once, whichever operations use it, on whichever side."""
        both: dict[SchemaChange, dict[Side, list[str]]] = {}
        for (_, side, change), keys in self.shared.items():
            both.setdefault(change, {}).setdefault(side, []).extend(keys)
        by_key = {operation.key: operation for operation in self.now.values()}
        for change, sides in both.items():
            reached = tuple(dict.fromkeys(chain.from_iterable(sides.values())))
            yield Change(
                kind="schema",
                action=change.action,
                place=change.component,
                message=f"{change.message} ({' and '.join(sorted(side.value for side in sides))})",
                pointer=change.pointer,
                breaks_client=any(breaks_client(change, side) for side in sides),
                breaks_suites=breaks_suites(change),
                operations=reached,
                tiers=tuple(sorted({self.tier(by_key[key]) for key in reached})),
            )

    def _is_stale(self, waiver: Waiver) -> bool:
        """Its operations are gone, or the status that it waives is documented now."""
        waived = [operation for operation in self.now.values() if fnmatchcase(operation.key, waiver.operation)]
        if not waived:
            return any(fnmatchcase(operation.key, waiver.operation) for operation in self.before.values())
        if waiver.check != "status" or not waiver.status:
            return False
        return all(str(waiver.status) in operation.statuses for operation in waived)

    def _stale_overlays(self, corrections: tuple[overlay.Overlay, ...]) -> tuple[str, ...]:
        if not corrections:
            return ()
        raw = bundle.bundle(self.new.path, [])
        return tuple(
            f"{action.place}: {action.target} {problem}" for action, problem in overlay.stale(raw, corrections)
        )


# kind, action, pointer, message, breaks a client, breaks our suites
_Row = tuple[str, str, str, str, bool, bool]


def _is_removal(change: Change) -> bool:
    """Whether the operation itself is gone, and not a part of it."""
    return change.action == "removed" and not change.pointer


def _raw(tree: Node, operation: Operation) -> Node:
    raw: Node = tree["paths"][operation.path][operation.method.lower()]
    return raw


def _at(tree: Node, holder: Node, key: str) -> Node:
    node = walk.resolve(tree, holder.get(key) or {})
    return node if isinstance(node, dict) else {}


def _declared(tree: Node, operation: Operation) -> dict[tuple[str, str], Node]:
    """Parameters by place and name; those in the path by their position, since their names are free."""
    item = tree["paths"][operation.path]
    order = parameter_names(operation.path)
    parameters = {}
    for parameter in [*item.get("parameters", ()), *_raw(tree, operation).get("parameters", ())]:
        node = walk.resolve(tree, parameter)
        if isinstance(node, dict) and "name" in node:
            name, place = str(node["name"]), str(node.get("in", "query"))
            if place == "path" and name in order:
                name = str(order.index(name) + 1)
            parameters[place, name] = node
    return parameters


def _scopes(old: Operation, new: Operation) -> Iterator[_Row]:
    for scope in old.scopes:
        if scope not in new.scopes:
            yield "scope", "removed", scope, f"scope {scope} removed", True, True
    for scope in new.scopes:
        if scope not in old.scopes:
            yield "scope", "added", scope, f"scope {scope} added", not old.scopes, not old.scopes
