"""A request and its answer can be read as text, whatever they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Request, Response
from harness.report.http_text import LONGEST_BODY, answer_text, request_text


def test_a_request_reads_as_it_was_sent() -> None:
    request = Request("POST", "https://org.example.com/a?b=c", (("accept", "application/json"),), b'{"a":1}')
    assert request_text(request) == 'POST https://org.example.com/a?b=c\naccept: application/json\n\n{"a":1}\n'


def test_an_answer_begins_with_its_status() -> None:
    assert answer_text(Response(204, (("x-id", "1"),))) == "HTTP 204\nx-id: 1\n"


def test_what_is_no_text_is_written_in_base64() -> None:
    assert answer_text(Response(200, (), b"\xff\xfe")).splitlines()[-2:] == [
        "(2 bytes that are no text, in base64)",
        "//4=",
    ]


def test_a_long_body_is_cut_and_says_so() -> None:
    shown = answer_text(Response(200, (), b"a" * (LONGEST_BODY + 5)))
    assert shown.endswith("a\n(5 more characters in results.ndjson)\n")


@given(st.binary())
def test_no_body_can_move_or_hide_text(body: bytes) -> None:
    shown = answer_text(Response(200, (), body))
    assert all(
        character.isprintable() or character in "\n\t" or character == " " for character in shown if character.isascii()
    )
