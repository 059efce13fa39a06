"""An excerpt shows the culprit first, and never more than asked for."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.report.excerpt import excerpt

ANSWER = json.dumps(
    {"count": 2, "tickets": [{"id": 1}, {"id": 2, "via": {"channel": "web"}, "recipient": None}]}
).encode()


def finding(pointer: str, body: bytes = ANSWER, check: str = "body") -> Finding:
    return Finding(
        "zendesk:A",
        check,
        200,
        pointer,
        "wrong",
        exchange=Exchange(Request("POST", "https://a.example/", (), b'{"sent": 1}'), Response(200, (), body)),
    )


def test_the_culprit_comes_before_its_neighbours() -> None:
    assert list(json.loads(excerpt(finding("/tickets/1/recipient")))) == ["recipient", "id", "via"]


def test_a_missing_property_shows_the_object_that_lacks_it() -> None:
    assert json.loads(excerpt(finding("/tickets/0/url"))) == {"id": 1}


def test_without_a_pointer_it_is_the_whole_answer() -> None:
    assert json.loads(excerpt(finding(""))) == json.loads(ANSWER)


def test_findings_about_the_request_show_the_request() -> None:
    assert json.loads(excerpt(finding("", check="request_body"))) == {"sent": 1}


def test_what_is_no_json_is_shown_from_its_beginning() -> None:
    assert excerpt(finding("/a", b"<html>\xff")) == "<html>�"


def test_nothing_without_an_exchange() -> None:
    assert excerpt(Finding("zendesk:A", "body", 200, "/a", "wrong")) == ""


@given(
    st.binary(max_size=300) | st.just(b"[" * 5000) | st.just(ANSWER),
    st.text(max_size=20).map(lambda text: "/" + text),
    st.integers(10, 80),
)
def test_any_answer_and_any_pointer_fit(body: bytes, pointer: str, size: int) -> None:
    assert len(excerpt(finding(pointer, body), size)) <= size
