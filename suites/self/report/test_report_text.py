"""Words and numbers, and hostile text that can draw on nothing."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from believable import believable, two_orgs
from hypothesis import given
from hypothesis import strategies as st

from harness.report import text
from harness.results.outcome import State


@given(st.text())
def test_visible_text_has_no_invisible_signs(raw: str) -> None:
    shown = text.visible(raw)
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in shown)
    shown.encode("utf-8")
    assert text.visible(shown) == shown


def test_escapes_are_readable() -> None:
    assert text.visible("\x1b[31m \u202e \ud800 ü\n") == "\\x1b[31m \\u202e \\ud800 ü\\x0a"
    assert text.visible("a\nb", keep="\n") == "a\nb"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.9, "9.9 s"), (47, "47 s"), (247.3, "4 min 7 s"), (7500, "2 h 5 min"), (59.7, "1 min 0 s")],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert text.duration(seconds) == words


@pytest.mark.parametrize(("share", "words"), [(None, "–"), (1.0, "100 %"), (0.999, "99 %"), (0.0, "0 %")])
def test_a_hundred_per_cent_means_all(share: float | None, words: str) -> None:
    assert text.percent(share) == words


def test_small_words() -> None:
    assert (text.many(1, "finding"), text.many(1310, "finding"), text.many(2, "box", "boxes")) == (
        "1 finding",
        "1,310 findings",
        "2 boxes",
    )
    assert (text.cut("abcdef", 6), text.cut("abcdefg", 6)) == ("abcdef", "abcde…")
    assert text.moment("2026-11-21T15:30:05+01:00") == "21 Nov 2026, 14:30 UTC"
    assert text.moment("yesterday") == "yesterday"


@pytest.mark.parametrize(
    ("code", "leftovers", "verdict", "step"),
    [
        (0, (), "Nothing new in 0 operations.", "deskcheck plan"),
        (3, (), "Refused by the gate.", "deskcheck doctor --target acme"),
        (4, (), "Could not finish.", "deskcheck doctor --target acme"),
        (5, ("ticket 7",), "1 record of this run could not be removed.", "deskcheck sweep --run r"),
    ],
)
def test_the_verdict_and_the_next_command_fit_the_exit_code(
    code: int, leftovers: tuple[str, ...], verdict: str, step: str
) -> None:
    run = replace(
        believable(), id="r", exit_code=code, outcomes=(), leftovers=leftovers,
        targets={"zendesk": "acme", "zoho": "embedded"}, permit={"zendesk": {"proof": "sandbox"}},
    )  # fmt: skip
    assert (text.verdict(run), text.next_step(run)) == (verdict, step)


def test_a_lost_ledger_has_its_own_sentence_and_the_sweep_gets_the_folder() -> None:
    run = replace(believable(), id="r", exit_code=5, leftovers=(), lost=True, place="/tmp/my reports-rescued")
    assert text.meaning(run).startswith("the ledger was lost")
    assert "still there" not in text.meaning(run)
    assert text.verdict(run).startswith("The ledger was lost")
    assert text.next_step(run) == "deskcheck sweep --run '/tmp/my reports-rescued'"
    left = replace(run, leftovers=("ticket 7",))
    assert text.meaning(replace(left, outcomes=())) == text.MEANING[5]
    assert text.verdict(replace(left, outcomes=())) == "1 record of this run could not be removed."


def test_the_headline_names_findings_and_leftovers_both() -> None:
    run = replace(believable(), exit_code=5, leftovers=("ticket 7", "user 8"))
    findings = sum(len(outcome.findings) for outcome in run.outcomes)
    for sentence in (text.verdict(run), text.meaning(run)):
        assert text.many(findings, "finding") in sentence
    assert "2 records of this run could not be removed" in text.verdict(run)
    assert text.MEANING[5] in text.meaning(run)
    lost = replace(run, leftovers=(), lost=True)
    assert text.many(findings, "finding") in text.verdict(lost)


def test_a_cause_of_a_run_elsewhere_is_replayed_from_there() -> None:
    run = replace(believable(), leftovers=(), exit_code=1, place="my reports")
    assert text.next_step(run, "0123456789") == "deskcheck replay 0123456789 --run 'my reports'"


def test_a_cause_is_replayed_and_vendors_share_a_place() -> None:
    assert text.next_step(believable(), "0123456789") == "deskcheck replay 0123456789"
    assert text.places(believable()) == "Zendesk and Zoho Desk on embedded"


def test_a_path_is_shown_from_here_or_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody looks for a file in the folder where it was not written."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert text.near(tmp_path / "here" / "specs" / "a.yaml") == "specs/a.yaml"
    assert text.near(tmp_path / "elsewhere" / "a.yaml") == str(tmp_path / "elsewhere" / "a.yaml")


def test_a_run_that_judged_nothing_is_no_wrong_use() -> None:
    judged = replace(believable(), exit_code=2)
    nothing = tuple(replace(outcome, state=State.UNJUDGED, findings=()) for outcome in judged.outcomes)
    assert text.meaning(replace(judged, outcomes=nothing)) == "nothing was judged"
    assert text.meaning(replace(judged, outcomes=())) == "nothing was judged"
    assert text.meaning(judged) == "wrong use, which the notes tell"


def test_the_org_to_look_at_is_the_one_without_a_verdict() -> None:
    run = two_orgs()
    outcomes = tuple(
        replace(outcome, state=State.ERROR if outcome.target == "us" else State.PASSED) for outcome in run.outcomes
    )
    assert text.next_step(replace(run, exit_code=4, outcomes=outcomes)) == "deskcheck doctor --target us"


def test_a_command_names_the_variable_of_the_target_that_showed_the_cause() -> None:
    run = replace(believable(), secret_variables={"acme": "ACME_TOKEN"})
    assert text.secret_variable(run, ["embedded-zoho", "acme"]) == "ACME_TOKEN"
    assert text.secret_variable(run, ["other"]) == ""
