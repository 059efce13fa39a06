"""The guard's router finds every operation that some router could."""

from __future__ import annotations

from harness.openapi.catalog import Operation
from harness.policy.operation_router import OperationRouter

ROUTER = OperationRouter(
    (
        Operation("v", "List", "GET", "/api/things"),
        Operation("v", "Show", "GET", "/api/things/{id}"),
        Operation("v", "Update", "PUT", "/api/things/{id}"),
        Operation("v", "UpdateMany", "PUT", "/api/things/update_many"),
        Operation("v", "DestroyMany", "DELETE", "/api/things/destroy_many"),
        Operation("v", "Range", "GET", "/api/things/{from}..{to}"),
        Operation("v", "Any", "POST", "/api/{module}/{id}/follow"),
        Operation("v", "Own", "POST", "/api/things/{id}/follow"),
    )
)


def names(method: str, path: str) -> set[str]:
    return {hit.operation.operation_id for hit in ROUTER.find((method,), path)}


def test_fixed_words_and_parameters_alike() -> None:
    assert names("PUT", "/api/things/update_many") == {"Update", "UpdateMany"}
    assert names("POST", "/api/things/5/follow") == {"Any", "Own"}
    assert names("GET", "/api/things/1..9") == {"Show", "Range"}


def test_case_and_slashes_around_do_not_count() -> None:
    assert names("GET", "API/Things/") == {"List"}


def test_a_word_of_a_sibling_brings_that_sibling() -> None:
    found = {hit.operation.operation_id: hit.sibling for hit in ROUTER.find(("GET",), "/api/things/destroy_many")}
    assert found == {"Show": False, "DestroyMany": True}


def test_a_parameter_that_takes_a_fixed_word_is_shadowed() -> None:
    found = {hit.operation.operation_id: hit.shadowed for hit in ROUTER.find(("PUT",), "/api/things/update_many")}
    assert found == {"Update": True, "UpdateMany": False}


def test_values_keep_their_case() -> None:
    (hit,) = [one for one in ROUTER.find(("GET",), "/api/things/AbC") if not one.sibling]
    assert hit.values == {"id": "AbC"}


def test_nothing_fits_another_method_or_path() -> None:
    assert names("PATCH", "/api/things/5") == set()
    assert names("GET", "/api") == set()


def test_an_ending_that_means_nothing_may_be_left_out() -> None:
    router = OperationRouter((Operation("v", "Count", "GET", "/api/things/count.json"),), ".json")
    for path in ("/api/things/count", "/api/things/count.json"):
        assert [hit.operation.operation_id for hit in router.find(("GET",), path)] == ["Count"]
    assert list(router.find(("GET",), "/api/things/count.xml")) == []


def test_what_is_remembered_of_a_path_is_what_is_found_anew() -> None:
    for method in ("GET", "PUT", "DELETE"):
        for path in ("/api/things", "/api/things/update_many", "/api/things/destroy_many"):
            first, again = ROUTER.find((method,), path), ROUTER.find((method,), path)
            assert first == again == OperationRouter(ROUTER.operations).find((method,), path)


def test_paths_without_end_are_not_remembered_without_end() -> None:
    router = OperationRouter(ROUTER.operations)
    for number in range(10_000):
        router.find(("GET",), f"/api/things/{number}")
    assert len(router._known) <= 4096
