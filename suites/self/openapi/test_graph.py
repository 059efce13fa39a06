"""Which operations list, create, show, update and delete a collection, by paths of both vendors and invented ones."""

from __future__ import annotations

from collections import Counter

import pinned
import pytest

from harness.openapi.catalog import Operation
from harness.openapi.graph import (
    Collection,
    ResourceGraph,
    collection_and_member,
    graph_of,
    graphs_of,
    names_record,
    places_of,
    record_name,
)
from harness.openapi.paths import parameter_names, template_shape
from harness.resources import cleanup

GRAPHS = cleanup.load(pinned.catalog()).graphs


def at(vendor: str, path: str) -> Collection:
    return GRAPHS[vendor].at(path)


def ids(*operations: Operation | None) -> list[str]:
    return [operation.operation_id if operation else "" for operation in operations]


def small_graph(*lines: str, imports: dict[str, str] | None = None) -> ResourceGraph:
    """The graph of operations such as `GET /api/things`, which are their own ids."""
    operations = (Operation("zoho", line, *line.split(" ")) for line in lines)
    return ResourceGraph(graph_of(operations).catalog, imports or {})


def test_a_collection_knows_the_operations_on_it_and_on_its_members() -> None:
    tickets = at("zendesk", "/api/v2/tickets")
    assert ids(tickets.listing, tickets.create) == ["ListTickets", "CreateTicket"]
    assert ids(tickets.show, tickets.update, tickets.delete) == ["ShowTicket", "UpdateTicket", "DeleteTicket"]
    assert (tickets.path, tickets.parents, tickets.member) == ("/api/v2/tickets", (), "ticket_id")


def test_what_the_documents_do_not_have_is_missing() -> None:
    """Zoho Desk deletes a ticket by a POST with a list of ids, which is no operation on one member."""
    tickets = at("zoho", "/api/v1/tickets")
    assert ids(tickets.show, tickets.update, tickets.delete) == ["getTicket", "updateTicket", ""]
    assert at("zoho", "/api/v1/nowhere") == Collection("/api/v1/nowhere")


def test_a_collection_hangs_on_the_records_in_its_path() -> None:
    """Called as the operation calls them that stands first in the document."""
    replies = at("zoho", "/api/v1/communityTopics/{topicId}/comments/{commentId}/replies")
    assert replies.parents == ("topicId", "parentCommentId")


@pytest.mark.parametrize(
    ("path", "create"),
    [
        ("/api/v1/tickets/{caseId}/timeEntry", "createTicketTimeEntry"),
        ("/api/v1/calls/{entityId}/comments", "createCallComment"),
        ("/api/v1/articles/{id}/translations", "createArticleTranslation"),
        ("/api/v1/communityTopics/{topicId}/comments/{parentCommentId}/replies", "addCommunityTopicReply"),
    ],
)
def test_one_collection_may_be_written_with_several_parameter_names(path: str, create: str) -> None:
    """In 11 places a document of Zoho Desk calls a parent otherwise than the operation that adds to it."""
    collection = at("zoho", path)
    assert ids(collection.create) == [create]
    assert collection is at("zoho", template_shape(path))


def test_no_two_paths_differ_in_parameter_names_alone() -> None:
    """If they did, the first would count, and an operation would belong to no collection."""
    for vendor in GRAPHS:
        paths = {operation.path for operation in GRAPHS[vendor].catalog.operations}
        assert len(paths) == len({template_shape(path) for path in paths})


def test_every_operation_of_both_vendors_has_its_collection() -> None:
    for graph in GRAPHS.values():
        for operation in graph.catalog.operations:
            collection = graph.at(collection_and_member(operation.path)[0])
            assert template_shape(collection.path) in graph.collections, operation.key


def test_put_goes_before_patch() -> None:
    graph = small_graph("PATCH /api/things/{id}", "PUT /api/things/{id}")
    (things,) = graph.collections.values()
    assert ids(things.update) == ["PUT /api/things/{id}"]
    assert things.path == "/api/things"


@pytest.mark.parametrize("path", ["/api/report.{format}", "/api/{year}-{month}", "/api/{id}.json"])
def test_a_segment_with_words_and_parameters_is_neither_collection_nor_member(path: str) -> None:
    assert small_graph(f"GET {path}").collections == {}


