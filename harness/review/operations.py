"""Two versions of a document compared: which operations came, went and stayed, and what changed for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import chain

from harness.checks.waivers import Waiver
from harness.contract.dialect import Side
from harness.openapi import bundle, overlay
from harness.openapi.catalog import Operation, compile_operations
from harness.openapi.document import Document
from harness.openapi.paths import template_shape
from harness.review import access
from harness.review.change import Change, Diff
from harness.review.operation_parts import PartChange, PartsComparison, SharedChange, unknown
from harness.review.schema_change import SchemaChange, breaks_client, breaks_suites

# Keywords of the whole document that are looked at, or are remarks.
_DOCUMENT = ("openapi", "info", "servers", "paths", "webhooks", "components", "security", "tags")
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


def changes(old: Document, new: Document) -> tuple[Change, ...]:
    """All that differs from one document to another, those that break a client first.

    Each change names the keys of the operations that it reaches; those of one that was removed are the old ones.
    """
    return diff(old, new).changes


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
        self.by_key = {operation.key: operation for operation in (*self.before.values(), *self.now.values())}
        self.trees = old.tree, new.tree
        self.parts = PartsComparison(*self.trees)
        self.shared: dict[SchemaChange, dict[Side, list[str]]] = {}
        self.changes: list[Change] = []

    def result(self, waivers: tuple[Waiver, ...], corrections: tuple[overlay.Overlay, ...]) -> Diff:
        """Compare all, then put it in order."""
        added = [operation for identity, operation in self.now.items() if identity not in self.before]
        removed = [operation for identity, operation in self.before.items() if identity not in self.now]
        pairs = [(old, self.now[identity]) for identity, old in self.before.items() if identity in self.now]
        self._compare_operations(added, removed, pairs)
        for old, new in pairs:
            self.changes += self._parts(old, new)
        for change in unknown("operation", "", *self.trees, known=_DOCUMENT):
            self.changes.append(self._change(change, "document", ()))
        self.changes += self._access(pairs)
        self.changes += self._webhooks()
        self.changes += self._components()
        tiers = {new.key: (self.tier(old), self.tier(new)) for old, new in pairs if self.tier(old) != self.tier(new)}
        return Diff(
            old=self.old.name,
            new=self.new.name,
            changes=tuple(
                sorted(
                    self.changes,
                    key=lambda change: (not change.breaks_client, not change.breaks_suites, change.understood),
                )
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
        found = (*self.parts.compare(old, new), *access.scopes(old, new), *access.requirements(self.trees, old, new))
        for change in found:
            if isinstance(change, SharedChange):
                self.shared.setdefault(change.change, {}).setdefault(change.side, []).append(new.key)
            else:
                yield self._change(change, new.key, (new.key,))

    def _change(self, change: PartChange, place: str, keys: tuple[str, ...]) -> Change:
        tiers = tuple(sorted({self.tier(self.by_key[key]) for key in keys}))
        return Change(
            change.kind, change.action, place, change.message, change.pointer, change.breaks_client,
            change.breaks_suites, keys, tiers, change.understood,
        )  # fmt: skip

    def _components(self) -> Iterator[Change]:
        """What changed inside components: listed once, whichever operations use it, on whichever side."""
        for change, sides in self.shared.items():
            message = f"{change.message} ({' and '.join(sorted(side.value for side in sides))})"
            client = any(breaks_client(change, side) for side in sides)
            part = PartChange(
                "schema", change.action, change.pointer, message, client, breaks_suites(change), change.understood
            )
            yield self._change(part, change.component, tuple(dict.fromkeys(chain.from_iterable(sides.values()))))

    def _access(self, pairs: list[tuple[Operation, Operation]]) -> Iterator[Change]:
        """What changed in servers and security schemes: listed once, whichever operations it reaches."""
        moved: dict[PartChange, list[str]] = {}
        for old, new in pairs:
            for change in access.servers(self.trees, old, new):
                moved.setdefault(change, []).append(new.key)
        for change, keys in moved.items():
            # Where only hosts differ, requests stay as they are: which host is tested is for the target to say.
            yield self._change(change, "servers", tuple(keys) if change.pointer else ())
        for name, change in access.schemes(*self.trees):
            users = tuple(new.key for _, new in pairs if name in access.used_schemes(self.new.tree, new))
            if users:
                yield self._change(change, name, users)

    def _webhooks(self) -> Iterator[Change]:
        """Requests that the vendor sends to whom it was asked to send them (OpenAPI 3.1)."""
        before, now = (tree.get("webhooks") or {} for tree in self.trees)
        for name in {**before, **now}:
            if name not in now or name not in before:
                action = "added" if name in now else "removed"
                part = PartChange("callback", action, "", f"webhook {name} {action}", action == "removed")
                yield self._change(part, name, ())
                continue
            for change in self.parts.incoming("", before[name], now[name]):
                if isinstance(change, SharedChange):
                    self.shared.setdefault(change.change, {}).setdefault(change.side, [])
                else:
                    yield self._change(change, name, ())

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


def _is_removal(change: Change) -> bool:
    """Whether the operation itself is gone, and not a part of it."""
    return change.kind == "operation" and change.action == "removed"
