"""Which records a request acts upon: ids in path, query and body, each with the kind of record that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

from harness.formats.singular import singular
from harness.openapi.catalog import Operation
from harness.openapi.document import SPECS
from harness.openapi.paths import is_parameter, parameter_names, segments_of
from harness.risk import words
from harness.risk.overrides import section
from harness.risk.tier import Tier

GREATEST = 2**63 - 1
ANYTHING = frozenset({"*"})
"""Fits a record of any kind: what `/recycleBin/delete` calls an id may be of everything."""

_GENERIC = frozenset({"", "entity", "record", "item", "object", "resource", "instance", "source", "target", "parent"})
_ADDRESS = re.compile(r"[^\s@<>,;\"']+@([^\s@<>,;\"']+)")
# Nobody's mailboxes: RFC 2606 and RFC 6761.
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost)\.?\Z", re.IGNORECASE)


class Reach(IntEnum):
    """From which tier on an id in query or body names a record that the request acts upon.

    Below that it is a reference, a value of the record that is made or changed: it changes nothing at its other end.
    """

    ALWAYS = Tier.WRITE
    PEOPLE = Tier.ADMIN
    PLACES = Tier.DESTRUCTIVE


# Work that would show the new record as its own part: a pin, task or comment changes the ticket that it names.
_WORK = frozenset({"ticket", "case", "problem", "request", "article", "topic", "task", "call", "event", "comment",
                   "thread", "conversation", "post", "deal", "lead", "invoice", "order", "winner", "session",
                   "question", "entry"}) | _GENERIC  # fmt: skip
# Where a record lies: naming one neither changes it nor gives anybody anything.
_PLACES = frozenset({"department", "brand", "locale", "language", "form", "layout", "category", "folder", "account",
                     "product", "center", "module", "zone", "hour", "organization", "org", "status", "type", "field",
                     "currency", "section", "sla", "plan", "template", "stage", "contract", "view",
                     "channel"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """One id that a request names: kinds of record that it may be of, its value, and where it stands."""

    kinds: frozenset[str]
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class Acted:
    """A declared body or query pointer whose ids count from `write` on, with the reason."""

    operations: tuple[str, ...]
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class References:
    """One vendor's names, of `specs/<vendor>/risk.yaml`: `same` kinds share ids; `free` path parameters name no record.

    `impossible` are ids that no record can have. `acted` adds keys that the structure does not give away.
    """

    impossible: frozenset[str] = frozenset({str(GREATEST)})
    same: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, Tier] = field(default_factory=dict)
    acted: tuple[Acted, ...] = ()

    def kind(self, name: str) -> str:
        """The kind that a parameter or word stands for: `ticket_id`, `ticketIds`, `deleted_tickets` -> ticket."""
        return self.same.get(one := kind_of(name), one)

    def cannot_exist(self, value: str) -> bool:
        """Whether no record can have this id. Whole numbers from 2**63 - 1 on fit no column that stores ids."""
        return value in self.impossible or (value.isdecimal() and value.isascii() and int(value[:40]) >= GREATEST)


def load(vendor: str, impossible: Iterable[str] = (), specs: Path = SPECS) -> References:
    """The naming of a vendor. Raises `DocumentError` for a broken file."""
    same = {
        kind_of(str(one)): kind_of(str(row["kinds"][0]))
        for row in section(vendor, "same", specs)
        for one in row["kinds"]
    }
    free = {
        str(one): Tier[str(row.get("up_to", "destructive")).upper()]
        for row in section(vendor, "free", specs)
        for one in row["parameters"]
    }
    acted = tuple(
        Acted(tuple(row["operations"]), str(row["key"]).casefold(), str(row["reason"]))
        for row in section(vendor, "acted", specs)
    )
    extra = {str(row["value"]) for row in section(vendor, "impossible", specs)}
    return References(frozenset({str(GREATEST), *impossible, *extra}), same, free, acted)


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """A parameter, key or path word to a kind, in the singular and without an id's ending or `deleted` in front."""
    own = [singular(word) for word in words.split(name)]
    while own and own[-1] in ("id", "key", "token") and len(own) > 1:
        own.pop()
    if own and own[0] in ("deleted", "my", "new", "old", "current") and len(own) > 1:
        own = own[1:]
    return "_".join(own)


def is_id(key: str) -> bool:
    """Whether a key's last word says that it holds ids."""
    own = words.split(key)
    return bool(own) and own[-1] in ("id", "ids")


