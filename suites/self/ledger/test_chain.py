"""A line follows from the line before it, or the file is not what was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.ledger.chain import OPEN, VERSION, BrokenChainError, Chain, digest, event_of


def opened() -> Chain:
    chain = Chain()
    chain.follow(chain.line_of({"event": OPEN, "version": VERSION}))
    return chain


def test_a_line_names_its_number_the_line_before_it_and_ends_with_its_own_hash() -> None:
    chain = opened()
    event = json.loads(chain.line_of({"event": "void", "entry": "main-1"}))
    own = event.pop("digest")
    assert event == {"event": "void", "entry": "main-1", "line": 2, "previous": digest(chain.lines[0])}
    assert own == digest(json.dumps(event, separators=(",", ":")).encode())


@given(st.data())
def test_a_line_with_any_other_byte_is_taken_by_nobody(data: st.DataObject) -> None:
    chain = opened()
    line = chain.line_of({"event": "made", "entry": "main-1", "ids": ["7"]})
    at = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[at]))
    with pytest.raises(BrokenChainError):
        chain.follow(line[:at] + bytes([byte]) + line[at + 1 :])


def test_a_file_of_the_second_version_is_read_though_its_lines_have_no_hash_of_their_own() -> None:
    chain = Chain()
    first = b'{"event":"open","version":2,"run":"1","writer":"main","line":1,"previous":""}'
    chain.follow(first)
    chain.follow(json.dumps({"event": "void", "line": 2, "previous": digest(first)}).encode())
    with pytest.raises(BrokenChainError, match="line 3 does not follow"):
        chain.follow(b'{"event": "void", "line": 3, "previous": ""}')
    assert len(chain.lines) == 2


@given(st.lists(st.dictionaries(st.sampled_from(["entry", "why"]), st.text()), max_size=4))
def test_what_one_process_wrote_another_follows(events: list[dict[str, str]]) -> None:
    writer, reader = opened(), Chain()
    for event in events:
        writer.follow(writer.line_of({**event, "event": "void"}))
    for line in writer.lines:
        reader.follow(line)
    assert reader.lines == writer.lines


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{torn", "line 2 is no event"),
        (b'{"event": "void", "line": 3, "previous": ""}', "line 2 does not follow"),
        (b'{"event": "void", "line": 2, "previous": ""}', "line 2 does not follow"),
        (b'{"event": "void"}', "line 2 does not follow"),
    ],
)
def test_what_does_not_follow_is_taken_by_nobody(line: bytes, why: str) -> None:
    chain = opened()
    with pytest.raises(BrokenChainError, match=why):
        chain.follow(line)
    assert len(chain.lines) == 1


def test_a_file_begins_with_its_opening_line_of_a_version_that_is_known() -> None:
    with pytest.raises(BrokenChainError, match="does not open"):
        Chain().follow(Chain().line_of({"event": "void"}))
    with pytest.raises(BrokenChainError, match="reads up to"):
        Chain().follow(Chain().line_of({"event": OPEN, "version": VERSION + 1}))


def test_lines_of_the_first_version_are_read_unverified() -> None:
    chain = Chain()
    chain.follow(b'{"event": "intend", "entry": "main-1"}')
    chain.follow(b'{"event": "void", "entry": "main-1"}')
    assert chain.plain


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b'{"event": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_event_is_none(line: bytes) -> None:
    assert event_of(line) is None
