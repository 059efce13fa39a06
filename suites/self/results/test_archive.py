"""A run's folder: what is saved comes back equal, and nothing is left half-written."""

from __future__ import annotations

import errno
import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.results import archive
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation
from harness.results.outcome import Outcome, Refusal, Run, State

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HEADERS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
SECONDS = st.floats(0, 1e6)
EXCHANGES = st.builds(
    Exchange,
    st.builds(Request, method=TEXT, url=TEXT, headers=HEADERS, body=st.binary(max_size=30)),
    st.builds(Response, st.integers(100, 599), HEADERS, st.binary(max_size=30), SECONDS),
    at=SECONDS,
    attempt=st.integers(1, 3),
)
FINDINGS = st.lists(
    st.builds(Finding, TEXT, TEXT, st.integers(100, 599), TEXT, TEXT, TEXT, TEXT, st.none() | EXCHANGES), max_size=3
).map(tuple)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)
CONTENTS = st.lists(st.builds(AttachedContent, TEXT, TEXT, TEXT, st.binary(max_size=20)), max_size=2).map(tuple)
STEPS = st.recursive(
    st.just(()),
    lambda steps: st.lists(
        st.builds(StepAnnotation, TEXT, TEXT, parameters=PAIRS, steps=steps, attachments=CONTENTS), max_size=2
    ).map(tuple),
    max_leaves=3,
)
ANNOTATIONS = st.builds(Annotations, title=TEXT, labels=PAIRS, parameters=PAIRS, steps=STEPS, attachments=CONTENTS)
OUTCOMES = st.builds(
    Outcome,
    annotations=st.none() | ANNOTATIONS,
    at=SECONDS,
    **dict.fromkeys(("key", "vendor", "method", "path", "resource", "tier", "rule", "detail"), TEXT),
    state=st.sampled_from(State),
    statuses=st.dictionaries(TEXT, st.integers(0, 9), max_size=3),
    seconds=SECONDS,
    findings=FINDINGS,
    waived=FINDINGS,
    refusals=st.lists(st.builds(Refusal, TEXT, TEXT, TEXT, st.tuples(TEXT), TEXT), max_size=2).map(tuple),
)

OUTCOME = Outcome(
    "zendesk:ListTickets", "zendesk", "GET", "/api/v2/tickets", "Tickets", "read", "get", State.PASSED, requests=3
)
RUN = Run(
    "r1", "2026-11-21T14:30:05Z", 1.5, 42, {"zendesk": "here"}, {"tiers": ["read"]}, {"deskcheck": "1"}, 0, (OUTCOME,)
)


@given(OUTCOMES)
def test_an_outcome_comes_back_equal(outcome: Outcome) -> None:
    line = archive.encode(outcome)
    assert b"\n" not in line
    assert archive.decode(line) == outcome


@given(st.text(max_size=20))
def test_broken_unicode_is_kept_as_escapes(text: str) -> None:
    finding = Finding("zendesk:A", "body", 200, text, text, text)
    outcome = Outcome("zendesk:A", "zendesk", "GET", "/a", "A", "read", "r", State.FINDINGS, findings=(finding,))
    back = archive.decode(archive.encode(outcome))
    assert back.findings[0].message == text.encode("utf-8", "backslashreplace").decode()


def test_one_answer_with_many_findings_is_written_once() -> None:
    exchange = Exchange(Request("GET", "https://a.example/"), Response(200, (), b"x" * 1000))
    findings = tuple(Finding("zendesk:A", "body", 200, f"/{n}", "wrong", exchange=exchange) for n in range(50))
    line = archive.encode(
        Outcome("zendesk:A", "zendesk", "GET", "/a", "A", "read", "r", State.FINDINGS, findings=findings)
    )
    assert line.count(b"xxx") == 333
    assert archive.decode(line).findings == findings


