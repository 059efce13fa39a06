"""Two documents side by side: operations, their parameters, bodies, answers and scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from harness.checks.waivers import Waiver
from harness.contract.dialect import Side
from harness.openapi import bundle, overlay, walk
from harness.openapi.catalog import Operation, compile_operations
from harness.openapi.document import Document
from harness.openapi.paths import parameter_names, template_shape
from harness.review.change import Change, Diff
from harness.review.schemas import SchemaComparison, Shift, breaks_client, breaks_suites

Node = dict[str, Any]
Tier = Callable[[Operation], str]


def diff(
    old: Document,
    new: Document,
    *,
    tier: Tier | None = None,
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


def _shape(operation: Operation) -> tuple[str, str]:
    return operation.method, template_shape(operation.path)


class _Comparison:
    """One comparison while it is made."""

    def __init__(self, old: Document, new: Document, tier: Tier) -> None:
        self.old, self.new, self.tier = old, new, tier
        self.before = {_shape(one): one for one in compile_operations(old.vendor, old.name, old.tree)}
        self.now = {_shape(one): one for one in compile_operations(new.vendor, new.name, new.tree)}
        self.schemas = SchemaComparison(old.tree, new.tree)
        self.shared: dict[tuple[str, Side, Shift], list[str]] = {}
        self.changes: list[Change] = []

    def result(self, waivers: tuple[Waiver, ...], corrections: tuple[overlay.Overlay, ...]) -> Diff:
        """Compare all, then put it in order."""
        added = [one for shape, one in self.now.items() if shape not in self.before]
        removed = [one for shape, one in self.before.items() if shape not in self.now]
        pairs = [(one, self.now[shape]) for shape, one in self.before.items() if shape in self.now]
        self._whole(added, removed, pairs)
        for old, new in pairs:
            self.changes += self._operation(old, new)
        self.changes += self._components()
        tiers = {new.key: (self.tier(old), self.tier(new)) for old, new in pairs if self.tier(old) != self.tier(new)}
        return Diff(
            old=self.old.name,
            new=self.new.name,
            changes=tuple(sorted(self.changes, key=lambda one: (not one.breaks_client, not one.breaks_suites))),
            added=tuple(one.key for one in added),
            removed=tuple(one.key for one in removed),
            renamed={old.key: new.key for old, new in pairs if old.key != new.key},
            tiers=tiers,
            stale_waivers=tuple(one.id for one in waivers if self._is_stale(one)),
            stale_overlays=self._stale_overlays(corrections),
            retest=self._to_retest(added, tiers),
        )

    def _to_retest(self, added: list[Operation], tiers: Iterable[str]) -> tuple[str, ...]:
        """What a change touched and is still there: new operations, changed ones, those of another tier."""
        touched = [key for change in self.changes if not _is_removal(change) for key in change.operations]
        alive = {one.key for one in self.now.values()}
        keys = dict.fromkeys([*(one.key for one in added), *touched, *tiers])
        return tuple(key for key in keys if key in alive)

    def _whole(
        self, added: list[Operation], removed: list[Operation], pairs: list[tuple[Operation, Operation]]
    ) -> None:
        for one in removed:
            self._add("operation", "removed", one, f"{one.method} {one.path} removed", client=True, suites=True)
        for one in added:
            self._add("operation", "added", one, f"{one.method} {one.path} added")
        for old, new in pairs:
            if old.operation_id != new.operation_id:
                text = f"operationId {old.operation_id} to {new.operation_id}"
                self._add("operation", "changed", new, text, suites=True)
            if self.tier(old) != self.tier(new):
                text = f"tier {self.tier(old)} to {self.tier(new)}"
                self._add("operation", "changed", new, text, suites=True)

    def _add(
        self, kind: str, action: str, one: Operation, text: str, *, client: bool = False, suites: bool = False
    ) -> None:
        self.changes.append(Change(kind, action, one.key, text, "", client, suites, (one.key,), (self.tier(one),)))

    def _operation(self, old: Operation, new: Operation) -> Iterator[Change]:
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
                was, is_ = (bool(one[key].get("required")) for one in (left, right))
                if was != is_:
                    text = f"{place} parameter {name} is {'now' if is_ else 'no longer'} required"
                    yield "parameter", "changed", pointer, text, is_, is_
                yield from self._rows("parameter", pointer, left[key], right[key], new, Side.REQUEST)

    def _body(self, left: Node, right: Node, new: Operation) -> Iterator[_Row]:
        old_body, new_body = _at(self.old.tree, left, "requestBody"), _at(self.new.tree, right, "requestBody")
        if bool(old_body) != bool(new_body):
            needed = bool(new_body.get("required"))
            text = "body added" + (", required" if needed else "") if new_body else "body removed"
            yield "body", "added" if new_body else "removed", "", text, needed or not new_body, needed
            return
        if bool(old_body.get("required")) != bool(new_body.get("required")):
            needed = bool(new_body.get("required"))
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
                old_one, new_one = _at(self.old.tree, before, status), _at(self.new.tree, now, status)
                yield from self._contents("response", status, old_one, new_one, new, Side.ANSWER)

    def _contents(
        self, kind: str, pointer: str, old: Node, new: Node, operation: Operation, side: Side
    ) -> Iterator[_Row]:
        before, now = old.get("content") or {}, new.get("content") or {}
        for media in [*before, *(one for one in now if one not in before)]:
            if media not in now:
                yield kind, "removed", pointer, f"{media} removed", True, True
            elif media not in before:
                yield kind, "added", pointer, f"{media} added", side is Side.ANSWER and not before, False
            else:
                yield from self._rows(kind, pointer, before[media], now[media], operation, side)

    def _rows(self, kind: str, pointer: str, old: Node, new: Node, operation: Operation, side: Side) -> Iterator[_Row]:
        for shift in self.schemas.shifts(old.get("schema", {}), new.get("schema", {}), side):
            if shift.home:
                self.shared.setdefault((kind, side, shift), []).append(operation.key)
            else:
                at = f"{pointer}{shift.pointer}" if pointer else shift.pointer
                yield kind, shift.action, at, shift.message, breaks_client(shift, side), breaks_suites(shift)

    def _components(self) -> Iterator[Change]:
        """What changed inside components: one change for a shift, whoever uses it, on whichever side."""
        both: dict[Shift, dict[Side, list[str]]] = {}
        for (_, side, shift), keys in self.shared.items():
            both.setdefault(shift, {}).setdefault(side, []).extend(keys)
        known = {one.key: one for one in self.now.values()}
        for shift, sides in both.items():
            reached = tuple(dict.fromkeys(key for keys in sides.values() for key in keys))
            yield Change(
                kind="schema",
                action=shift.action,
                place=shift.home,
                message=f"{shift.message} ({' and '.join(sorted(side.value for side in sides))})",
                pointer=shift.pointer,
                breaks_client=any(breaks_client(shift, side) for side in sides),
                breaks_suites=breaks_suites(shift),
                operations=reached,
                tiers=tuple(sorted({self.tier(known[key]) for key in reached})),
            )

    def _is_stale(self, waiver: Waiver) -> bool:
        """Its operations are gone, or the status that it waives is documented now."""
        now = [one for one in self.now.values() if fnmatchcase(one.key, waiver.operation)]
        if not now:
            return any(fnmatchcase(one.key, waiver.operation) for one in self.before.values())
        if waiver.check != "status" or not waiver.status:
            return False
        return all(str(waiver.status) in one.statuses for one in now)

    def _stale_overlays(self, corrections: tuple[overlay.Overlay, ...]) -> tuple[str, ...]:
        if not corrections:
            return ()
        raw = bundle.bundle(self.new.path, [])
        return tuple(f"{one.place}: {one.target} {problem}" for one, problem in overlay.stale(raw, corrections))


# kind, action, pointer, message, breaks a client, breaks our suites
_Row = tuple[str, str, str, str, bool, bool]


def _is_removal(change: Change) -> bool:
    """Whether the operation itself is gone, and not a part of it."""
    return change.action == "removed" and not change.pointer


def _raw(tree: Node, operation: Operation) -> Node:
    found: Node = tree["paths"][operation.path][operation.method.lower()]
    return found


def _at(tree: Node, holder: Node, key: str) -> Node:
    found = walk.resolve(tree, holder.get(key) or {})
    return found if isinstance(found, dict) else {}


def _declared(tree: Node, operation: Operation) -> dict[tuple[str, str], Node]:
    """Parameters by place and name; those in the path by their position, since their names are free."""
    item = tree["paths"][operation.path]
    order = parameter_names(operation.path)
    found = {}
    for one in [*item.get("parameters", ()), *_raw(tree, operation).get("parameters", ())]:
        node = walk.resolve(tree, one)
        if isinstance(node, dict) and "name" in node:
            name, place = str(node["name"]), str(node.get("in", "query"))
            if place == "path" and name in order:
                name = str(order.index(name) + 1)
            found[place, name] = node
    return found


def _scopes(old: Operation, new: Operation) -> Iterator[_Row]:
    for scope in old.scopes:
        if scope not in new.scopes:
            yield "scope", "removed", scope, f"scope {scope} removed", True, True
    for scope in new.scopes:
        if scope not in old.scopes:
            yield "scope", "added", scope, f"scope {scope} added", not old.scopes, not old.scopes
