"""A record's life: what belongs together in a catalog, and what answers must show of each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks import lifecycle
from harness.exchange import Exchange, Request, Response
from harness.openapi.catalog import Catalog, Operation, Parameter
from harness.resources.cleanup import Cleanup, CleanupStep

SHOW = Operation("zendesk", "ShowDoor", "GET", "/api/v2/doors/{door_id}", parameters=(Parameter("door_id", "path"),))
LIST = Operation("zendesk", "ListDoors", "GET", "/api/v2/doors", parameters=(Parameter("page", "query"),))
CREATE = Operation("zendesk", "CreateDoor", "POST", "/api/v2/doors")
UPDATE = Operation("zendesk", "UpdateDoor", "PUT", "/api/v2/doors/{door_id}")
DELETE = Operation("zendesk", "DeleteDoor", "DELETE", "/api/v2/doors/{door_id}")


def answer(status: int = 200, body: Any = None, **headers: str) -> Exchange:
    raw = b"" if body is None else json.dumps(body).encode()
    pairs = (("content-type", "application/json"), *((name.replace("_", "-"), text) for name, text in headers.items()))
    return Exchange(Request("GET", "http://desk.test/api/v2/doors/5"), Response(status, pairs, raw))


def checks(found: Any) -> list[str]:
    return [finding.check for finding in found]


def rows(*names: int) -> list[dict[str, Any]]:
    return [{"id": name} for name in names]


def test_the_operations_of_a_collection_make_a_life() -> None:
    doors = (SHOW, LIST, CREATE, UPDATE, DELETE)
    (life,) = lifecycle.lifecycles(doors, Cleanup(Catalog(doors), {}, {}))
    assert life == lifecycle.Lifecycle(CREATE, SHOW, LIST, UPDATE, (CleanupStep("DELETE", "/api/v2/doors/{id}"),))
    assert life.name == "door_id"


@pytest.mark.parametrize(
    "other",
    [
        Operation("zendesk", "ShowDoor", "GET", "/api/v2/doors/{locale}"),
        Operation("zendesk", "ShowWindow", "GET", "/api/v2/windows/{id}"),
    ],
)
def test_what_cannot_be_read_by_its_id_has_no_life(other: Operation) -> None:
    assert lifecycle.lifecycles((CREATE, other), Cleanup(Catalog((CREATE, other)), {}, {})) == ()


def test_a_collection_has_one_lifecycle_however_its_paths_call_what_it_hangs_on() -> None:
    """Zoho Desk lists time entries under `{ticketId}` and shows one under `{caseId}`."""
    create = Operation("zoho", "createKey", "POST", "/api/v1/doors/{doorId}/keys")
    show = Operation("zoho", "getKey", "GET", "/api/v1/doors/{entryId}/keys/{keyId}")
    (life,) = lifecycle.lifecycles((create, show), Cleanup(Catalog((create, show)), {}, {}))
    assert (life.create, life.show, life.name) == (create, show, "keyId")


def test_a_create_whose_records_lie_elsewhere_has_no_lifecycle() -> None:
    operations = (CREATE, SHOW)
    elsewhere = Cleanup(Catalog(operations), {}, {"zendesk": {CREATE.path: "/api/v2/windows"}})
    assert lifecycle.lifecycles(operations, elsewhere) == ()


def test_lists_with_pages_ask_for_no_other_query() -> None:
    nested = Operation("zendesk", "ListKeys", "GET", "/api/v2/doors/{id}/keys", parameters=LIST.parameters)
    picky = Operation("zendesk", "Search", "GET", "/api/v2/search",
                      parameters=(*LIST.parameters, Parameter("query", "query", required=True)))  # fmt: skip
    assert lifecycle.paged((SHOW, LIST, nested, picky), "page") == (LIST, nested)
    assert lifecycle.reads_by_id((SHOW, LIST, nested)) == (SHOW,)


def test_a_path_takes_an_id_that_nobody_has() -> None:
    assert lifecycle.path_of_unknown(SHOW, {"integer": "9", "string": "ZZ"}) == "/api/v2/doors/9"


@pytest.mark.parametrize(
    ("exchange", "found"),
    [
        (answer(200, {"door": {"id": 5}}), []),
        (answer(200, {"id": "5"}), []),
        (answer(404, {"error": "RecordNotFound"}), ["made_readable"]),
        (answer(200, {"door": {"id": 6}}), ["made_readable"]),
        (answer(200), ["made_readable"]),
    ],
)
def test_what_was_made_is_readable(exchange: Exchange, found: list[str]) -> None:
    assert checks(lifecycle.readable(SHOW, "5", exchange)) == found


def test_what_was_made_is_listed() -> None:
    assert checks(lifecycle.listed(LIST, "5", rows(4, 5), answer())) == []
    assert checks(lifecycle.listed(LIST, "5", rows(4, 55), answer())) == ["made_listed"]


@pytest.mark.parametrize(
    ("answered", "read", "found"),
    [
        ({"door": {"name": "new"}}, "new", []),
        ({"door": {"name": "new"}}, "old", ["change_kept"]),
        (None, "old", ["change_kept"]),
        ({"door": {"name": "NEW"}}, "NEW", []),  # the vendor's own spelling of it
        ({"door": {"name": "old"}}, "old", []),  # not taken over, and not said to be
    ],
)
def test_what_was_changed_stays_changed(answered: Any, read: str, found: list[str]) -> None:
    shown = answer(200, {"door": {"id": 5, "name": read}})
    assert checks(lifecycle.change_kept(UPDATE, {"door": {"name": "new"}}, answered, shown)) == found


def test_a_record_takes_another_name_where_its_maker_put_one() -> None:
    assert lifecycle.renamed({"door": {"id": 5, "url": "http://m-1", "name": "m-1 front"}}, "m-1") == {
        "door": {"name": "m-1 front changed"}
    }
    assert lifecycle.renamed({"id": "5", "subject": "m-1", "cf": {}}, "m-1") == {"subject": "m-1 changed"}
    assert lifecycle.renamed({"id": "5", "subject": "somebody's"}, "m-1") == {}


@pytest.mark.parametrize(
    ("exchange", "found"),
    [
        (answer(404, {"error": "RecordNotFound"}), []),
        (answer(204), []),
        (answer(200, {"id": "5", "isTrashed": True}), []),
        (answer(200, {"id": "5", "isTrashed": False}), ["deleted_gone"]),
        (answer(200, {"door": {"id": 5}}), ["deleted_gone"]),
    ],
)
def test_what_was_deleted_is_gone(exchange: Exchange, found: list[str]) -> None:
    assert checks(lifecycle.gone(replace(SHOW, vendor="zoho"), exchange)) == found


def test_only_a_vendor_with_a_trash_may_show_what_was_deleted() -> None:
    in_trash = answer(200, {"id": "5", "isTrashed": True})
    assert checks(lifecycle.gone(replace(SHOW, vendor="zendesk"), in_trash)) == ["deleted_gone"]


def test_strangers_and_unknown_ids_see_no_record() -> None:
    refused, shown = answer(401, {"error": "Couldn't authenticate you"}), answer(200, {"door": {"id": 5}})
    assert checks(lifecycle.unsigned(SHOW, refused)) == checks(lifecycle.unknown_id(SHOW, answer(404))) == []
    assert checks(lifecycle.unsigned(SHOW, shown)) == ["ignored_auth"]
    assert checks(lifecycle.unknown_id(SHOW, shown)) == ["unknown_id"]


def test_one_header_of_several_tells_the_quota() -> None:
    names = ("ratelimit-remaining", "x-rate-limit-remaining")
    assert checks(lifecycle.quota_told(SHOW, names, answer(x_rate_limit_remaining="699"))) == []
    assert checks(lifecycle.quota_told(SHOW, names, answer())) == ["quota_told"]
    assert checks(lifecycle.quota_told(SHOW, names, answer(404))) == []


def cut(whole: list[Any]) -> list[list[Any]]:
    size, count = lifecycle.sizes(len(whole))
    return [whole[size * number : size * (number + 1)] for number in range(count)]


@given(st.integers(1, 120))
def test_three_pages_at_most_cover_a_list(count: int) -> None:
    whole = rows(*range(count))
    pages = cut(whole)
    assert len(pages) <= 3
    assert checks(lifecycle.pages(LIST, whole, pages, whole, answer())) == []


@given(st.integers(2, 120), st.data())
def test_a_row_that_is_lost_or_comes_twice_is_found(count: int, data: st.DataObject) -> None:
    whole = rows(*range(count))
    pages = cut(whole)
    page = data.draw(st.sampled_from(pages))
    page.pop()
    assert checks(lifecycle.pages(LIST, whole, pages, whole, answer())) == ["page_loses"]
    page.append({"id": data.draw(st.sampled_from([row["id"] for rest in pages for row in rest]))})
    assert "page_repeats" in checks(lifecycle.pages(LIST, whole, pages, whole, answer()))


def test_a_list_that_others_changed_is_judged_page_by_page() -> None:
    assert checks(lifecycle.pages(LIST, rows(1, 2, 3), [rows(1), rows(3)], rows(1, 3), answer())) == []
    assert checks(lifecycle.pages(LIST, rows(1, 2, 3), [rows(1, 1)], rows(1, 3), answer())) == ["page_repeats"]


def test_one_record_may_have_several_rows() -> None:
    languages = [{"id": 1, "locale": "de"}, {"id": 1, "locale": "fr"}]
    assert checks(lifecycle.pages(LIST, languages, cut(languages), languages, answer())) == []
    assert checks(lifecycle.pages(LIST, languages, [languages[:1]], languages, answer())) == ["page_loses"]
    twice = [languages[:1], languages[:1]]
    assert checks(lifecycle.pages(LIST, languages, twice, languages, answer())) == ["page_repeats", "page_loses"]
    assert lifecycle.distinct(languages)
    assert not lifecycle.distinct([{"count": 1}])
    assert not lifecycle.distinct([{"id": {"of": "another type"}}])


FIELD_FAULTS = {
    "added": lambda row: row | {"x_never_documented": "extra"},
    "left out": lambda row: {name: value for name, value in row.items() if name != "id"},
    "of another type": lambda row: row | {"id": {"of": "another type"}},
    "of another value": lambda row: row | {"kind": "none of the listed"},
    "written another way": lambda row: row | {"id": str(row["id"])},
}


@pytest.mark.parametrize("kind", FIELD_FAULTS)
@given(data=st.data())
def test_a_field_that_is_wrong_in_some_answers_is_no_lost_row(kind: str, data: st.DataObject) -> None:
    """As when only the first row of each answer is wrong: in a small page that is another row than in the large one."""
    whole = [{"id": n, "name": f"door {n}", "kind": "wood"} for n in range(1, data.draw(st.integers(2, 20)) + 1)]

    def shown(page: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [FIELD_FAULTS[kind](row) if data.draw(st.booleans()) else row for row in page]

    answered, pages, again = shown(whole), [shown(page) for page in cut(whole)], shown(whole)
    assert checks(lifecycle.pages(LIST, answered, pages, again, answer())) == []
    page = data.draw(st.sampled_from(pages))
    lost = page.pop()
    assert checks(lifecycle.pages(LIST, answered, pages, again, answer())) == ["page_loses"]
    data.draw(st.sampled_from([rest for rest in pages if rest] or [[lost]])).append(lost)
    assert checks(lifecycle.pages(LIST, answered, pages, again, answer())) == []


def test_a_row_that_two_pages_show_is_found_though_a_field_differs() -> None:
    whole = [{"id": n, "seen": 1} for n in (1, 2)]
    pages = [whole[:1], [{"id": 1, "seen": 2}, whole[1]]]
    assert checks(lifecycle.pages(LIST, whole, pages, whole, answer())) == ["page_repeats"]


def test_a_row_that_nothing_names_may_be_any_that_is_missing() -> None:
    whole = rows(1, 2)
    assert checks(lifecycle.pages(LIST, whole, [rows(1), [{"of": 2}]], whole, answer())) == []


def test_whatever_works_on_a_collection_touches_its_lifecycle() -> None:
    doors = (SHOW, LIST, CREATE, UPDATE, DELETE)
    lives = lifecycle.lifecycles(doors, Cleanup(Catalog(doors), {}, {}))
    for operation in doors:
        assert lifecycle.touched(lives, [operation]) == lives
    assert lifecycle.touched(lives, [Operation("zendesk", "ListWindows", "GET", "/api/v2/windows")]) == ()
    assert lifecycle.touched(lives, [Operation("zendesk", "KeysOfDoor", "GET", "/api/v2/doors/{id}/keys")]) == ()
