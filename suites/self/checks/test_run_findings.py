"""Findings that one exchange and the contract cannot show, and what a recording keeps of them."""

from __future__ import annotations

import pytest
from promised import exchange

from harness.checks import run_findings
from harness.finding import Finding, as_row, from_row

KEY = "zendesk:ListTickets"


@pytest.mark.parametrize(("status", "found"), [(200, ["ignored_auth"]), (204, ["ignored_auth"]), (302, []), (401, [])])
def test_only_a_success_without_credentials_ignores_them(status: int, found: list[str]) -> None:
    assert [one.check for one in run_findings.ignored_auth(KEY, exchange({}, status=status))] == found


def test_an_accepted_case_says_what_made_it_invalid_and_else_the_generators_title() -> None:
    seen = exchange({})
    (broken,) = run_findings.generated(KEY, "negative_data_rejection", seen, "API accepted it", "5 in query page")
    (bare,) = run_findings.generated(KEY, "missing_required_header", seen, "a header is missing")
    assert (broken.message, broken.expected) == ("accepted: 5 in query page", "5 in query page")
    assert (bare.message, bare.expected) == ("a header is missing", "a header is missing")
    assert broken.exchange is bare.exchange is seen


def test_what_has_no_answer_has_no_status_and_no_exchange() -> None:
    (silent,) = run_findings.no_answer(KEY, "no usable answer came: ReadError: reset")
    (failed,) = run_findings.failed_test("zendesk:test_paging", "a record came twice")
    assert [(one.check, one.status, one.exchange) for one in (silent, failed)] == [
        ("answer", 0, None),
        ("suite", 0, None),
    ]


def test_two_foreign_answers_of_different_kinds_are_one_cause() -> None:
    (half,) = run_findings.foreign_answer(KEY, exchange(b"{"), "the body is not JSON")
    (odd,) = run_findings.foreign_answer(KEY, exchange({}), "another reason")
    assert half.check == "server_error"
    assert half.cause == odd.cause


def test_a_finding_comes_back_from_its_row_as_it_went_in() -> None:
    finding = Finding(KEY, "ignored_auth", 200, "/a/0", "no credentials, and yet 200", "401")
    assert from_row(KEY, 200, as_row(finding)) == finding


def test_a_row_that_lacks_a_part_is_no_finding() -> None:
    with pytest.raises(KeyError):
        from_row(KEY, 200, {"check": "body"})


def test_what_fuzzing_broke_by_chance_does_not_name_the_cause() -> None:
    cause = "a refusal of what breaks the contract in query page"
    two = [
        next(run_findings.generated(KEY, "negative_data_rejection", exchange({}), "accepted", detail, cause))
        for detail in ("became null in query page", "became boolean in query page")
    ]
    assert two[0].message != two[1].message
    assert two[0].cause == two[1].cause


def test_a_test_that_fails_again_on_another_record_is_the_same_finding() -> None:
    two = [
        next(run_findings.failed_test("zendesk:test_owner", f"assert {ident} is None", "assert owner is None"))
        for ident in (31400000003328, 31400000009999)
    ]
    assert two[0].cause == two[1].cause
    assert "31400000003328" in two[0].message
