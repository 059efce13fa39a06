"""The table of all checks: each name that a finding can have is in it, and each row says what it is true of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from inspect import signature
from pathlib import Path

import pytest
from promised import JSON, exchange, promise
from schemathesis.checks import CHECKS, load_all_checks

from harness.checks import ALL, BY_NAME, NEGATIVE, REQUEST, TABLE, UPKEEP, fitting, judge, run_findings, waivers
from harness.checks.check import Check, Need, Subject
from harness.execution.reproduce import DOUBTFUL

ROOT = Path(__file__).resolve().parents[3]
BUILDERS = {"finding_about": 2, "_finding": 1, "Finding": 1}
"""What builds a finding in `checks/`, and which of its arguments is the check's name."""
HANDED_ON = {"finding_about", "_finding", "generated", "from_row"}
"""Functions that give a finding the name that they were given."""


def names_in(source: str) -> Iterator[str]:
    """The names that a file gives to its findings; an expression where that is neither a text nor a known constant."""
    for function in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)):
        calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
        for call in calls:
            place = BUILDERS.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if place is None or function.name in HANDED_ON:
                continue
            name = call.args[place]
            yield (
                name.value
                if isinstance(name, ast.Constant)
                else getattr(run_findings, ast.unparse(name), ast.unparse(name))
            )


def written() -> set[str]:
    """Every name that a finding can have: those in the code, and those that the generator's checks have."""
    files = (ROOT / "harness" / "checks").glob("*.py")
    return {name for path in files for name in names_in(path.read_text())} | set(run_findings.INVALID_ACCEPTED)


def compared() -> set[str]:
    """Every name of a check that code asks a finding for: `one.check == "body"`."""
    found = set()
    for path in (ROOT / "harness").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "check":
                found |= {one.value for one in node.comparators if isinstance(one, ast.Constant)}
    return found


def measured() -> set[str]:
    """Every name in the column `check` of the faults page."""
    rows = (line.split("|") for line in (ROOT / "docs" / "faults.md").read_text().splitlines())
    return {row[3].strip(" `") for row in rows if len(row) == 7 and row[3].strip().startswith("`")}


def test_every_name_that_a_finding_can_have_has_its_row_and_no_row_is_idle() -> None:
    assert written() == set(BY_NAME)


def test_every_name_that_code_pages_and_waivers_speak_of_has_its_row() -> None:
    assert compared() | measured() | {one.check for one in waivers.load()} <= set(BY_NAME)
    assert len(measured()) > 10
    assert len(compared()) > 3


def test_no_list_of_checks_by_name_stands_outside_of_their_folder() -> None:
    """What others need to know of a check is in its row, or a new check would be forgotten there.

    The embedded sandbox has faults by some of the same names, and recorders have keys; they know no checks.
    """
    telling = {name for name in BY_NAME if "_" in name} - {"media_type"}
    literals = {
        (path.relative_to(ROOT / "harness").as_posix(), node.value)
        for path in (ROOT / "harness").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in telling
    }
    assert {path for path, _ in literals if not path.startswith(("checks/", "sandbox/", "traffic/readers/"))} == set()
    assert {name for _, name in literals} == telling


def test_what_the_code_alone_decides_is_told_of_whole_answers() -> None:
    assert {check.name for check in TABLE if check.status_decides} == {
        "server_error", "status", "negative_data_rejection", "missing_required_header", "ignored_auth",
    }  # fmt: skip
    assert {check.name for check in TABLE if check.per_resource} == {"server_error", "ignored_auth"}
    assert {check.name for check in TABLE if check.expected_varies} == {"status"}


def test_a_name_is_given_once() -> None:
    assert len(BY_NAME) == len(TABLE)


def test_the_names_of_the_generators_checks_are_the_generators() -> None:
    load_all_checks()
    own = {check.name for check in TABLE if check.subject is Subject.CASE}
    assert own == {*run_findings.INVALID_ACCEPTED, run_findings.IGNORED_AUTH}
    assert own <= set(CHECKS.get_all_names())


@pytest.mark.parametrize("check", TABLE, ids=lambda check: check.name)
def test_a_row_tells_a_person_in_one_sentence_what_it_means_and_what_to_do(check: Check) -> None:
    assert re.fullmatch(r"(An?|The|No) [^.\n]+: [^.\n]+\.", check.sentence)
    assert len(check.sentence) < 240


@pytest.mark.parametrize("check", [*ALL, *REQUEST], ids=lambda check: check.name)
def test_the_function_of_a_check_that_judge_applies_is_called_as_the_check(check: Check) -> None:
    assert check.function.__name__ == check.name  # type: ignore[attr-defined]
    assert list(signature(check.function).parameters) == ["exchange", "match", "contract"]


def test_the_checks_of_an_answer_are_read_in_this_order() -> None:
    assert [check.name for check in ALL] == [
        "server_error", "status", "media_type", "headers", "json", "body", "undocumented_field", "payload",
        "page_repeats", "page_loses", "success_flag", "secret_echo",
    ]  # fmt: skip
    assert [check.name for check in REQUEST] == ["parameters", "request_type", "request_body"]


def test_what_a_request_is_for_decides_what_its_answer_is_held_to() -> None:
    assert fitting("") == fitting("boundary") == ALL
    assert fitting(UPKEEP) == ()
    assert fitting("negative") == NEGATIVE
    assert [check.name for check in ALL if check not in NEGATIVE] == ["success_flag"]


def test_faults_that_the_network_can_cause_are_these() -> None:
    assert {"answer", "server_error", "status", "media_type", "headers", "json"} == DOUBTFUL


WRONG = {"title": 5, "more": True, "success": False}
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}, "success": {"type": "boolean"}}}


@pytest.mark.parametrize("vendor", ["zendesk", "zoho"])
def test_a_check_that_needs_a_schema_says_nothing_without_one(vendor: str) -> None:
    needy = [check for check in ALL if Need.SCHEMA in check.needs]
    with_one, without = (promise(schema, vendor=vendor) for schema in (SCHEMA, None))
    assert {one.check for one in judge(exchange(WRONG), *with_one, needy)} == {"body", "undocumented_field"}
    assert judge(exchange(WRONG), *without, needy) == []


def test_a_check_that_does_not_need_the_body_says_the_same_without_it() -> None:
    bodiless = [check for check in ALL if Need.BODY not in check.needs]
    match, contract = promise(SCHEMA)
    for status in (200, 418, 500):
        whole = exchange(WRONG, status=status, media_type="text/html" if status == 200 else JSON)
        cut = replace(whole, response=replace(whole.response, body=b"{"))
        told = [one.check for one in judge(whole, match, contract, bodiless)]
        assert told == [one.check for one in judge(cut, match, contract, bodiless)]
        assert told
