"""What reports have in common is worked out once, and an operation without a 2xx is shown apart in each of them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

from believable import believable
from rich.console import Console

from harness.finding import Finding
from harness.report import allure, console, junit, page, sarif, summary, text
from harness.report.digest import AGAINST, COLUMNS, OWN_CORRECTIONS, digest, figures
from harness.results import archive
from harness.results.outcome import AgainstBaseline, AppliedCorrection, Outcome, Run, State, fingerprint
from harness.results.totals import STATE_FIELDS

WHY = "no valid request got a 2xx (404 20)"
NO_SUCCESS = Outcome(
    "zendesk:ShowThing", "zendesk", "GET", "/api/v2/things/{id}", "Things", "read", "get", State.NO_SUCCESS, WHY,
    cases=20, requests=20, statuses={"404": 20},
)  # fmt: skip
PASSED = replace(NO_SUCCESS, key="zendesk:ListThings", state=State.PASSED, detail="", succeeded=True)
RUN: Run = replace(believable(), exit_code=0, notes=(), outcomes=(NO_SUCCESS, PASSED))


def test_every_state_has_a_column_under_the_word_that_stands_beside_an_operation() -> None:
    assert set(text.STATES) == set(State)
    assert list(COLUMNS) == ["operations", *text.STATES.values(), "requests"]
    assert [COLUMNS[text.STATES[state]] for state in State] == list(STATE_FIELDS.values())


def test_the_digest_has_what_the_run_has() -> None:
    run = believable()
    shown = digest(run)
    assert figures(shown.total)["operations"] == len(run.outcomes)
    assert sum(cause.findings for cause in shown.causes) == shown.total.findings
    assert shown.heading == f"{shown.total.findings:,} findings, {len(shown.causes)} causes"
    assert shown.next_step == f"deskcheck replay {shown.causes[0].id}"
    assert {outcome.state for outcome in shown.in_state(State.ERROR, State.UNSUPPORTED)} == {"error", "unsupported"}


def test_the_verdict_does_not_count_it_as_judged() -> None:
    assert text.verdict(RUN) == "Nothing new in 1 operation; 1 gave no 2xx."
    assert text.verdict(replace(RUN, outcomes=(PASSED,))) == "Nothing new in 1 operation."


def test_the_console_counts_it_apart() -> None:
    for width in (80, 120):
        file = io.StringIO()
        console.close(RUN, Path("reports/x"), Console(file=file, highlight=False, width=width))
        lines = [line.split() for line in file.getvalue().splitlines()]
        heads = next(line for line in lines if line[:2] == ["vendor", "tier"])
        (row,) = [line for line in lines if line[:2] == ["zendesk", "read"]]
        assert heads[3:6] == ["passed", "no", "2xx"]
        assert row[2:5] == ["2", "1", "1"]
        assert row[-2:] == ["50", "%"]


def test_the_summary_counts_it_apart_and_says_why() -> None:
    told = summary.render(RUN)
    assert "| operations | passed | no 2xx |" in told
    assert "| zendesk | `read` | 2 | 1 | 1 |" in told
    assert f"## Without one 2xx (1)\n\n- `zendesk:ShowThing` `{WHY}`" in told


def test_the_page_gives_it_a_piece_of_the_bar_and_a_word_of_its_own() -> None:
    html = page.render(RUN)
    assert '<rect class="no_success" x="50.0"' in html
    assert '<span class="state no_success">no 2xx</span>' in html
    assert '<option value="no_success">no 2xx</option>' in html
    style = (Path(page.__file__).parent / "page.css").read_text()
    for name in STATE_FIELDS.values():
        assert style.count(f"--{name}: #") == 2, "a colour by day and one by night"
        assert f".bar .{name} {{ fill: var(--{name}); }}" in style
        assert f".legend .{name}::before" in style


def test_a_ci_server_sees_it_as_skipped_with_the_reason() -> None:
    root = Xml.fromstring(junit.render(RUN))
    assert (root.get("tests"), root.get("skipped"), root.get("failures")) == ("2", "1", "0")
    (skipped,) = root.findall(".//skipped")
    assert skipped.get("message") == f"no_success: {WHY}"


def test_allure_shows_it_as_skipped_in_a_category_of_its_own(tmp_path: Path) -> None:
    folder = allure.write(RUN, tmp_path)
    results = [json.loads(path.read_text()) for path in folder.glob("*-result.json")]
    told = {row["fullName"]: row for row in results}["zendesk:ShowThing"]
    assert told["status"] == "skipped"
    assert told["statusDetails"]["message"] == f"no_success: {WHY}"
    assert "No 2xx" in [category["name"] for category in json.loads((folder / "categories.json").read_text())]


KNOWN = Finding("zendesk:ListThings", "body", 200, "/things/0/to", "null, not text", "type string")
NEW = replace(KNOWN, pointer="/count", expected="type integer")
GONE = replace(KNOWN, pointer="/next", message="expected type string")
UNSEEN = replace(GONE, operation="zendesk:ShowThing")
BAD = replace(PASSED, state=State.FINDINGS, findings=(KNOWN, NEW))
HELD = replace(
    RUN,
    exit_code=1,
    outcomes=(BAD,),
    against=AgainstBaseline("last", (fingerprint(NEW),), (fingerprint(KNOWN),), gone=(GONE,), unseen=(UNSEEN,)),
)


def test_every_report_for_people_says_how_the_run_stands_to_its_baseline(tmp_path: Path) -> None:
    assert text.verdict(HELD) == (
        "1 new finding, 1 known, 1 gone, 1 not looked for this time, so neither gone nor good."
    )
    shown = io.StringIO()
    console.close(HELD, tmp_path, Console(file=shown, width=200))
    for report in (shown.getvalue(), summary.render(HELD), page.render(HELD)):
        for heading, finding in (("New against it", NEW), ("Gone since", GONE), ("Not looked for this time", UNSEEN)):
            assert heading in report
            assert fingerprint(finding) in report


def test_an_operation_of_which_all_is_known_is_neither_green_nor_red_for_a_ci_server() -> None:
    against = replace(HELD.against, new=())
    known = replace(HELD, exit_code=0, outcomes=(replace(BAD, findings=(KNOWN,)),), against=against)
    assert text.verdict(known).startswith("Nothing new against the baseline, 1 known")
    (case,) = Xml.fromstring(junit.render(known)).iter("testcase")
    assert case.find("failure") is None
    assert "known by the baseline last" in case.find("skipped").get("message")
    assert allure.result(known, known.outcomes[0]).statusDetails.known is True
    (case,) = Xml.fromstring(junit.render(HELD)).iter("testcase")
    assert case.find("failure") is not None, "one finding of it is new"
    assert allure.result(HELD, BAD).statusDetails.known is None


def test_a_run_without_a_baseline_says_nothing_of_one() -> None:
    assert not any(digest(RUN).lists[title] for title in AGAINST)


def test_a_finding_counts_once_and_alike_in_every_report(tmp_path: Path) -> None:
    """What an operation and a hand-written test both show is one finding, and what the test alone shows is one too."""
    finding = Finding("zendesk:ListThings", "body", 200, "/things/0/id", "null is not of type integer", "type integer")
    alone = Finding("zendesk:test_things", "suite", 0, "", "assert 1 == 2", "assert")
    shown = replace(PASSED, state=State.FINDINGS, findings=(finding,))
    test = replace(shown, key="zendesk:test_things", method="", path="", findings=(finding, alone))
    run = replace(RUN, exit_code=1, outcomes=(shown, test))
    screen = io.StringIO()
    console.close(run, tmp_path, Console(file=screen, highlight=False, width=120))
    progress = console.Progress({"zendesk": 2}, Console(file=io.StringIO()))
    for outcome in run.outcomes:
        progress.add(outcome)
    archive.save(run, tmp_path)
    written = json.loads((tmp_path / "run.json").read_text())
    assert "2 findings, 2 causes" in screen.getvalue()
    assert "2 findings" in progress.line().plain
    assert text.verdict(run) == "2 findings in 1 operation and 1 hand-written test."
    assert "2 findings, 2 causes" in summary.render(run)
    assert written["totals"]["findings"] == 2


def _corrected() -> Run:
    """A run in which a waiver explains a finding, and files of the user's and of ours correct two operations."""
    mine = AppliedCorrection("overlay", "specs/zendesk/overlays/mine.yaml:5", is_own=True)
    ours = AppliedCorrection("tier", "shipped specs/zendesk/risk.yaml:9")
    waived = Finding("zendesk:ListThings", "body", 200, "/things", "null", waiver="M-1", waiver_place="specs/w.yaml:2")
    rows = (replace(PASSED, corrections=(ours, mine), waived=(waived,)), replace(NO_SUCCESS, corrections=(mine,)))
    return replace(RUN, outcomes=rows)


