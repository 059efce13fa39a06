"""What ends a hand-written test is the org's doing, the network's or ours, and is told as what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from harness import shipped
from harness.errors import UnfinishedError
from harness.exchange import Response
from harness.execution import lifecycle_walk
from harness.execution.blame import Blame, UnmetError, blame
from harness.transport.failures import LostError
from harness.vendors.obstacle import Obstacle, OrgError


def raised(act) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        act()
    return caught.value


def expect() -> None:
    answer = 503
    assert answer == 201


def fail() -> None:
    pytest.fail("not as the page says")


def lacking() -> None:
    Response(200, body=b"{}").json["account"]


def listed() -> None:
    Response(200, body=b"[]").json["account"]


def broken() -> None:
    Response(200, body=b'{"a": ').json  # noqa: B018


def deep() -> None:
    Response(200, body=b"[" * 900 + b"]" * 900).json  # noqa: B018


def ours() -> None:
    lifecycle_walk.probe_unknown_id(None, None)  # type: ignore[arg-type]


def stray() -> None:
    raise RuntimeError("boom")


def misspelt() -> None:
    undefined_name  # noqa: B018, F821


def throttled() -> None:
    raise OrgError(Obstacle.THROTTLED, "too many tokens")


def unscoped() -> None:
    raise OrgError(Obstacle.MISSING_SCOPE, "the token lacks read")


def test_an_obstacle_of_the_org_is_neither_the_tests_nor_the_contracts_fault() -> None:
    assert blame(raised(throttled)) == Blame(broken="too many tokens", obstacle="throttled")
    assert blame(raised(unscoped)) == Blame(skipped="the token lacks read")


def lose() -> None:
    raise LostError("no usable answer came")


@pytest.mark.parametrize("act", [expect, fail, lacking, listed, broken, deep])
def test_an_answer_that_is_not_as_expected_is_the_orgs(act) -> None:
    found = blame(raised(act))
    assert found.failure
    assert not found.broken


@pytest.mark.parametrize("act", [lacking, listed, broken, deep])
def test_an_error_on_reading_an_answer_that_a_check_told_of_is_no_second_finding(act) -> None:
    assert blame(raised(act), has_findings=True) == Blame()


def test_an_expectation_that_broke_counts_beside_what_the_checks_found() -> None:
    assert blame(raised(expect), has_findings=True).failure


@pytest.mark.parametrize("act", [ours, stray, misspelt])
@pytest.mark.parametrize("found", [False, True])
def test_an_error_of_ours_is_told_with_its_place_and_never_as_the_orgs(act, found: bool) -> None:
    told = blame(raised(act), has_findings=found)
    assert ".py:" in told.broken
    assert not told.failure


def test_no_answer_is_the_networks() -> None:
    assert blame(raised(lose)).lost
    assert blame(httpx.ReadTimeout("late")).lost


def test_an_outage_speaks_for_itself() -> None:
    assert blame(UnfinishedError("the org answers no request any more")).broken.startswith("the org answers no")


def test_what_a_walk_of_the_harness_expects_of_the_org_is_a_finding() -> None:
    assert blame(UnmetError("DELETE answers 500")).failure == "DELETE answers 500"


def test_a_test_that_came_to_its_end_blames_nobody() -> None:
    assert blame(None) == Blame()


def test_what_failed_is_named_by_the_tests_own_line_which_holds_no_id() -> None:
    assert blame(raised(expect)).statement == "assert answer == 201"
    assert blame(raised(fail)).statement == 'pytest.fail("not as the page says")'
    assert blame(raised(lacking)).statement == 'Response(200, body=b"{}").json["account"]'
    assert blame(UnmetError("DELETE answers 500")).statement == ""


def test_a_suite_of_an_installation_is_a_test_and_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies in the folder of all libraries: what it expects is a statement about the org all the same."""
    package = Path(shipped.__file__).parent
    suite = str(package / "data" / "suites" / "test_own.py")
    monkeypatch.setattr(shipped, "DATA", package / "data")
    monkeypatch.setattr(shipped, "suites", lambda: package / "data" / "suites")
    monkeypatch.setattr("harness.execution.blame._LIBRARIES", (str(package.parent),))
    code = compile("def expect():\n    assert 503 == 201\ndef read():\n    {}['ticket']\n", suite, "exec")
    names: dict[str, Any] = {}
    exec(code, names)
    assert blame(raised(names["expect"])).failure
    assert blame(raised(names["read"])).failure
