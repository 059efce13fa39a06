"""Scopes: which scopes of a token the planned operations need, which of them are missing, and what to ask for; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.openapi.catalog import Catalog, Operation
from harness.resources.cleanup import Cleanup
from harness.vendors import VENDORS
from harness.vendors.vendor import ScopeConvention

# Operations that a message names; the rest are counted.
NAMED = 3


@dataclass(frozen=True, slots=True)
class ScopeNeed:
    """Scopes of which any one is enough, and the keys of the planned operations that need it."""

    any_of: tuple[str, ...]
    operations: tuple[str, ...]

    @property
    def names(self) -> str:
        """For a message: `Desk.tasks.READ or Desk.activities.tasks.READ`."""
        return " or ".join(self.any_of)

    @property
    def sentence(self) -> str:
        """The scopes with the operations that fail without them: `Desk.tasks.READ (zoho:getTasks and 8 more)`."""
        return f"{self.names} ({in_short(self.operations)})"


def in_short(keys: Collection[str]) -> str:
    """The first few keys, and how many more there are."""
    named = ", ".join(sorted(keys)[:NAMED])
    return named if len(keys) <= NAMED else f"{named} and {len(keys) - NAMED} more"


def needs(vendor: str, operations: Iterable[Operation], catalog: Catalog, cleanup: Cleanup) -> tuple[ScopeNeed, ...]:
    """What the operations of a vendor need, removals of what they create and the questions of an opening included.

    Sorted by scopes; nothing for a vendor whose tokens have none.
    """
    convention = VENDORS[vendor].scopes
    if convention is None:
        return ()
    keys_of: dict[tuple[str, ...], list[str]] = {}
    planned = [operation for operation in operations if operation.vendor == vendor]
    for operation in planned:
        for part in (operation, *removals(operation, catalog, cleanup)):
            keys_of.setdefault(convention.needed(part), []).append(operation.key)
    for operation in _questions(vendor, catalog) if planned else ():
        keys_of.setdefault(convention.needed(operation), []).append(operation.key)
    merged = _by_set((any_of, keys) for any_of, keys in keys_of.items() if any_of)
    return tuple(sorted(merged, key=lambda need: sorted(need.any_of)))


def _by_set(pairs: Iterable[tuple[tuple[str, ...], list[str]]]) -> Iterator[ScopeNeed]:
    """One need for each set of scopes: documents list the same ones in any order."""
    merged: dict[frozenset[str], tuple[tuple[str, ...], list[str]]] = {}
    for any_of, keys in pairs:
        merged.setdefault(frozenset(any_of), (any_of, []))[1].extend(keys)
    for any_of, keys in merged.values():
        yield ScopeNeed(any_of, tuple(sorted(set(keys))))


def _questions(vendor: str, catalog: Catalog) -> Iterator[Operation]:
    """The operations that a run itself asks an org before its first test, where the documents have them."""
    proof, whoami = VENDORS[vendor].proof, VENDORS[vendor].whoami
    for path in (proof.path if proof else "", whoami):
        match = catalog.match(vendor, "GET", path) if path else None
        if match:
            yield match.operation


def removals(operation: Operation, catalog: Catalog, cleanup: Cleanup) -> tuple[Operation, ...]:
    """The operations that take back what `operation` creates: without their scopes it would stay in the org."""
    if operation.method not in ("POST", "PUT", "PATCH"):
        return ()
    steps = cleanup.steps(operation.vendor, cleanup.collection(operation))
    matches = [catalog.match(operation.vendor, step.method, step.path) for step in steps]
    return tuple(match.operation for match in matches if match)


def missing(needed: Iterable[ScopeNeed], granted: Collection[str], vendor: str) -> tuple[ScopeNeed, ...]:
    """Those needs of which none of the granted scopes covers any."""
    convention = VENDORS[vendor].scopes
    if convention is None:
        return ()
    return tuple(need for need in needed if not _is_covered(need.any_of, granted, convention))


def _is_covered(any_of: Iterable[str], granted: Collection[str], convention: ScopeConvention) -> bool:
    return any(convention.covers(held, wanted) for wanted in any_of for held in granted)


def unknown(granted: Iterable[str], vendor: str) -> tuple[str, ...]:
    """Granted scopes of a name that the vendor does not know: a token with one may be refused everywhere."""
    convention = VENDORS[vendor].scopes
    return tuple(sorted(scope for scope in granted if convention and convention.unknown(scope)))


def refusal(operation: Operation, granted: Collection[str] | None, cleanup: Cleanup) -> str:
    """Why an operation is not sent: its scope, or that of its removal, is known to be missing. Else nothing.

    `granted` is None where nobody has said which scopes the token has.
    """
    convention = VENDORS[operation.vendor].scopes
    if granted is None or convention is None:
        return ""
    for part in (operation, *removals(operation, cleanup.catalog, cleanup)):
        any_of = convention.needed(part)
        if any_of and not _is_covered(any_of, granted, convention):
            purpose = "" if part is operation else f" of its removal ({part.key})"
            return f"the token lacks the scope{purpose}: {' or '.join(any_of)}"
    return ""


def consent(needed: Iterable[ScopeNeed], vendor: str) -> str:
    """The fewest scopes that meet all needs, as consent takes them: in order, with the vendor's separator."""
    convention = VENDORS[vendor].scopes
    if convention is None:
        return ""
    open_needs = list(needed)
    chosen: list[str] = []
    while open_needs:
        chosen.append(_best(open_needs))
        open_needs = [need for need in open_needs if not _is_covered(need.any_of, chosen, convention)]
    return convention.separator.join(scope for scope in sorted(chosen) if not _is_implied(scope, chosen, convention))


def _is_implied(scope: str, chosen: Iterable[str], convention: ScopeConvention) -> bool:
    """Whether another chosen scope includes this one, as `ALL` does the four verbs."""
    return any(other != scope and convention.covers(other, scope) for other in chosen)


def _best(open_needs: Iterable[ScopeNeed]) -> str:
    """The scope that must be asked for next: one without an alternative first, else the one of most needs.

    Among equals it is the one that its operations name first.
    """
    sets = [need.any_of for need in open_needs]
    alone = [any_of[0] for any_of in sets if len(any_of) == 1]
    if alone:
        return alone[0]
    uses = Counter(scope for any_of in sets for scope in any_of)
    return max(sets[0], key=lambda scope: uses[scope])


def as_json(needed: Iterable[ScopeNeed], vendor: str) -> dict[str, Any]:
    """What `deskcheck plan --json` says of an org's scopes: the needs, and the text to ask for at consent."""
    rows = tuple(needed)
    return {
        "consent": consent(rows, vendor),
        "needed": [{"any_of": list(row.any_of), "operations": list(row.operations)} for row in rows],
    }
