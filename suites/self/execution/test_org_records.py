"""A record of the run is made from the first valid case that the org accepts, and only where that is permitted."""

from __future__ import annotations

from dataclasses import replace

import pinned
import pytest
from listed_org import Answering, answer_json, org_under_test

from harness.cases.case import Case, Intent
from harness.cases.source import CaseSource
from harness.exchange import Request, Response
from harness.execution.org_records import CREATE_TRIES, OrgRecords
from harness.openapi.catalog import Operation

TICKETS = "/api/v2/tickets"


class ManyCases(CaseSource):
    """More valid cases than are tried, after an invalid one."""

    def cases(self, operation: Operation) -> tuple[Case, ...]:
        case = Case(operation.method, operation.path, Intent.FUZZ, has_json=True, json={})
        return (replace(case, negative=True), *[case] * (CREATE_TRIES + 2))


def make(answer: Response | Exception, *, may: bool = True) -> tuple[str, list[str]]:
    """The id of a ticket of our own in an org that answers so, and what was sent for it."""

    def by_method(request: Request, signed: bool) -> Response | Exception:
        return answer if request.method == "POST" else answer_json({})

    transport = Answering(by_method)
    org = org_under_test(transport)
    cases = ManyCases(pinned.documents(), 5, 1)
    pool = OrgRecords(org.client, cases, org.binder, lambda operation: may).pool
    return pool.own(TICKETS), [line for line in transport.sent if line.startswith("POST")]


def test_the_first_case_that_the_org_accepts_makes_the_record() -> None:
    assert make(answer_json({"ticket": {"id": 7}}, 201)) == ("7", [f"POST {TICKETS}"])


@pytest.mark.parametrize("answer", [Response(422), Response(201), answer_json({"job_status": {"id": "1"}}, 200)])
def test_an_answer_that_names_no_record_makes_none(answer: Response) -> None:
    assert make(answer)[0] == ""


def test_an_org_that_refuses_valid_cases_is_not_asked_for_ever() -> None:
    assert make(Response(422)) == ("", [f"POST {TICKETS}"] * CREATE_TRIES)


def test_above_the_permit_nothing_is_sent() -> None:
    assert make(answer_json({"ticket": {"id": 7}}, 201), may=False) == ("", [])
