"""A case as a URL path: every value in its own segment, and the query behind."""

from __future__ import annotations

from urllib.parse import unquote

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from harness.cases.case import Case, Intent


@given(st.text(min_size=1), st.text(min_size=1))
def test_each_value_fills_its_own_place(first: str, second: str) -> None:
    """Also one that looks like another parameter."""
    case = Case("GET", "/a/{one}/b/{two}", Intent.FUZZ, values={"one": first, "two": second})
    _, a, one, b, two = case.url_path().split("/")
    assert (a, unquote(one), b, unquote(two)) == ("a", first, "b", second)


def test_a_value_that_names_a_parameter_is_not_filled_again() -> None:
    case = Case("GET", "/a/{one}/{two}", Intent.FUZZ, values={"one": "{two}", "two": "x"}, query="q=%20")
    assert case.url_path() == "/a/%7Btwo%7D/x?q=%20"


@given(
    st.builds(Case, st.just("GET"), st.just("/"), st.sampled_from(Intent), json=st.none() | st.integers() | st.text())
)
def test_a_case_comes_back_equal(case: Case) -> None:
    assert msgspec.json.decode(msgspec.json.encode(case), type=Case) == case
