"""A baseline holds what is the same in every run, comes back as it was written, and says what is wrong with a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.results import archive, baseline
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint

SENT = Exchange(Request("GET", "https://acme.example/api/v2/tickets/17"), Response(200))
ONE = Finding("zendesk:ListTickets", "body", 200, "/tickets/3/to", "null, not text", "type string", exchange=SENT)
TWO = Finding("zendesk:ShowTicket", "status", 418, "", "418 is not declared", "200, 404")
VERSIONS = {"deskcheck": "1", "specs/zendesk/support": "0123"}


def outcome(*findings: Finding, key: str = "zendesk:ListTickets") -> Outcome:
    return Outcome(key, "zendesk", "GET", "/", "tickets", "read", "get", State.FINDINGS, findings=findings)


def run(*outcomes: Outcome, id: str = "20261126-1", seed: int = 7) -> Run:
    return Run(id, "2026-11-26T09:00:00+00:00", 1.0, seed, {"zendesk": "acme"}, {}, VERSIONS, 1, outcomes)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_runs_that_found_the_same_give_the_same_text() -> None:
    moved = replace(ONE, pointer="/tickets/9/to", message="5, not text", count=4, exchange=None)
    first = run(outcome(ONE), outcome(TWO, key="zendesk:ShowTicket"))
    second = run(outcome(TWO, key="zendesk:ShowTicket"), outcome(moved, moved), id="20261127-99")
    assert baseline.text(baseline.next_of(first)) == baseline.text(baseline.next_of(second))


def test_it_holds_a_line_for_each_cause_and_nothing_of_the_org_or_the_machine() -> None:
    text = baseline.text(baseline.next_of(run(outcome(ONE, TWO))))
    head, first, second = lines(text)
    assert head == {
        "deskcheck": "baseline", "version": 1, "vendors": ["zendesk"], "documents": ["zendesk/support"], "seed": 7,
    }  # fmt: skip
    assert (first["id"], first["pointer"], first["expected"]) == (fingerprint(ONE), "/tickets/*/to", "type string")
    assert second["found_by"] == ["zendesk:ListTickets"], "another operation's answer showed it"
    assert "found_by" not in first
    for word in ("acme", "20261126", "null, not text", "/tickets/17", "0123"):
        assert word not in text


def test_what_could_not_be_judged_is_carried_on() -> None:
    against = AgainstBaseline("old", unseen=(TWO,), found_by={fingerprint(TWO): ("zendesk:test_a",)})
    following = baseline.next_of(replace(run(outcome(ONE)), against=against))
    assert following.ids == {fingerprint(ONE), fingerprint(TWO)}
    assert following.found_by[fingerprint(TWO)] == ("zendesk:test_a",)


words = st.text(st.characters(exclude_categories=()), max_size=20)


@given(st.lists(st.builds(Finding, words, words, st.integers(0, 599), words, words, words), max_size=5))
def test_it_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, findings: list[Finding]) -> None:
    folder = tmp_path_factory.mktemp("run")
    written = baseline.next_of(run(outcome(*findings)))
    path = baseline.write(run(outcome(*findings)), folder)
    read = baseline.read(path)
    assert read.ids == written.ids
    assert baseline.text(read) == path.read_text()


def test_it_is_named_by_a_run_a_folder_or_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "20261126-1"
    folder.mkdir()
    archive.save(run(outcome(ONE)), folder)
    for name in ("20261126-1", "2026", str(folder)):
        assert baseline.load(name, tmp_path).ids == {fingerprint(ONE)}, "a run of an earlier version has no such file"
    baseline.write(run(outcome(TWO)), folder)
    (tmp_path / "committed.ndjson").write_text((folder / baseline.FILE).read_text())
    for name in ("20261126-1", str(folder), str(folder / baseline.FILE), str(tmp_path / "committed.ndjson")):
        read = baseline.load(name, tmp_path)
        assert (read.name, read.ids) == (name, {fingerprint(TWO)})


HEAD = '{"deskcheck":"baseline","version":1,"vendors":["zendesk"],"documents":[],"seed":1}'


@pytest.mark.parametrize(("content", "line", "says"), [
    ("", 1, "is no baseline"),
    ("{}", 1, "is no baseline"),
    ("[1]", 1, "is no line of a baseline"),
    ("waivers: []", 1, "is no line of a baseline"),
    ('{"version": "2.1.0", "runs": []}', 1, "is no baseline"),
    (HEAD.replace("1,", "2,"), 1, "is a baseline of version 2"),
    (HEAD.replace('["zendesk"]', "5"), 1, "its first line is damaged"),
    (HEAD.replace(',"seed":1', ""), 1, "its first line is damaged"),
    (HEAD + '\n{"operation": "zendesk:A"}', 2, "is no finding"),
    (HEAD + '\n<<<<<<< HEAD\n', 2, "is no line of a baseline"),
    ("[" * 5000, 1, "is no line of a baseline"),
    ("\udce4", 0, "cannot be read"),
])  # fmt: skip
def test_what_is_none_is_refused_with_file_and_line(tmp_path: Path, content: str, line: int, says: str) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=says) as caught:
        baseline.load(str(path), tmp_path)
    assert caught.value.where == (f"{path}:{line}" if line else str(path))
    assert caught.value.remedy


def test_an_unknown_run_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no run 'lates'"):
        baseline.load("lates", tmp_path)
