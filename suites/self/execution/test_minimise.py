"""Minimise: what is left out is not needed for the finding, and what is needed stays."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.checks.run_findings import IGNORED_AUTH
from harness.exchange import Exchange, Request, Response
from harness.execution.minimise import MOST_TRIES, Minimiser, request_of
from harness.export.standalone import Capture, Role, Step, Template, Variable, plain
from harness.finding import Finding

FINDING = Finding("zendesk:ListGroups", IGNORED_AUTH, 200, "", "open")
BODY = {"a": 1, "b": {"c": 2, "d": 3}}


@dataclass
class Server:
    """Answers 200, as the finding says, only to a request that has all that is `needed`."""

    needed: frozenset[str]
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request, *, signed: bool = True) -> Exchange:
        self.sent.append(request)
        names = {name for name, _ in (*request.query, *request.headers)} | keys(json.loads(request.body or b"null"))
        return Exchange(request, Response(200 if self.needed <= names else 404, (), b'{"id": 7}'))


def keys(node: Any) -> set[str]:
    return set(node).union(*map(keys, node.values())) if isinstance(node, dict) else set()


def minimised(needed: frozenset[str], *steps: Step) -> tuple[tuple[Step, ...], Server, Minimiser]:
    server = Server(needed)
    org: Any = SimpleNamespace(
        client=server, binder=SimpleNamespace(mark="deskcheck-x", numbers=count(1)),
        target=SimpleNamespace(base_url="http://127.0.0.1:1", vendor="zendesk"),
    )  # fmt: skip
    minimiser = Minimiser(FINDING, org)
    return minimiser.minimised(steps), server, minimiser


def sent(**more: Any) -> Step:
    query = tuple((name, plain("1")) for name in ("page", "sort"))
    headers = (("accept", "*/*"), ("x-own", "1"))
    step = Step(Role.SEND, "t", "POST", plain("/api"), query, headers, has_json=True, json=BODY, is_signed=False)
    return replace(step, **more)


@given(st.frozensets(st.sampled_from(["page", "sort", "accept", "x-own", "a", "b", "c", "d"])))
def test_exactly_what_is_needed_stays(needed: frozenset[str]) -> None:
    (step,), _, _ = minimised(needed, sent())
    kept = {name for name, _ in (*step.query, *step.headers)} | keys(step.json)
    # What holds a key that is needed is needed for it.
    assert kept == needed | ({"b"} if needed & {"c", "d"} else set())


def test_what_does_not_show_the_finding_stays_as_it_is() -> None:
    step = sent()
    assert minimised(frozenset({"unknown"}), step)[0] == (step,)


def test_the_type_of_a_body_stays_with_the_body() -> None:
    (step,), _, _ = minimised(frozenset(), sent(headers=(("content-type", "application/json"),)))
    assert step.headers == (("content-type", "application/json"),)


def test_a_read_in_between_is_left_out_and_a_change_is_not() -> None:
    read = Step(Role.SEND, "r", "GET", plain("/read"))
    change = Step(Role.SEND, "c", "DELETE", plain("/change"))
    kept, _, minimiser = minimised(frozenset(), read, change, sent())
    assert [step.method for step in kept] == ["DELETE", "POST"]
    assert "a read in between" in minimiser.dropped


def test_pages_of_a_walk_keep_their_size() -> None:
    page = sent(captures=(Capture("whole", ("id",), is_list=True),))
    (step,), _, _ = minimised(frozenset(), page)
    assert [name for name, _ in step.query] == ["page", "sort"]


def test_a_large_body_does_not_cost_any_number_of_requests() -> None:
    body = {f"k{number}": number for number in range(200)}
    _, server, minimiser = minimised(frozenset(body), sent(json=body))
    assert minimiser.tries == len(server.sent) == MOST_TRIES


def test_a_request_has_the_values_of_its_variables() -> None:
    step = sent(
        path=Template(("/t/", Variable("ticket"))),
        query=(("of", Template((Variable("ticket"),))),),
        json={"id": Template((Variable("ticket"),), is_text=False), "n": Template(("T", Variable("ticket")))},
    )
    request = request_of(step, {"ticket": 7}, "http://127.0.0.1:1")
    assert (request.url, json.loads(request.body)) == ("http://127.0.0.1:1/t/7?of=7", {"id": 7, "n": "T7"})
    with pytest.raises(KeyError):
        request_of(step, {}, "")
