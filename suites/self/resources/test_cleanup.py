"""What takes a created record back, and how the record is recognised in the answer that made it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pinned
from hypothesis import given
from hypothesis import strategies as st

from harness.openapi.catalog import Catalog, Operation
from harness.resources import cleanup
from harness.resources.cleanup import Cleanup, CleanupStep, requests_to_remove

CATALOG = Catalog(
    (
        Operation("zendesk", "CreateGroup", "POST", "/api/v2/groups"),
        Operation("zendesk", "DeleteGroup", "DELETE", "/api/v2/groups/{group_id}"),
        Operation("zendesk", "ImportGroup", "POST", "/api/v2/imports/groups"),
        Operation("zendesk", "Start", "POST", "/api/v2/exports"),
        Operation("zendesk", "AddComment", "POST", "/api/v2/groups/{group_id}/comments"),
        Operation("zendesk", "CloneGroup", "POST", "/api/v2/groups/{group_id}/clone"),
        Operation("zendesk", "CloneExport", "POST", "/api/v2/exports/{export_id}/clone"),
    )
)
EXACT = Cleanup(CATALOG, {}, {"zendesk": {"/api/v2/imports/groups": "/api/v2/groups"}})


def operation(key: str) -> Operation:
    return CATALOG.by_key[f"zendesk:{key}"]


def test_a_delete_of_one_member_takes_back_what_the_collection_got() -> None:
    assert EXACT.steps("zendesk", "/api/v2/groups") == (CleanupStep("DELETE", "/api/v2/groups/{id}"),)
    assert EXACT.steps("zoho", "/api/v2/groups") == ()


def test_a_record_that_lives_elsewhere_is_taken_back_there() -> None:
    assert EXACT.collection(operation("ImportGroup")) == "/api/v2/groups"
    assert EXACT.covers(operation("ImportGroup"))


def test_a_copy_lies_beside_its_original() -> None:
    assert EXACT.collection(operation("CloneGroup")) == "/api/v2/groups"
    assert EXACT.covers(operation("CloneGroup"))
    assert not EXACT.covers(operation("CloneExport")), "nothing removes an export"


def test_what_is_listed_without_steps_cannot_be_taken_back() -> None:
    listed = Cleanup(CATALOG, {"zendesk": {"/api/v2/groups": []}}, {})
    assert not listed.covers(operation("CreateGroup"))


def test_what_nothing_removes_is_not_covered() -> None:
    assert not EXACT.covers(operation("Start"))
    assert EXACT.covers(operation("AddComment")), "it goes with the record that it hangs on"
    assert EXACT.covers(operation("DeleteGroup")), "it creates nothing"


def test_the_listed_steps_go_before_the_derived_one() -> None:
    listed = Cleanup(
        CATALOG,
        {"zendesk": {"/api/v2/groups": [CleanupStep("POST", "/trash"), CleanupStep("DELETE", "/trash/{id}")]}},
        {},
    )
    assert [step.method for step in listed.steps("zendesk", "/api/v2/groups")] == ["POST", "DELETE"]


def test_a_step_is_filled_in_path_and_body() -> None:
    step = CleanupStep("POST", "/api/v1/bin/{id}", {"ids": ["{id}"], "deep": {"id": "{id}"}, "count": 1})
    assert step.of("7") == CleanupStep("POST", "/api/v1/bin/7", {"ids": ["7"], "deep": {"id": "7"}, "count": 1})


@given(st.text(min_size=1, max_size=20))
def test_an_id_cannot_lead_a_step_to_another_path(record: str) -> None:
    """Ids come from the server's answers; one with a slash must not delete something else."""
    path = CleanupStep("DELETE", "/api/v2/groups/{id}").of(record).path
    assert path.count("/") == 4
    assert unquote(path.removeprefix("/api/v2/groups/")) == record


def test_all_that_the_project_lists_exists() -> None:
    known = cleanup.load(pinned.catalog())
    for vendor, tables in known.tables.items():
        for steps in tables.values():
            for step in steps:
                path = re.sub(r"{id}", "7", step.path)
                assert pinned.catalog().match(vendor, step.method, path), f"{step.method} {step.path}"
    for vendor, moved in known.collections.items():
        for path, collection in moved.items():
            assert pinned.catalog().match(vendor, "POST", path), path
            assert known.steps(vendor, collection), collection
    for vendor, effects in known.side_effects.items():
        for name in effects:
            assert f"{vendor}:{name}" in pinned.catalog().by_key, name


def test_what_brings_more_than_its_record_is_not_covered() -> None:
    known = Cleanup(CATALOG, {}, {}, side_effects={"zendesk": {"AddComment": "a tag stays"}})
    assert EXACT.covers(operation("AddComment"))
    assert not known.covers(operation("AddComment"))


def test_no_planned_operation_leaves_a_tag_in_the_portal() -> None:
    """Every whole run left one: a ticket tag at Zoho that no call removes."""
    known, catalog = cleanup.load(pinned.catalog()), pinned.catalog().by_key
    assert not known.covers(catalog["zoho:associateTicketTags"])
    assert known.side_effect(catalog["zoho:associateTicketTags"])


def test_a_removal_is_sent_and_proved_by_reading() -> None:
    """A step and a read; where a second step purges it, the trash and the list are read as well."""
    delete = CleanupStep("DELETE", "/api/v2/groups/{id}")
    assert [requests_to_remove([delete] * steps) for steps in range(3)] == [0, 3, 5]


def test_what_lies_in_a_bin_is_deleted_for_good_by_a_step_of_its_own() -> None:
    """Each is a list that the document has, and so is each request that deletes one of its rows."""
    catalog = pinned.catalog()
    loaded = cleanup.load(catalog)
    assert set(loaded.bins["zendesk"]) == {"/api/v2/deleted_tickets", "/api/v2/deleted_users"}
    for vendor, bins in loaded.bins.items():
        for path, steps in bins.items():
            requests = [("GET", path), *((step.method, step.of("1").path) for step in steps)]
            assert all(catalog.match(vendor, *request) for request in requests)
