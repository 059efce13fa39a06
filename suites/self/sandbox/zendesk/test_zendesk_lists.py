"""Filtered lists and their counts."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("query", "count"), [({"role": "admin"}, 1), ({"role[]": "agent"}, 1), ({}, 5)])
def test_lists_and_counts_show_the_role_that_is_asked_for(account, query, count):
    assert len(account.get("/users", **query).body["users"]) == count
    assert len(account.get("/users", **query, **{"page[size]": 10}).body["users"]) == count
    assert account.get("/users/count", **query).body["count"]["value"] == count


def test_a_filter_that_the_operation_does_not_declare_is_passed_over(account):
    assert account.get("/tickets", role="admin").body["count"] == 5
    assert account.get("/triggers", active="false").body["count"] == 0
