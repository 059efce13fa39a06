"""A parameter may rename the method, unless the operation declares it as a value of its own."""

from __future__ import annotations

from typing import Any

import pytest

from harness.openapi.catalog import Field, Operation, Parameter
from harness.policy.override_parameters import MethodClaim, claims, declared_roots, root_of, undeclared_methods

SORTED = Operation(
    "zendesk", "ListThings", "GET", "/things", parameters=(Parameter("sort", "query"), Parameter("h", "header"))
)
TARGETED = Operation("zendesk", "CreateThing", "POST", "/things", fields=(Field("/method", ("string",)),))


def methods(query: list[tuple[str, str]], body: Any = None) -> list[tuple[str, str, str]]:
    return [(claim.place, claim.root, claim.method) for claim in claims(query, body)]


def test_any_name_in_a_query_may_rename_the_method() -> None:
    assert methods([("_method", "DELETE"), ("sort", "delete"), ("page", "2")]) == [
        ("query", "_method", "DELETE"), ("query", "sort", "DELETE"),
    ]  # fmt: skip


def test_only_the_top_of_a_body_counts_unless_a_framework_knows_the_name() -> None:
    assert methods([], {"method": "DELETE"}) == [("body", "method", "DELETE")]
    assert methods([], {"target": {"method": "DELETE"}}) == []
    assert methods([], {"target": {"_method": "DELETE"}}) == [("body", "target", "DELETE")]


def test_a_list_is_walked_through_as_if_it_were_not_there() -> None:
    assert methods([], [{"method": "PUT"}]) == [("body", "method", "PUT")]
    assert methods([], {"_method": ["PUT"]}) == [("body", "_method", "PUT")]


def test_a_body_may_nest_deeper_than_python_does() -> None:
    body: Any = "DELETE"
    for _ in range(100_000):
        body = {"a": body}
    assert methods([], body) == []


def test_what_an_operation_declares_is_an_ordinary_value() -> None:
    assert list(undeclared_methods(claims([("sort", "delete")], None), [SORTED])) == []
    assert list(undeclared_methods(claims([("other", "delete")], None), [SORTED])) == ["DELETE"]
    assert list(undeclared_methods(claims([], {"method": "POST"}), [TARGETED])) == []


def test_every_operation_that_is_meant_must_declare_it() -> None:
    assert list(undeclared_methods(claims([("sort", "delete")], None), [SORTED, TARGETED])) == ["DELETE"]
    assert list(undeclared_methods(claims([("sort", "delete")], None), [])) == ["DELETE"]


def test_no_declaration_makes_a_frameworks_override_an_ordinary_value() -> None:
    certain = MethodClaim("query", "sort", "DELETE", certain=True)
    assert list(undeclared_methods([certain], [SORTED])) == ["DELETE"]


def test_only_parameters_of_the_same_place_are_declared() -> None:
    assert declared_roots(SORTED, "query") == {"sort"}
    assert declared_roots(TARGETED, "body") == {"method"}


@pytest.mark.parametrize(("name", "root"), [("filter[type]", "filter"), ("ids[]", "ids"), ("a", "a"), ("[]", "[]")])
def test_brackets_do_not_belong_to_the_name(name: str, root: str) -> None:
    assert root_of(name) == root