def test_a_run_comes_back_equal_and_tells_its_totals(tmp_path: Path) -> None:
    archive.save(RUN, tmp_path)
    head = json.loads((tmp_path / "run.json").read_text())
    assert archive.load(tmp_path) == RUN
    assert (head["totals"]["operations"], head["totals"]["requests"]) == (1, 3)
    assert head["totals"]["cells"][0]["vendor"] == "zendesk"
    assert "outcomes" not in head


OLD_LINES = (
    ("GET", "broken", False, State.ERROR),
    ("", "broken", False, State.ERROR),
    ("GET", "passed", True, State.PASSED),
    ("GET", "passed", False, State.NO_SUCCESS),
    ("", "passed", False, State.PASSED),
    ("GET", "unsupported", False, State.UNSUPPORTED),
    ("", "unsupported", False, State.SKIPPED),
    ("GET", "refused", False, State.REFUSED),
    ("GET", "findings", True, State.FINDINGS),
)
"""Method, state and success of an old line (a hand-written test has no method), and the state that it is read as."""


def test_a_run_with_the_states_of_old_is_read_in_those_of_now(tmp_path: Path) -> None:
    archive.save(replace(RUN, outcomes=()), tmp_path)
    lines = []
    for number, (method, state, succeeded, _) in enumerate(OLD_LINES):
        row = json.loads(archive.encode(replace(OUTCOME, key=f"zendesk:{number}", method=method, succeeded=succeeded)))
        lines.append(json.dumps(row | {"state": state}))
    (tmp_path / "results.ndjson").write_text("\n".join(lines))
    head = json.loads((tmp_path / "run.json").read_text())
    head["totals"] = {"operations": 9, "passed": 3, "deviating": 1, "refused": 1, "unsupported": 2, "broken": 2}
    (tmp_path / "run.json").write_text(json.dumps(head))
    states = [outcome.state for outcome in archive.load(tmp_path).outcomes]
    assert states == [state for *_, state in OLD_LINES]


def test_workers_append_and_the_run_gathers(tmp_path: Path) -> None:
    for worker in ("gw0", "gw1"):
        with closing(archive.OutcomeWriter(tmp_path, worker)) as writer:
            writer.write(OUTCOME)
    gathered = archive.gather(tmp_path)
    assert [one.requests for one in gathered] == [6]
    archive.save(RUN, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.ndjson", "run.json"]


def test_the_line_that_a_killed_worker_was_writing_is_left_out(tmp_path: Path) -> None:
    with closing(archive.OutcomeWriter(tmp_path, "gw0")) as writer:
        writer.write(OUTCOME)
    with writer.path.open("ab") as file:
        file.write(archive.encode(OUTCOME)[:40])
    assert archive.gather(tmp_path) == (OUTCOME,)
    with pytest.raises(UsageError, match=r"stopped before its end \(operations done: 1\)"):
        archive.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("run.json", "{", "is no run"),
        ("run.json", '{"id": 3}', "is no run"),
        ("results.ndjson", "{}", "results.ndjson:1: is no outcome"),
        ("results.ndjson", "[1]\n", "results.ndjson:1: is no outcome"),
        ("results.ndjson", '{"findings": [{"exchange": 7}]}', "results.ndjson:1: is no outcome"),
        ("results.ndjson", '{"exchanges": [3]}', "results.ndjson:1: is no outcome"),
        ("results.ndjson", '{"zz":' + "[" * 100_000 + "}", "results.ndjson:1: is no outcome"),
    ],
)
def test_a_changed_file_is_named_with_its_line(tmp_path: Path, name: str, content: str, told: str) -> None:
    archive.save(RUN, tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=told):
        archive.load(tmp_path)


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no run"):
        archive.load(tmp_path / "nowhere")


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, UnfinishedError), (errno.EACCES, UsageError)])
def test_a_failed_write_keeps_the_old_file_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Exception]
) -> None:
    path = archive.write(tmp_path / "page.html", "old")

    def fail(_: int) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(kind, match=r"page\.html: cannot be written"):
        archive.write(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]


