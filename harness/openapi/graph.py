"""Which operations list, create, show, update and delete the records of each collection, read from the paths.

Two kinds of path matter: that of a collection (`/tickets/{ticket_id}/comments`), which ends on a word, and that of one
of its members, which has one parameter more. All else that the project asks of paths is a question to this graph.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.openapi.catalog import Catalog, Operation
from harness.openapi.paths import PARAMETER, parameter_names, template_shape

# `/report.{format}` and `/{a}.{b}` name no member. OpenAPI allows such segments; neither vendor's documents have one.
_MEMBER = re.compile(r"(?P<collection>.*)/{(?P<parameter>[^{}]+)}")
# A copy of a record comes to lie beside it (Zendesk: CloneTicketForm; Zoho Desk: cloneLayout).
_COPY = re.compile(r"/{[^{}]*}/(?:clone|copy|duplicate)$")
# Some members are named by no id of theirs: a translation by its locale (Zoho Desk: getArticleTranslation), a channel
# by its code, a domain by itself. What a create answers with does not stand there.
_NAMED_BY_ID = re.compile(r"(?:id|Id|key|token)$")
_ID_ENDINGS = ("_id", "_ids", "Id", "Ids")


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection, and the operations on it and its members; None where the document has no such operation.

    `path` is written as the first operation writes it. `member` is the parameter that names one record below it, empty
    where no path does. `listing` is the GET of the path: whether it answers with rows, with one object (settings) or
    with a number only its schema says.
    """

    path: str
    member: str = ""
    listing: Operation | None = None
    create: Operation | None = None
    show: Operation | None = None
    update: Operation | None = None
    delete: Operation | None = None

    @property
    def parents(self) -> tuple[str, ...]:
        """The parameters that name the records which the collection hangs on, outermost first."""
        return parameter_names(self.path)

    @property
    def is_named_by_id(self) -> bool:
        """Whether a member is named by its own id, which is what a create answers with."""
        return bool(_NAMED_BY_ID.search(self.member))

    @property
    def holds_records(self) -> bool:
        """Whether a POST to it can add a record: it can be read, or one of its records can be named.

        A path that is only posted to is an action (`/tickets/{ticketId}/markAsRead`).
        """
        return self.listing is not None or bool(self.member)


@dataclass(frozen=True)
class ResourceGraph:
    """The collections of one vendor. `imports` maps the path of a create to that of the collection it adds to.

    Documents call one parent by several names: `/tickets/{caseId}/timeEntry` lies in the collection that
    `/tickets/{ticketId}/timeEntry` lists (Zoho Desk). So the names of a path's parameters are left out of what tells
    collections apart. Where two paths differ in nothing else, the first one counts, as in the catalog.
    """

    catalog: Catalog
    imports: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """Every collection by its path without parameter names, in the order of the document."""
        paths: dict[str, str] = {}
        members: dict[str, str] = {}
        on_path: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
        on_member: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
        for operation in self.catalog.operations:
            path, member = collection_and_member(operation.path)
            if not path:
                continue
            key = template_shape(path)
            paths.setdefault(key, path)
            if member:
                members.setdefault(key, member)
            by_method = on_member[key] if member else on_path[key]
            by_method.setdefault(operation.method, operation)
        return {
            key: Collection(
                path=path,
                member=members.get(key, ""),
                listing=on_path[key].get("GET"),
                create=on_path[key].get("POST"),
                show=on_member[key].get("GET"),
                update=on_member[key].get("PUT") or on_member[key].get("PATCH"),
                delete=on_member[key].get("DELETE"),
            )
            for key, path in paths.items()
        }

    def at(self, path: str) -> Collection:
        """The collection at a path template, however it calls its parameters; an empty one where there is none."""
        return self.collections.get(template_shape(path)) or Collection(path)

    def target(self, operation: Operation) -> str:
        """The path of the collection that a create adds to: as a rule its own."""
        return self.imports.get(operation.path) or _COPY.sub("", operation.path)

    def listing_at(self, path: str) -> Operation | None:
        """The operation that lists the collection at a path whose parameters are filled in."""
        vendor = next((operation.vendor for operation in self.catalog.operations), "")
        match = self.catalog.match(vendor, "GET", path)
        return self.at(match.operation.path).listing if match else None

    @cached_property
    def by_record_name(self) -> Mapping[str, str]:
        """What a parameter or field calls a record (`ticket`) to the path of the collection that it comes from.

        Most paths decide: the top-level list under which they use the name. A list that no path uses so counts by its
        own last word.
        """
        votes: dict[str, Counter[str]] = {}
        for operation in self.catalog.operations:
            for parameter, path in places_of(operation.path):
                if self._is_top_level_list(path):
                    votes.setdefault(record_name(parameter), Counter())[path] += 1
        paths = {name: counts.most_common(1)[0][0] for name, counts in votes.items()}
        for collection in self.collections.values():
            if self._is_top_level_list(collection.path):
                last_word = collection.path.rpartition("/")[2]
                paths.setdefault(record_name(last_word.removesuffix("s")), collection.path)
        return paths

    def _is_top_level_list(self, path: str) -> bool:
        return "{" not in path and self.at(path).listing is not None


def graphs_of(catalog: Catalog, imports: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, ResourceGraph]:
    """The graph of each vendor in the catalog; `imports` by vendor as well."""
    vendors = dict.fromkeys(operation.vendor for operation in catalog.operations)
    return {vendor: ResourceGraph(catalog.of(vendor), (imports or {}).get(vendor, {})) for vendor in vendors}


def graph_of(operations: Iterable[Operation]) -> ResourceGraph:
    """The graph of some operations of one vendor: of one document, or of what a run has selected."""
    return ResourceGraph(Catalog(tuple(operations)))


def collection_and_member(path: str) -> tuple[str, str]:
    """The path of the collection that a template is of, and the parameter by which it names a member, if it does.

    Both are empty where the last segment has words and parameters: nothing says what it names.
    """
    if member := _MEMBER.fullmatch(path):
        return member["collection"], member["parameter"]
    return ("", "") if "{" in path.rpartition("/")[2] else (path, "")


def places_of(path: str) -> Iterator[tuple[str, str]]:
    """Each parameter of a template with the path of the collection whose record it names."""
    for parameter in PARAMETER.finditer(path):
        yield parameter[1], path[: parameter.start()].rstrip("/")


def record_name(name: str) -> str:
    """What a parameter or field calls the record that it names: `ticket_id`, `ticketId` and `ticket_ids` -> ticket."""
    return re.sub(r"(_?ids?|Ids?)$", "", name).replace("_", "").lower() or name.lower()


def names_record(name: str) -> bool:
    """Whether a field of this name holds the id of another record, or several; an external id is a plain value."""
    return name == "ids" or (name.endswith(_ID_ENDINGS) and name not in ("external_id", "externalId"))
