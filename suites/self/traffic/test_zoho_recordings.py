"""Real Zoho Desk answers of several portals against the corrected documents, as they are and broken on purpose."""

from __future__ import annotations

import json
import re

import pytest
from mutate_recordings import caught_and_made, in_words
from recorded import RECORDINGS

from harness.checks import REQUEST, judge, waivers
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.openapi.catalog import Catalog, compile_operations
from harness.openapi.document import SPECS, load, pinned, pins
from harness.traffic import observe
from harness.traffic.observe import find

ZOHO = RECORDINGS.with_name("zoho")
BEHAVIOURS = ZOHO / "behaviours.jsonl"
pytestmark = pytest.mark.skipif(not ZOHO.is_dir(), reason=f"no recordings at {ZOHO}")


def compiled(documents):
    operations = [operation for one in documents for operation in compile_operations(one.vendor, one.name, one.tree)]
    return Catalog(tuple(operations)), Contract.over(documents), {one.name: one for one in documents}


@pytest.fixture(scope="module")
def corrected():
    """The pinned documents with repairs and overlays."""
    return compiled(list(pinned("zoho")))


@pytest.fixture(scope="module")
def repaired():
    """The same documents with repairs alone: as published, one does not even compile."""
    return compiled([load(SPECS / "zoho" / row.file, "zoho", row.name) for row in pins("zoho")])


def test_every_real_answer_is_explained_and_without_corrections_half_are_not(corrected, repaired, capsys):
    seen = observe([ZOHO], *corrected[:2], waivers.load())
    without = observe([ZOHO], *repaired[:2])
    failing = {(one.file, one.entry) for one in without.findings}
    with capsys.disabled():
        print(f"\nzoho recordings: {len(seen.unexplained)} unexplained of {seen.exchanges}, "
              f"{len(without.findings)} findings in {len(failing)} exchanges without corrections")  # fmt: skip
    assert (seen.exchanges, seen.matched) == (346, 346)
    assert seen.unexplained == ()
    assert len(failing) > 0.45 * without.matched


def test_mutants_of_real_answers_are_caught_on_their_own_pointer(corrected, capsys):
    caught, made, missed = caught_and_made(sorted(ZOHO.glob("*.har")), corrected, "zoho")
    with capsys.disabled():
        print(f"\nzoho mutants: {in_words(caught, made)}")
    assert min(made[kind] for kind in ("required", "type", "enum", "status", "media type")) >= 5
    assert caught.total() >= 0.98 * made.total(), missed[:20]


@pytest.fixture(scope="module")
def behaviours(corrected):
    """Reported behaviours of live portals, each as an exchange without a body, with the operation that it is of."""
    catalog, _, _ = corrected
    lines = BEHAVIOURS.read_text().splitlines() if BEHAVIOURS.is_file() else []
    made = []
    for one in map(json.loads, lines):
        path, _, query = one["path"].split(" ")[0].partition("?")
        query = "&".join(filter(None, (query, one.get("query", ""))))
        url = "https://desk.zoho.com" + re.sub(r"{[^}]*}", "731000000000000000", path) + (query and f"?{query}")
        exchange = Exchange(Request(one["method"], url), Response(one["status"]))
        if one["kind"].startswith("real"):
            made.append((one, exchange, find(catalog, ("zoho",), exchange)))
    return made


def test_every_reported_behaviour_is_of_an_operation_and_its_status_declared(behaviours, corrected):
    _, contract, _ = corrected
    found = [(exchange, match) for _, exchange, match in behaviours]
    assert [exchange.request.url for exchange, match in found if match is None] == []
    undeclared = [f for exchange, match in found for f in judge(exchange, match, contract) if f.check == "status"]
    assert undeclared == []


def test_a_request_that_portals_answered_with_success_is_as_declared(behaviours, corrected):
    _, contract, _ = corrected
    strange = [
        (exchange.request.url, finding.expected)
        for one, exchange, match in behaviours
        for finding in judge(exchange, match, contract, REQUEST)
        # Where keys were reported, the query was not.
        if finding.check == "parameters" and "keys" not in one
    ]
    assert strange == []


def test_every_reported_refusal_has_the_form_of_its_operation(behaviours, corrected):
    _, contract, _ = corrected
    for one, _, match in behaviours:
        if one["status"] >= 400 and one.get("body"):
            schema = contract.answer(match.operation, one["status"]).schema("application/json")
            assert list(schema.violations({"message": "as reported", **one["body"]})) == [], one["path"]


def test_every_reported_key_of_a_record_is_known(behaviours, corrected):
    _, contract, _ = corrected
    for one, _, match in behaviours:
        if "keys" in one:
            root = contract.answer(match.operation, 200).schema("application/json").properties
            rows = root.inner("data")
            record = rows.items if rows is not None else root
            assert set(one["keys"]) - record.names == set(), one["path"]
