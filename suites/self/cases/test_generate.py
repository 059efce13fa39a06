"""Cases hold examples, bounds and fuzz within the budget, and the same seed gives the same ones everywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import jsonschema_rs
import pytest
import things

from harness.cases.case import Case, Intent
from harness.cases.generate import generate
from harness.cases.schema import open_schema, operation

SCHEMA = open_schema(things.TREE)


def make(key: str, budget: int = 24, seed: int = 1) -> tuple[Case, ...]:
    one = things.CATALOG.by_key[f"zendesk:{key}"]
    return generate(operation(SCHEMA, one.method, one.path), budget, seed)


def fits(body: object) -> bool:
    return jsonschema_rs.is_valid(things.THING, body)


@pytest.mark.parametrize("key", ["ListThings", "CreateThing", "ShowThing"])
def test_every_intent_and_both_signs_are_there(key: str) -> None:
    cases = make(key)
    assert {case.negative for case in cases} == {True, False}
    assert {Intent.BOUNDARY, Intent.FUZZ} <= {case.intent for case in cases}


def test_the_example_of_the_document_comes_first() -> None:
    first = make("CreateThing")[0]
    assert (first.intent, first.json, first.negative) == (Intent.EXAMPLE, {"name": "from the document"}, False)
    assert (first.method, first.path, first.media_type) == ("POST", "/api/v2/things", "application/json")


def test_the_sign_tells_whether_the_body_fits() -> None:
    """What is called negative in the body breaks the schema, and nothing else does."""
    cases = make("CreateThing", 60)
    assert all(fits(case.json) for case in cases if not case.negative)
    broken = [case for case in cases if case.negative and case.place == "body" and case.has_json]
    assert len(broken) > 5
    assert not [case for case in broken if fits(case.json)]


def test_bounds_are_tried_on_both_sides() -> None:
    queries = {case.query for case in make("ListThings", 40)}
    assert {f"per_page={number}" for number in (0, 1, 100, 101)} <= queries


@pytest.mark.parametrize("budget", [1, 2, 3, 5, 8, 40])
def test_a_budget_is_kept_and_no_case_is_there_twice(budget: int) -> None:
    for key in ("ListThings", "CreateThing", "ShowThing", "Health"):
        cases = make(key, budget)
        assert 1 <= len(cases) <= budget
        assert len({(case.url_path(), repr(case.json), case.body, case.headers) for case in cases}) == len(cases)


def test_what_has_nothing_to_vary_gives_one_valid_case() -> None:
    valid = [case for case in make("Health") if not case.negative]
    assert [case.url_path() for case in valid] == ["/api/v2/health"]


def test_no_value_makes_another_path() -> None:
    for case in make("ShowThing", 200):
        assert case.values["thing_id"] not in ("", ".", "..")
        assert case.url_path().partition("?")[0].count("/") == 4


def test_credentials_are_not_generated() -> None:
    for key in ("ListThings", "ShowThing"):
        assert not {"authorization", "orgid"} & {name.lower() for case in make(key, 60) for name, _ in case.headers}


def test_another_seed_gives_other_fuzz_and_the_same_bounds() -> None:
    one, other = make("CreateThing", 40, 1), make("CreateThing", 40, 2)
    by = lambda cases, intent: [case for case in cases if case.intent is intent]  # noqa: E731
    assert by(one, Intent.BOUNDARY) == by(other, Intent.BOUNDARY)
    assert by(one, Intent.FUZZ) != by(other, Intent.FUZZ)


def digest(keys: Sequence[str] = ("ListThings", "CreateThing", "ShowThing")) -> str:
    return hashlib.sha256(repr([make(key, 40, 7) for key in keys]).encode("utf-8", "backslashreplace")).hexdigest()


@pytest.mark.parametrize("hashseed", ["0", "4711"])
def test_another_process_makes_the_same_cases(hashseed: str) -> None:
    """Whatever its hash seed, its imports and what it generated before."""
    here = Path(__file__).parent
    code = "import colorsys, test_generate as t; t.make('Health'); print(t.digest())"
    environ = {**os.environ, "PYTHONHASHSEED": hashseed, "PYTHONPATH": f"{here}{os.pathsep}{here.parents[2]}"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True, cwd=here
    )
    assert done.stdout.strip() == digest()
