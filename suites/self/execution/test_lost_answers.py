"""Every planned create, its answer lost: what it made is taken back or told, and nothing is told where nothing is.

The witness is the sandbox's own state. A sample in the suite; all of them with

    FULL=1 pytest suites/self/execution/test_lost_answers.py -s
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from in_process import SPOILED, Lab, Rows, lab

from harness.cases import bind
from harness.cases.case import Case
from harness.execution import executor
from harness.execution.org_under_test import OrgUnderTest
from harness.planning.plan import PlanStep
from harness.settings import cache_folder
from harness.transport.failures import UNSENDABLE, NoAnswerError

# In the sample: kinds that were seen to be lost, and those with a way of their own.
SAMPLE = (
    "zendesk:CreateTicket", "zendesk:CreateBookmark", "zendesk:CreateOrganizationSubscription", "zendesk:UploadFiles",
    "zendesk:CreateTicketField", "zendesk:CreateGroup", "zendesk:CreateItamAsset", "zendesk:CreateOAuthToken",
    "zoho:createTask", "zoho:createTaskAttachment", "zoho:pinConversationOnTicket", "zoho:createLabel",
    "zoho:cloneLayout", "zoho:uploadChannelPhoto", "zoho:deleteTicket",
)  # fmt: skip
FULL = bool(os.environ.get("FULL"))
# No list of a vendor's shows these, and nothing else does: what came of a lost one nobody can say.
UNLISTED = frozenset({"zendesk:UploadFiles"})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("run"), cache_folder(), budget=6 if FULL else 4) as made:
        yield made


def steps(place: Lab) -> list[PlanStep]:
    return [step for step in place.creates if FULL or step.operation.key in SAMPLE]


def lose(place: Lab, step: PlanStep, how: str) -> str:
    """Send an operation's cases until one has made something, each answer lost; how its record could be found again."""
    operation = step.operation
    with place.ledger() as ledger:
        org = place.org(operation.vendor, ledger)
        for case in org.cases.cases(operation):
            before = place.rows().keys()
            send(place, org, step, case, how)
            if place.rows().keys() - before:
                entry = ledger.entries()[-1]
                return "marked" if entry.mark else "listed before" if "before" in entry.search else "under another"
    return "nothing made"


def send(place: Lab, org: OrgUnderTest, step: PlanStep, case: Case, how: str) -> None:
    request = bind.request(executor.bind_case(step, case, org), org.target.base_url)

    def losing(sent: httpx.Request) -> str:
        return how if sent.method == "POST" and str(sent.url).partition("?")[0].endswith(request.path) else ""

    place.losing = losing
    try:
        org.client.send(request)
    except (NoAnswerError, *UNSENDABLE):
        pass
    place.losing = lambda sent: ""


def outcome(place: Lab, before: Rows, lines: list[str]) -> str:
    """What a sweep left, by the sandbox's state: `gone`, `told` with its address, or one of two failures."""
    after = place.rows()
    assert {key: after.get(key) for key in before} == before
    left = after.keys() - before.keys()
    if not left:
        return f"told for nothing: {lines}" if lines else "gone"
    known = all("http://" in line for line in lines) and len(lines) >= len(left)
    return "told" if lines and known else f"left: {left} {lines}"


@pytest.mark.parametrize("how", ["after", "before", *(SPOILED if FULL else ("odd", "half"))])
def test_what_a_lost_answer_made_is_taken_back_or_told(
    place: Lab, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lost `after` the server has done it, or `before` it got the request: then there is nothing to tell.

    Or a proxy has spoiled it: an answer is no proof because it came.
    """
    figures: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for step in steps(place):
        place.reset()
        before = place.rows()
        found = lose(place, step, how)
        came = outcome(place, before, place.sweep())
        figures[found, came] += 1
        key = step.operation.key
        if came != "gone" and not (key in UNLISTED and came.startswith("told")):
            wrong.append(f"{key} ({found}): {came}")
    with capsys.disabled():
        print(f"\n{how}:", *(f"{found} and {came}: {count};" for (found, came), count in figures.most_common()))
    assert wrong == []
    assert sum(figures.values()) == len(steps(place)) >= len(SAMPLE)
