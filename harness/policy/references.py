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
from harness.openapi.graph import places_of
from harness.openapi.paths import parameter_names, segments_of
from harness.risk import words
from harness.risk.overrides import section
from harness.risk.tier import Tier

GREATEST = 2**63 - 1
ANYTHING = frozenset({"*"})
"""Fits a record of any kind: an id for `/recycleBin/delete` may be that of any record."""

_GENERIC = frozenset({"", "entity", "record", "item", "object", "resource", "instance", "source", "target", "parent"})
# Words of wrappers and paths that say nothing of the records inside.
_NO_KINDS = frozenset({"data", "recycle_bin", "source", "job"})
# Keys by which an upsert finds its record beside its id.
_NATURAL = frozenset({"external_id", "external_ids", "externalid", "email", "name", "key"})
_ADDRESS = re.compile(r"[^\s@<>,;\"']+@([^\s@<>,;\"']+)")
# Domains without mailboxes: RFC 2606 and RFC 6761.
_RESERVED = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost)\.?\Z", re.IGNORECASE)


class Reach(IntEnum):
    """From which tier on an id in query or body names a record that the request acts upon.

    Below that it is a reference, a value of the record that is created or changed: it changes nothing at its other end.
    """

    ALWAYS = Tier.WRITE
    PEOPLE = Tier.ADMIN
    PLACES = Tier.DESTRUCTIVE


# Work that would show the new record as its own part: a pin, task or comment changes the ticket that it names.
_WORK = frozenset({"ticket", "case", "problem", "request", "article", "topic", "task", "call", "event", "comment",
                   "thread", "conversation", "post", "deal", "lead", "invoice", "order", "winner", "session",
                   "question", "entry"}) | _GENERIC  # fmt: skip
