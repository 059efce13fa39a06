"""The list of organisations is read whole or not at all: what is no list must not look like an empty one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.vendors.listed_org import ListedOrg
from harness.vendors.zoho.orgs import DIRECTORY, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["data", "id", "companyName"]), inner),
    max_leaves=8,
)


def test_ids_and_names_are_read() -> None:
    rows = [{"id": "730000001", "companyName": "Paper Lane", "portalName": "paperlane"}, {"id": 7, "companyName": None}]
    assert read({"data": rows}) == (ListedOrg("730000001", ("Paper Lane", "paperlane")), ListedOrg("7"))
    assert read({"data": []}) == ()


@pytest.mark.parametrize("body", [None, [], "", 3, {}, {"data": None}, {"data": {}}, {"data": [3]}, {"data": [{}]},
                                  {"data": [{"id": True}]}, {"data": [{"id": " 7"}]}, {"data": [{"id": "x"}]},
                                  {"errorCode": "INTERNAL_SERVER_ERROR"}])  # fmt: skip
def test_what_is_no_list_of_organisations_is_refused(body: Any) -> None:
    with pytest.raises(ValueError, match="it"):
        read(body)


@given(JSON)
def test_whatever_comes_is_orgs_with_ids_or_no_list(body: Any) -> None:
    try:
        orgs = read(body)
    except ValueError:
        return
    assert all(DIRECTORY.is_id(org.id) for org in orgs)


@given(st.text(max_size=25))
def test_an_id_is_of_ascii_digits_alone(text: str) -> None:
    assert DIRECTORY.is_id(text) is (text.isascii() and text.isdigit() and len(text) <= 20)