@pytest.mark.parametrize(
    ("vendor", "path", "is_named_by_id"),
    [
        ("zendesk", "/api/v2/uploads", True),
        ("zoho", "/api/v1/tickets", True),
        ("zoho", "/api/v1/articles/{articleId}/translations", False),
        ("zoho", "/api/v1/channels", False),
        ("zoho", "/api/v1/domains", False),
    ],
)
def test_some_members_are_named_by_no_id_of_theirs(vendor: str, path: str, is_named_by_id: bool) -> None:
    collection = at(vendor, path)
    assert collection.member
    assert collection.is_named_by_id is is_named_by_id


@pytest.mark.parametrize(
    ("path", "holds_records"),
    [
        ("/api/v1/tickets", True),
        ("/api/v1/tickets/{ticketId}/comments", True),
        ("/api/v1/tickets/moveToTrash", False),
        ("/api/v1/tickets/{ticketId}/markAsRead", False),
    ],
)
def test_what_is_only_posted_to_is_an_action(path: str, holds_records: bool) -> None:
    assert at("zoho", path).holds_records is holds_records


def test_copies_and_imports_add_to_a_collection_from_elsewhere() -> None:
    elsewhere: dict[str, list[str]] = {}
    for vendor, graph in GRAPHS.items():
        for operation in graph.catalog.operations:
            target = graph.at(graph.target(operation)).path
            if operation.method == "POST" and graph.target(operation) != operation.path:
                elsewhere.setdefault(f"{vendor} {target}", []).append(operation.operation_id)
    assert elsewhere == {
        "zendesk /api/v2/organizations": ["CreateOrUpdateOrganization"],
        "zendesk /api/v2/ticket_forms": ["CloneTicketForm"],
        "zendesk /api/v2/tickets": ["CreateTicketOrVoicemailTicket", "TicketImport", "CreateRequest"],
        "zendesk /api/v2/users": ["CreateOrUpdateUser"],
        "zoho /api/v1/layouts": ["cloneLayout"],
        "zoho /api/v1/profiles": ["cloneProfile"],
        "zoho /api/v1/tickets": ["convertFeedbackToTicket", "splitThreadIntoNewTicket"],
    }


def test_a_create_adds_to_its_own_collection_unless_it_is_listed() -> None:
    graph = small_graph("POST /api/things", "POST /api/imports", imports={"/api/imports": "/api/things"})
    assert [graph.target(operation) for operation in graph.catalog.operations] == ["/api/things", "/api/things"]


def test_a_list_is_found_by_a_path_with_ids_in_it() -> None:
    graph = GRAPHS["zendesk"]
    assert ids(graph.listing_at("/api/v2/tickets/5/comments")) == ["ListTicketComments"]
    assert graph.listing_at("/api/v2/tickets/5") is None
    assert graph.listing_at("/api/v2/nowhere") is None


def test_each_vendor_has_its_own_graph() -> None:
    graphs = graphs_of(pinned.catalog())
    assert set(graphs) == {"zendesk", "zoho"}
    assert sum(len(graph.catalog.operations) for graph in graphs.values()) == len(pinned.catalog().operations)


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("ticket_id", "ticket"),
        ("ticketId", "ticket"),
        ("ticketIds", "ticket"),
        ("custom_role_id", "customrole"),
        ("id", "id"),
    ],
)
def test_names_of_one_thing_are_one_name(name: str, record: str) -> None:
    assert record_name(name) == record


@pytest.mark.parametrize(
    ("name", "is_reference"),
    [
        ("ticket_id", True),
        ("departmentId", True),
        ("ids", True),
        ("external_id", False),
        ("valid", False),
        ("id", False),
    ],
)
def test_a_field_names_a_record_by_its_ending(name: str, is_reference: bool) -> None:
    assert names_record(name) is is_reference


def test_places_pair_each_parameter_with_its_collection() -> None:
    assert list(places_of("/a/{b}/c/{d_id}")) == [("b", "/a"), ("d_id", "/a/{b}/c")]
    assert parameter_names("/a/{b}/c/{d_id}") == ("b", "d_id")


def test_most_parameters_of_both_vendors_come_from_a_known_collection() -> None:
    for graph in GRAPHS.values():
        names = Counter(name for operation in graph.catalog.operations for name, _ in places_of(operation.path))
        known = sum(count for name, count in names.items() if record_name(name) in graph.by_record_name)
        assert known / names.total() > 0.6


def test_the_collection_that_most_paths_use_a_name_under_is_its_own() -> None:
    assert GRAPHS["zendesk"].by_record_name["ticket"] == "/api/v2/tickets"
    assert GRAPHS["zoho"].by_record_name["department"] == "/api/v1/departments"