def test_a_line_that_the_disk_does_not_take_breaks_nothing_but_itself(tmp_path: Path) -> None:
    """Neither the next line nor the end tries it again: a run that is over its disk still comes to its end."""
    (tmp_path / "results.gw0.part").symlink_to("/dev/full")
    writer = archive.OutcomeWriter(tmp_path, "gw0")
    for _ in range(2):
        with pytest.raises(UnfinishedError, match="No space left"):
            writer.write(OUTCOME)
    writer.close()


def test_a_folder_that_was_there_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        archive.OutcomeWriter(tmp_path / "deleted")
    assert not (tmp_path / "deleted").exists()


def test_a_report_folder_that_is_a_file_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="--report-dir"):
        archive.OutcomeWriter(tmp_path / "taken")


def test_runs_are_found_by_path_id_beginning_and_latest(tmp_path: Path) -> None:
    for name in ("20261120-a", "20261121-b"):
        archive.save(RUN, tmp_path / name)
        archive.point_latest(tmp_path / name)
    found = [archive.locate(name, tmp_path).name for name in (str(tmp_path / "20261120-a"), "20261120-a", "20261121")]
    assert found == ["20261120-a", "20261120-a", "20261121-b"]
    assert archive.locate("latest", tmp_path).resolve().name == "20261121-b"
    with pytest.raises(UsageError, match="fits 2 runs"):
        archive.locate("2026112", tmp_path)
    with pytest.raises(UsageError, match="Newest runs: 20261120-a, 20261121-b"):
        archive.locate("nope", tmp_path)


def test_run_json_tells_each_org_by_name_with_its_permit_and_totals(tmp_path: Path) -> None:
    run = replace(
        RUN,
        targets={"eu": "eu", "us": "us"},
        permit={"tiers": ["read"], "eu": {"tiers": ["read"], "proof": "sandbox"}, "us": {"tiers": ["read"]}},
        orgs={"eu": "zendesk", "us": "zendesk"},
        outcomes=(replace(OUTCOME, target="eu"), replace(OUTCOME, target="us", state=State.NO_SUCCESS)),
    )
    archive.save(run, tmp_path)
    head = json.loads((tmp_path / "run.json").read_text())
    assert archive.load(tmp_path) == run
    assert {name: (org["vendor"], org["totals"]["passed"]) for name, org in head["orgs"].items()} == {
        "eu": ("zendesk", 1), "us": ("zendesk", 0),
    }  # fmt: skip
    assert head["orgs"]["eu"]["permit"] == {"tiers": ["read"], "proof": "sandbox"}
    assert [(cell["vendor"], cell["target"]) for cell in head["totals"]["cells"]] == [
        ("zendesk", "eu"), ("zendesk", "us"),
    ]  # fmt: skip
    lines = (tmp_path / "results.ndjson").read_text().splitlines()
    assert [json.loads(line)["target"] for line in lines] == ["eu", "us"]


def test_a_run_of_the_time_when_a_vendor_had_one_org_is_read_and_knows_its_orgs(tmp_path: Path) -> None:
    """Neither `orgs` nor the outcomes' `target` was there, and the embedded sandbox was one target of both vendors."""
    permit = {"tiers": ["read"], "zendesk": {"proof": "embedded"}, "zoho": {"proof": "sandbox"}}
    old = replace(RUN, targets={"zendesk": "embedded", "zoho": "desk"}, permit=permit)
    archive.save(old, tmp_path)
    head = json.loads((tmp_path / "run.json").read_text())
    del head["orgs"]
    (tmp_path / "run.json").write_text(json.dumps(head))
    row = json.loads((tmp_path / "results.ndjson").read_text())
    del row["target"]
    (tmp_path / "results.ndjson").write_text(json.dumps(row))
    run = archive.load(tmp_path)
    assert run.vendors == {"embedded-zendesk": "zendesk", "desk": "zoho"}
    assert run.labels == {"embedded-zendesk": "zendesk", "desk": "zoho"}
    assert run.real_targets == ("desk",)
    assert run.target_of(run.outcomes[0]) == "embedded-zendesk"
    assert not run.is_side_by_side
