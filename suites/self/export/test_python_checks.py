"""Expectations as statements: each fails for an answer that breaks it, and passes for one that keeps it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import httpx
import pytest

from harness.export import expectations as expected
from harness.export.expectations import Expectation, ValueRule
from harness.export.javascript_checks import COMMON, javascript_lines
from harness.export.python_checks import VALUES_AT, imports_of, python_lines
from harness.export.python_source import template_source


def answer(status: int = 200, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kept = {"content-type": "application/json"} | (headers or {})
    return httpx.Response(status, content=content, headers=kept, request=httpx.Request("GET", "http://127.0.0.1/"))


ROWS = [{"id": 1}, {"id": 2}]
TICKETS = {"tickets": [{"id": 1, "via": {"source": None}}, {"id": 2, "via": None, "extra": 1}]}
# The expectation, an answer that keeps it, one that breaks it, and the variables that it needs.
CASES: list[tuple[Expectation, httpx.Response, httpx.Response, dict[str, Any]]] = [
    (expected.HasStatus(("200", "4XX"), "why"), answer(404), answer(203), {}),
    (expected.HasStatus(("200",), "why"), answer(200), answer(201), {}),
    (expected.Answers(), answer(500), answer(0), {}),
    (expected.IsNoServerError(), answer(404), answer(500), {}),
    (expected.IsRefused("why"), answer(422), answer(201), {}),
    (expected.HasMediaType(("application/json",)), answer(), answer(headers={"content-type": "text/html"}), {}),
    (expected.HasMediaType(("image/*",)), answer(headers={"content-type": "image/png"}), answer(), {}),
    (expected.HasMediaType(()), answer(204, b""), answer(), {}),
    (expected.HasHeader(("x-left", "x-rest")), answer(headers={"x-rest": "1"}), answer(), {}),
    (expected.HeaderFits("x-left", ValueRule("type", ["integer"])), answer(headers={"x-left": "12"}),
     answer(headers={"x-left": "many"}), {}),
    (expected.HeaderFits("x-on", ValueRule("type", ["boolean"])), answer(), answer(headers={"x-on": "2"}), {}),
    (expected.IsJson(), answer(body={}), answer(body=b'{"cut": ['), {}),
    (expected.PlaceFits(("ticket", "id"), ValueRule("type", ["integer"])), answer(body={"ticket": {"id": 1}}),
     answer(body={"ticket": {"id": "1"}}), {}),
    (expected.PlaceFits(("tickets", "*", "id"), ValueRule("type", ["integer"])), answer(body=TICKETS),
     answer(body={"tickets": [{"id": 1}, {"id": None}]}), {}),
    (expected.PlaceFits(("tickets", "*", "id"), ValueRule("required")), answer(body=TICKETS),
     answer(body={"tickets": [{}]}), {}),
    (expected.PlaceFits(("tickets", "*", "via", "source"), ValueRule("required")), answer(body=TICKETS),
     answer(body={"tickets": [{"via": {}}]}), {}),
    (expected.PlaceFits(("tickets", "*", "other"), ValueRule("absent")), answer(body=TICKETS),
     answer(body={"tickets": [{"other": 1}]}), {}),
    (expected.PlaceFits(("id",), ValueRule("required")), answer(body={"id": 1}), answer(body={}), {}),
    (expected.PlaceFits(("results", "*", "success"), ValueRule("not", (False, "false"))),
     answer(body={"results": [{"success": True}, {}]}), answer(body={"results": [{"success": "false"}]}), {}),
    (expected.HoldsAnyOf(("ticket", "tickets")), answer(body=TICKETS), answer(body={}), {}),
    (expected.HoldsAnyOf(("ticket",)), answer(body={"ticket": 1}), answer(body={}), {}),
    (expected.RowsDiffer(("data",)), answer(body={"data": ROWS}), answer(body={"data": ROWS + ROWS[:1]}), {}),
    (expected.RowsDiffer(()), answer(body=ROWS), answer(body=ROWS + ROWS), {}),
    (expected.CountsRows(("data",), ("count",)), answer(body={"data": ROWS, "count": 2}),
     answer(body={"data": ROWS, "count": 3}), {}),
    (expected.ShowsRecord("ticket"), answer(body={"id": 17}), answer(404, {"error": 17}), {"ticket": 17}),
    (expected.ShowsNothing("why"), answer(404, {"error": 1}), answer(body={"id": 1}), {}),
    (expected.ShowsNothing("why", "isTrashed"), answer(body={"isTrashed": True}),
     answer(body={"isTrashed": False}), {}),
    (expected.KeepsChange(("ticket", "subject"), "new"), answer(body={"ticket": {"subject": "new"}}),
     answer(body={"ticket": {"subject": "old"}}), {}),
]  # fmt: skip
# Of these the answer says nothing: the pages are in the variables.
WALKS: list[tuple[Expectation, dict[str, Any], dict[str, Any]]] = [
    (expected.ListsRecord(("page_1", "page_2"), "ticket"), {"page_1": ROWS, "page_2": [{"id": 3}], "ticket": 3},
     {"page_1": ROWS, "page_2": [], "ticket": 3}),
    (expected.PagesDiffer("whole", ("page_1", "page_2")), {"whole": ROWS, "page_1": ROWS[:1], "page_2": ROWS[1:]},
     {"whole": ROWS, "page_1": ROWS[:1], "page_2": ROWS[:1]}),
    (expected.PagesDiffer("whole", ("page_1",)), {"whole": ROWS, "page_1": ROWS},
     {"whole": ROWS + ROWS[:1], "page_1": ROWS}),
    (expected.PagesCover("whole", ("page_1", "page_2"), 2), {"whole": [*ROWS, {"id": 9}], "page_1": ROWS, "page_2": []},
     {"whole": ROWS, "page_1": ROWS[:1], "page_2": []}),
]  # fmt: skip
ALL = [*CASES, *((one, answer(body={}), answer(body={}), (good, bad)) for one, good, bad in WALKS)]


def passes(expectation: Expectation, response: httpx.Response, variables: dict[str, Any]) -> bool:
    lines = "\n".join([VALUES_AT, *python_lines(expectation, template_source)])
    try:
        exec(lines, {"response": response, "json": json, "re": re} | variables)
    except (AssertionError, ValueError):
        return False
    return True


@pytest.mark.parametrize(("expectation", "good", "bad", "variables"), ALL, ids=lambda value: type(value).__name__)
def test_it_tells_a_good_answer_from_a_bad_one(
    expectation: Expectation, good: httpx.Response, bad: httpx.Response, variables: Any
) -> None:
    of_good, of_bad = variables if isinstance(variables, tuple) else (variables, variables)
    assert passes(expectation, good, of_good)
    assert not passes(expectation, bad, of_bad)


PRELUDE = """
const check = (condition, message) => { if (!condition) throw new Error(message); };
const runs = (given, body) => {
  const { status, text, headers, variables } = given;
  const json = () => JSON.parse(text);
  const header = (name) => headers[name];
  const variable = (name) => variables[name];
  try { body(status, text, json, header, variable); return true; } catch (error) { return false; }
};
"""


def given_to_javascript(response: httpx.Response, variables: dict[str, Any]) -> str:
    kept = {name: json.dumps(value) if isinstance(value, list) else value for name, value in variables.items()}
    return json.dumps(
        {"status": response.status_code, "text": response.text, "headers": dict(response.headers), "variables": kept}
    )


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript_tells_the_same() -> None:
    calls = []
    for expectation, good, bad, variables in ALL:
        of_good, of_bad = variables if isinstance(variables, tuple) else (variables, variables)
        lines = "\n".join([*COMMON, *javascript_lines(expectation, json.dumps)])
        body = f"(status, text, json, header, variable) => {{ {lines}\n}}"
        calls.append(f"runs({given_to_javascript(good, of_good)}, {body})")
        calls.append(f"runs({given_to_javascript(bad, of_bad)}, {body})")
    code = f"{PRELUDE} console.log(JSON.stringify([{', '.join(calls)}]))"
    told = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout
    results = json.loads(told)
    wrong = [type(one[0]).__name__ for one, pair in zip(ALL, zip(results[::2], results[1::2], strict=True), strict=True)
             if pair != (True, False)]  # fmt: skip
    assert wrong == []


def test_credentials_are_looked_for_by_their_variables() -> None:
    lines = python_lines(expected.HidesCredentials(), template_source, ('os.environ["DESK_TOKEN"]',))
    assert lines == ['assert os.environ["DESK_TOKEN"] not in response.text']


def test_only_modules_that_are_used_are_imported() -> None:
    assert imports_of(["assert response.status_code == 200", 'x = "the core.re."']) == []
    assert imports_of(["rows = [json.dumps(row)]", 'assert re.search("a", value)']) == ["json", "re"]