def test_each_report_names_the_file_of_a_waiver_and_of_the_user_s_corrections(tmp_path: Path) -> None:
    run = _corrected()
    allure.write(run, tmp_path)
    results = "".join(path.read_text() for path in (tmp_path / allure.FOLDER).glob("*-result.json"))
    suppressed = json.dumps(sarif.render(run))
    for report in (page.render(run), summary.render(run), junit.render(run).decode(), results, suppressed):
        assert "M-1 (specs/w.yaml:2)" in report
    for report in (page.render(run), summary.render(run), junit.render(run).decode(), results):
        assert "overlay specs/zendesk/overlays/mine.yaml:5" in report
    assert digest(run).lists[OWN_CORRECTIONS] == [
        ("overlay specs/zendesk/overlays/mine.yaml:5", "zendesk:ListThings, zendesk:ShowThing")
    ]


def test_of_many_corrections_the_user_s_stand_first_and_the_rest_is_counted() -> None:
    ours = tuple(AppliedCorrection("overlay", f"shipped a.yaml:{line}") for line in range(20))
    mine = AppliedCorrection("tier", "risk.yaml:1", is_own=True)
    said = text.corrected_by(replace(PASSED, corrections=(*ours, mine)))
    assert said.startswith("tier risk.yaml:1, overlay shipped a.yaml:0")
    assert said.endswith(f"{21 - text.MOST_CORRECTIONS} more")
    assert text.corrected_by(PASSED) == ""
