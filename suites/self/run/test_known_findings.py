"""A run knows what its baseline has: a baseline of something else is refused, and nothing unjudged is called gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.finding import Finding
from harness.planning import run_context
from harness.planning.run_context import RunContext
from harness.planning.run_options import RunOptions
from harness.results import baseline
from harness.results.outcome import Outcome, Run, State, fingerprint
from harness.run.known_findings import against, notes, open_baseline
from harness.settings import Settings
from harness.target import Credentials, Target

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
LIST = Outcome("zendesk:ListTags", "zendesk", "GET", "/", "tags", "read", "get", State.PASSED, succeeded=True)
ONE = Finding("zendesk:ListTags", "body", 200, "/tags/3/name", "null, not text", "type string")
TWO = Finding("zendesk:ListTags", "body", 200, "/count", "null, not a number", "type integer")
BY_A_TEST = replace(TWO, check="page_loses", expected="every row")
OF_GONE = Finding("zendesk:ShowTagLine", "status", 418, "", "418 is not declared", "200")
KEYS = {"zendesk:ListTags", "zendesk:ListUsers"}


def run(*outcomes: Outcome, vendor: str = "zendesk", document: str = "support") -> Run:
    versions = {f"specs/{vendor}/{document}": "0123"}
    return Run("r1", "", 1.0, 1, {vendor: "acme"}, {}, versions, 1, outcomes)


def found(*findings: Finding, key: str = LIST.key) -> Outcome:
    return replace(LIST, key=key, state=State.FINDINGS, findings=findings)


def context(folder: Path, before: Run, **options: str) -> RunContext:
    """The context of a run at acme with a baseline of what was found before."""
    path = baseline.write(before, folder)
    built = RunOptions(targets=("acme",), baseline=str(path))
    return run_context.build(built, Settings({"acme": ACME}, folder / "cache"))


def test_without_the_option_nothing_is_known(tmp_path: Path) -> None:
    built = run_context.build(RunOptions(targets=("acme",)), Settings({"acme": ACME}, tmp_path))
    assert open_baseline(built, tmp_path) is None


def test_what_was_found_before_is_known(tmp_path: Path) -> None:
    known = open_baseline(context(tmp_path, run(found(ONE))), tmp_path)
    assert known is not None
    assert known.ids == {fingerprint(ONE)}


def test_a_baseline_of_another_vendor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a baseline of zoho, and this run tests zendesk") as caught:
        open_baseline(context(tmp_path, run(vendor="zoho")), tmp_path)
    assert caught.value.exit_code == 2
    assert caught.value.remedy


def test_a_baseline_of_another_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of its 1 findings is about an operation") as caught:
        open_baseline(context(tmp_path, run(found(OF_GONE), document="lights")), tmp_path)
    assert "zendesk/lights" in caught.value.remedy


def test_a_baseline_of_an_older_version_is_none_of_another_document(tmp_path: Path) -> None:
    """Its only finding may well be about an operation that the vendor has removed since."""
    assert open_baseline(context(tmp_path, run(found(OF_GONE))), tmp_path)


def test_each_finding_is_new_known_gone_or_unseen() -> None:
    before = run(found(ONE, TWO), found(OF_GONE, key="zendesk:ShowTagLine"), found(BY_A_TEST, key="zendesk:test_pages"))
    new = replace(ONE, pointer="/tags/0/colour")
    stands = against(baseline.next_of(before), run(found(ONE, new)), KEYS)
    assert stands.known == (fingerprint(ONE),)
    assert stands.new == (fingerprint(new),)
    assert [finding.pointer for finding in stands.gone] == ["/count"]
    assert [finding.check for finding in stands.unseen] == ["page_loses"], "its test was not run, though its list was"
    assert [finding.operation for finding in stands.vanished] == ["zendesk:ShowTagLine"]
    assert stands.found_by == {fingerprint(BY_A_TEST): ("zendesk:test_pages",)}


def test_what_a_waiver_explains_since_is_neither_new_nor_gone() -> None:
    waived = replace(LIST, waived=(replace(ONE, waiver="W1"),))
    stands = against(baseline.next_of(run(found(ONE))), run(waived), KEYS)
    assert (stands.waived, stands.new, stands.gone) == ((fingerprint(ONE),), (), ())


@pytest.mark.parametrize("state", [State.REFUSED, State.ERROR, State.SKIPPED, State.NO_SUCCESS, None])
def test_an_operation_without_a_verdict_takes_nothing_away(state: State | None) -> None:
    known = baseline.next_of(run(found(ONE)))
    later = run(replace(LIST, state=state)) if state else run()
    stands = against(known, later, KEYS)
    assert (stands.gone, [finding.operation for finding in stands.unseen]) == ((), [ONE.operation])
    assert baseline.next_of(replace(later, against=stands)).ids == known.ids, "and the next run knows it still"


def test_another_seed_is_told() -> None:
    known = baseline.next_of(run(found(ONE)))
    assert notes(known, run()) == ()
    (note,) = notes(known, replace(run(), seed=2))
    assert "seed 1" in note
    assert "2" in note


def test_findings_of_a_vendor_that_is_not_tested_are_carried_on() -> None:
    """With `--document`, only its vendor's operations are known."""
    other = replace(ONE, operation="zoho:getTags")
    stands = against(baseline.next_of(run(found(ONE), found(other, key="zoho:getTags"))), run(found(ONE)), KEYS)
    assert ([finding.operation for finding in stands.unseen], stands.vanished) == (["zoho:getTags"], ())