def of_path(naming: References, operation: Operation, values: Mapping[str, str], tier: Tier) -> Iterator[Name]:
    """The records that the path names; parameters that are `free` up to this tier name none."""
    segments = segments_of(operation.path)
    for before, segment in zip(["", *segments], segments, strict=False):
        for parameter in parameter_names(segment):
            if naming.free.get(parameter, Tier.READ) >= tier:
                continue
            # What is in front says whose id it is; it may be a value of this very path: `/{module}/{id}`.
            collection_word = values.get(before[1:-1], "") if is_parameter(before) else before
            kinds = {naming.kind(parameter), naming.kind(collection_word)} - _GENERIC
            yield Name(frozenset(kinds) or ANYTHING, values.get(parameter, ""), f"path parameter {parameter}")


def of_content(
    naming: References, operation: Operation, trees: Sequence[Any], tier: Tier, natural: bool = False
) -> Iterator[Name]:
    """The records that query and body act upon at this tier; `natural` counts names, mails and external ids too."""
    own = collection(naming, operation)
    declared = frozenset(
        one.key
        for one in naming.acted
        if any(fnmatchcase(operation.operation_id, pattern) for pattern in one.operations)
    )
    for tree in trees:
        for pointer, key, value in leaves(tree):
            wrapper = _wrapper(pointer)
            if is_id(key):
                kinds = _kinds(naming, key, wrapper, own, "{" in operation.path)
                acts = key.casefold() in declared or _acts(kinds, own, tier)
            else:
                acts = (natural and key.casefold() in _NATURAL) or _is_foreign_address(value, tier)
                kinds = ANYTHING
            if acts:
                for one in _each(value) if kinds is not ANYTHING or is_id(key) else [str(value)]:
                    yield Name(kinds, one, pointer)


_NATURAL = frozenset({"external_id", "external_ids", "externalid", "email", "name", "key", "id", "ids"})


def collection(naming: References, operation: Operation) -> str:
    """The kind of the records that an operation's path is about: its last fixed word that names a thing.

    `/contacts/{id}/associateProducts` is about products, `/tickets/moveToTrash` about tickets.
    """
    for segment in reversed(segments_of(operation.path)):
        if "{" in segment:
            continue
        own = words.split(segment)
        thing = _without_verbs(own)
        if thing == own:
            names_thing = bool(own) and own[0] not in words.VERBS
        else:
            names_thing = bool(words.kind(operation.vendor, singular(thing[-1])))
        if names_thing:
            return naming.kind("_".join(thing))
    return ""


def _without_verbs(own: tuple[str, ...]) -> tuple[str, ...]:
    """`associate products` -> products; the last word stays, whatever it is."""
    while len(own) > 1 and own[0] in words.VERBS:
        own = own[1:]
    return own


def _kinds(naming: References, key: str, wrapper: str, own: str, nested: bool) -> frozenset[str]:
    """`ticket_ids` names tickets; a bare `id` or `ids` what its wrapper or the path is about."""
    kind = naming.kind(key)
    if kind not in ("id", *_GENERIC):
        return frozenset((kind,))
    if nested and kind in _GENERIC - {""}:
        # Inside a record of ours `entityId` may be of any kind: what is pinned to a ticket is a comment or a thread.
        return ANYTHING
    around = {naming.kind(wrapper) if wrapper else "", own} - _GENERIC - {"data", "recycle_bin", "source", "job"}
    return frozenset(around) if around else ANYTHING


def _acts(kinds: frozenset[str], own: str, tier: Tier) -> bool:
    if kinds is ANYTHING or own in kinds:
        return tier >= Reach.ALWAYS
    heads = {kind.rsplit("_", 1)[-1] for kind in kinds}
    if heads & _WORK:
        return tier >= Reach.ALWAYS
    return tier >= (Reach.PLACES if heads <= _PLACES else Reach.PEOPLE)


def _is_foreign_address(value: Any, tier: Tier) -> bool:
    """A mail address outside the reserved domains, where the request reaches people."""
    if tier < Tier.OUTBOUND or not isinstance(value, str) or "@" not in value:
        return False
    return any(not _RESERVED.search(found) for found in _ADDRESS.findall(value))


def _wrapper(pointer: str) -> str:
    """The nearest named parent of a key: `/tickets/0/id` -> tickets, `/ids/0` -> nothing."""
    names = [part for part in pointer.split("/")[1:] if not part.isdigit()]
    return names[-2] if len(names) > 1 else ""


def leaves(node: Any, at: str = "", key: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every scalar of a tree with its pointer and the nearest key above it."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from leaves(child, f"{at}/{name}", str(name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from leaves(child, f"{at}/{index}", key)
    elif node is not None and not isinstance(node, bool):
        yield at, key, node


def _each(value: Any) -> Iterator[str]:
    """The ids of a scalar; texts may hold several: `1,2`, `1 2`."""
    for one in re.split(r"[,;\s|]+", str(value)):
        if one:
            yield one