# Where a record lies: naming one of these neither changes it nor gives anybody access.
_PLACES = frozenset({"department", "brand", "locale", "language", "form", "layout", "category", "folder", "account",
                     "product", "center", "module", "zone", "hour", "organization", "org", "status", "type", "field",
                     "currency", "section", "sla", "plan", "template", "stage", "contract", "view",
                     "channel"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """One id that a request names: kinds of record that it may be of, its value, and where it stands."""

    kinds: frozenset[str]
    value: str
    where: str


@dataclass(frozen=True, slots=True)
class DeclaredKey:
    """A key of body or query whose ids count from `write` on although its name does not say so, with the reason."""

    operations: tuple[str, ...]
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class References:
    """How one vendor names records, from `specs/<vendor>/risk.yaml`.

    Kinds that are the `same` share ids. A path parameter that is `free` up to a tier names no record. `impossible` are
    ids that no record can have. `declared` are keys whose names do not give them away.
    """

    impossible: frozenset[str] = frozenset({str(GREATEST)})
    same: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, Tier] = field(default_factory=dict)
    declared: tuple[DeclaredKey, ...] = ()

    def kind(self, name: str) -> str:
        """The kind that a parameter or word stands for: `ticket_id`, `ticketIds`, `deleted_tickets` -> ticket."""
        kind = kind_of(name)
        return self.same.get(kind, kind)

    def cannot_exist(self, value: str) -> bool:
        """Whether no record can have this id. Whole numbers from 2**63 - 1 on fit no column that stores ids."""
        return value in self.impossible or (value.isdecimal() and value.isascii() and int(value[:40]) >= GREATEST)


def load(vendor: str, impossible: Iterable[str] = (), specs: Path = SPECS) -> References:
    """The references of a vendor. Raises `DocumentError` for a broken file."""
    same = {
        kind_of(str(kind)): kind_of(str(row["kinds"][0]))
        for row in section(vendor, "same", specs)
        for kind in row["kinds"]
    }
    free = {
        str(parameter): Tier[str(row.get("up_to", "destructive")).upper()]
        for row in section(vendor, "free", specs)
        for parameter in row["parameters"]
    }
    declared = tuple(
        DeclaredKey(tuple(row["operations"]), str(row["key"]).casefold(), str(row["reason"]))
        for row in section(vendor, "acted", specs)
    )
    extra = {str(row["value"]) for row in section(vendor, "impossible", specs)}
    return References(frozenset({str(GREATEST), *impossible, *extra}), same, free, declared)


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """A parameter, key or path word to a kind, in the singular and without an id's ending or `deleted` in front."""
    parts = [singular(word) for word in words.split(name)]
    while len(parts) > 1 and parts[-1] in ("id", "key", "token"):
        parts.pop()
    if len(parts) > 1 and parts[0] in ("deleted", "my", "new", "old", "current"):
        parts.pop(0)
    return "_".join(parts)


def is_id(key: str) -> bool:
    """Whether a key's last word says that it holds ids."""
    return words.split(key)[-1:] in (("id",), ("ids",))


def in_path(
    references: References, operation: Operation, values: Mapping[str, str], tier: Tier
) -> Iterator[NamedRecord]:
    """The records that the path names; parameters that are `free` up to this tier name none."""
    for parameter, collection in places_of(operation.path):
        if references.free.get(parameter, Tier.READ) >= tier:
            continue
        before = collection.rpartition("/")[2]
        if module := parameter_names(before):
            # `/{moduleApiName}/{recordId}`: what kind of record it is, the request says.
            before = values.get(module[0], "")
        kinds = {references.kind(parameter), references.kind(before)} - _GENERIC
        yield NamedRecord(frozenset(kinds) or ANYTHING, values.get(parameter, ""), f"path parameter {parameter}")


def in_content(
    references: References, operation: Operation, trees: Sequence[Any], tier: Tier, natural: bool = False
) -> Iterator[NamedRecord]:
    """The records that query and body act upon at this tier; `natural` counts names, mails and external ids too."""
    own_kind = kind_of_records(references, operation)
    declared = _declared_keys(references, operation)
    for tree in trees:
        for pointer, key, value in leaves(tree):
            if is_id(key):
                kinds = _kinds(references, key, _wrapper(pointer), own_kind, "{" in operation.path)
                if key.casefold() in declared or _is_acted_upon(kinds, own_kind, tier):
                    yield from (NamedRecord(kinds, record, pointer) for record in _each(value))
            elif (natural and key.casefold() in _NATURAL) or _is_foreign_address(value, tier):
                yield NamedRecord(ANYTHING, str(value), pointer)


def _declared_keys(references: References, operation: Operation) -> frozenset[str]:
    """The keys that are declared for an operation."""
    name = operation.operation_id
    return frozenset(
        declared.key
        for declared in references.declared
        if any(fnmatchcase(name, pattern) for pattern in declared.operations)
    )


def kind_of_records(references: References, operation: Operation) -> str:
    """The kind of the records that an operation's path is about: its last fixed word that names a thing.

    `/contacts/{id}/associateProducts` is about products, `/tickets/moveToTrash` about tickets. This is another question
    than which collection a path belongs to, since both paths are no collection's: only the vocabulary answers it.
    """
    for segment in reversed(segments_of(operation.path)):
        if "{" in segment:
            continue
        parts = words.split(segment)
        thing = _without_verbs(parts)
        if thing == parts:
            names_thing = bool(parts) and parts[0] not in words.VERBS
        else:
            names_thing = bool(words.kind(operation.vendor, singular(thing[-1])))
        if names_thing:
            return references.kind("_".join(thing))
    return ""


def _without_verbs(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a path segment after its leading verbs; the last word is left in any case."""
    while len(parts) > 1 and parts[0] in words.VERBS:
        parts = parts[1:]
    return parts


def _kinds(references: References, key: str, wrapper: str, own_kind: str, nested: bool) -> frozenset[str]:
    """`ticket_ids` names tickets; a bare `id` or `ids` what its wrapper or the path is about."""
    kind = references.kind(key)
    if kind not in ("id", *_GENERIC):
        return frozenset((kind,))
    if nested and kind in _GENERIC - {""}:
        # Inside a record of ours `entityId` may be of any kind: what is pinned to a ticket is a comment or a thread.
        return ANYTHING
    around = {references.kind(wrapper) if wrapper else "", own_kind} - _GENERIC - _NO_KINDS
    return frozenset(around) if around else ANYTHING


def _is_acted_upon(kinds: frozenset[str], own_kind: str, tier: Tier) -> bool:
    """Whether an id of these kinds is acted upon at this tier, rather than a value of the record that is changed."""
    if kinds is ANYTHING or own_kind in kinds:
        return tier >= Reach.ALWAYS
    heads = {kind.rsplit("_", 1)[-1] for kind in kinds}
    if heads & _WORK:
        return tier >= Reach.ALWAYS
    return tier >= (Reach.PLACES if heads <= _PLACES else Reach.PEOPLE)


def _is_foreign_address(value: Any, tier: Tier) -> bool:
    """A mail address outside the reserved domains, where the request reaches people."""
    if tier < Tier.OUTBOUND or not isinstance(value, str) or "@" not in value:
        return False
    return any(not _RESERVED.search(domain) for domain in _ADDRESS.findall(value))


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
    return (part for part in re.split(r"[,;\s|]+", str(value)) if part)
