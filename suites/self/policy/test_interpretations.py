"""No reading that a server could make is missing."""

from __future__ import annotations

import contextlib
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.policy import interpretations
from harness.policy.interpretations import TooManyError, header_overrides, methods, paths

GOAL = "/api/v2/tickets/destroy_many"


@pytest.mark.parametrize(
    "raw",
    [
        "/api/v2/tickets/%64estroy_many",
        "/api/v2/tickets/%2564estroy_many",
        "/api/v2/tickets/%252564estroy_many",
        "/api/v2/tickets/1/../destroy_many",
        "/api/v2/tickets/1/%2e%2e/destroy_many",
        "/api/v2/tickets/1/%252e%252e/destroy_many",
        "/api/v2/tickets/1/..;a=b/destroy_many",
        "/api/v2/tickets/%c0%ae%c0%ae/tickets/destroy_many",
        "/api/v2/./tickets//destroy_many",
        "/api/v2\\tickets\\destroy_many",
        "/api/v2%2ftickets%5cdestroy_many",
        "/api/v2/tickets/destroy_many.json",
        "/api/v2/tickets/destroy_many.",
        "/api/v2/tickets/destroy_many%2ejson",
        "/api/v2/tickets/destroy_many;v=1",
        "/api/v2/tickets/destroy_many%00.png",
        "/api/v2/tickets/destroy_many%3fx=1",
        "/api/v2/tickets/destroy_many%20",
        "/api/v2/tickets/ destroy_many+",
        "/api/v2/tickets/de%e2%80%8bstroy_many",
        "/api/v2/tickets/%ef%bd%84estroy_many",
        "/api/v2/tickets/d\u0435stroy_many",
        "/api/v2/tickets/d\u00e9stroy_many",
        "/api/v2/tickets/%u0064estroy_many",
    ],
)  # fmt: skip
def test_ways_to_say_the_same(raw: str) -> None:
    assert GOAL in paths(raw)


def test_a_plain_path_has_one_reading() -> None:
    assert paths("/api/v2/tickets/35436") == {"/api/v2/tickets/35436"}


def test_climbing_out_of_the_base_is_seen() -> None:
    assert "/zoho/api" in paths("/zendesk/%2e%2e/zoho/api")


PLAIN = st.from_regex(r"/[a-z0-9_]{1,8}(/[a-z0-9_]{1,8}){0,4}", fullmatch=True)


@given(path=PLAIN)
def test_plain_paths_stay_as_they_are(path: str) -> None:
    assert paths(path) == {path}


@given(path=PLAIN, times=st.integers(1, 3))
def test_whatever_is_encoded_comes_out(path: str, times: int) -> None:
    raw = "/" + "".join(f"%{ord(one):02x}" for one in path[1:])
    for _ in range(times - 1):
        raw = raw.replace("%", "%25")
    assert path in paths(raw)


STEP = st.sampled_from(interpretations.STEPS)


@given(
    raw=st.text(alphabet="/abc.%2fe5;\\\u0435\uff0f +?", min_size=1, max_size=18), first=STEP, second=STEP, third=STEP
)
def test_any_order_of_steps_ends_inside_the_readings(raw: str, first: object, second: object, third: object) -> None:
    raw = "/" + raw
    try:
        found = paths(raw)
    except TooManyError:
        assume(False)
    now = {raw}
    for step in (first, second, third):
        now |= {read for path in now for read in step(path)}  # type: ignore[operator]
    assert now <= found


@given(raw=st.text(max_size=200))
def test_any_text_is_read_or_given_up_in_bounds(raw: str) -> None:
    with contextlib.suppress(TooManyError):
        assert len(paths("/" + raw)) <= interpretations.LIMIT


@given(text=st.text(min_size=1, max_size=12))
def test_quoting_is_undone(text: str) -> None:
    try:
        found = paths("/" + quote(text, safe=""))
    except TooManyError:
        return
    assert "/" + text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") in found


@pytest.mark.parametrize(
    ("headers", "fields", "expected"),
    [
        ([], [], {"POST"}),
        (["delete"], [], {"POST", "DELETE"}),
        (["GET, DELETE"], [], {"POST", "GET", "DELETE"}),
        ([], [("_method", "put")], {"POST", "PUT"}),
        ([], [("_METHOD", " PATCH ")], {"POST", "PATCH"}),
        ([], [("method", "file")], {"POST"}),
    ],
)
def test_methods_by_other_names(headers: list[str], fields: list[tuple[str, str]], expected: set[str]) -> None:
    assert methods("POST", headers, fields) == expected


def test_head_is_read_as_get_and_odd_methods_as_themselves() -> None:
    assert methods("HEAD") == {"GET"}
    assert methods("propfind") == {"PROPFIND"}


def test_headers_that_rename_are_found_however_they_are_spelt() -> None:
    found = header_overrides(
        (("x_http_method_override", "DELETE"), ("X-Original-URL", "/x"), ("x-forwarded-host", "y"), ("accept", "z"))
    )
    assert (found.methods, found.paths, found.hosts) == (("DELETE",), ("/x",), ("y",))
