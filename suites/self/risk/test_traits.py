"""An operation's names taken apart: which words act, which are things, and what the path is about."""

from __future__ import annotations

import pytest

from harness.openapi.catalog import Field, Operation
from harness.risk import words
from harness.risk.traits import Traits


def traits(name: str = "", method: str = "POST", path: str = "/api/v2/tickets", **more: tuple[str, ...]) -> Traits:
    return Traits(Operation("zendesk", name, method, path, **more))


@pytest.mark.parametrize(("method", "reads"), [("GET", True), ("HEAD", True), ("POST", False), ("DELETE", False)])
def test_a_method_promises_to_change_nothing_or_it_does_not(method: str, reads: bool) -> None:
    assert traits(method=method).reads is reads


def test_the_path_falls_into_words_without_its_version() -> None:
    assert traits(path="/api/v2/ticket_audits/{id}/make_private").segments == (
        ("ticket", "audits"),
        ("make", "private"),
    )


def test_an_action_stands_last_and_never_alone() -> None:
    assert traits(path="/api/v2/tickets/{id}/merge").tail == ("merge",)
    assert traits(path="/api/v2/tickets/{id}").tail == ()
    assert traits(path="/api/v2/tickets").tail == ()


def test_an_id_that_only_repeats_the_path_is_no_name() -> None:
    assert traits("post_api_v2_tickets").name == ()
    assert traits("CreateTicket").name == ("create", "ticket")


def test_a_word_for_many_stands_in_front_of_the_verb() -> None:
    assert traits("BulkDeleteTickets").lead == "delete"


def test_where_no_id_says_it_the_method_does() -> None:
    assert "create" in traits("").acts
    assert "create" not in traits("MergeTicket").acts


@pytest.mark.parametrize(("name", "verb"), [("EndUserShow", "end"), ("DropDownOptions", "drop")])
def test_a_word_that_only_looks_like_a_verb_is_none(name: str, verb: str) -> None:
    assert verb not in traits(name).acts


def test_a_phrase_does_not_reach_from_one_segment_into_the_next() -> None:
    phrases = words.phrases("log out")
    assert traits(path="/api/v2/sessions/log_out").phrase(phrases) == "log out"
    assert traits(path="/api/v2/log/out").phrase(phrases) == ""


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        ("/api/v2/tickets/{id}", ("ticket", "record")),
        ("/api/v2/triggers/{id}", ("trigger", "config")),
        ("/api/v2/tickets/{id}/merge", ("ticket", "record")),
        ("/api/v2/frobnicators", ("frobnicator", "unknown")),
    ],
)
def test_the_last_thing_of_the_path_is_what_it_is_about(path: str, thing: tuple[str, str]) -> None:
    assert traits(path=path).thing == thing


def test_a_segment_is_about_its_last_word() -> None:
    assert traits(path="/api/v2/audit_logs/ticket_merge").heads == {"logs", "merge"}


def test_a_path_names_a_record_by_parameter() -> None:
    assert traits(path="/api/v2/tickets/{id}").parents
    assert not traits().parents


def test_nouns_are_in_the_singular() -> None:
    assert traits(path="/api/v2/ticket_audits").nouns == {"ticket", "audit"}


def test_a_field_is_read_by_its_own_name() -> None:
    assert traits().field_words(Field("/ticket/isPublic")) == ("is", "public")


def test_a_scope_says_what_may_be_done_with_what() -> None:
    scoped = traits(scopes=("Desk.activities.calls.READ", "Desk.tickets.ALL"))
    assert scoped.operations_of_scopes == {"READ", "ALL"}
    assert scoped.modules_of_scopes == {"calls", "tickets"}
