"""The evidence of a finding is complete, masked, short enough to read, and shows nothing that would be invisible."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from believable import HOSTILE, believable

from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.masking import MASK
from harness.report import page_evidence, text
from harness.report.causes import causes
from harness.report.history import EarlierRun, RunHistory, history
from harness.results.outcome import Outcome, State, fingerprint

REQUEST = Request(
    "POST", "https://org.example.com/a", (("authorization", f"Basic {MASK}"), ("@fixed", "x")), b'{"name": "a"}'
)
EXCHANGE = Exchange(REQUEST, Response(200, (("content-type", "application/json"),), b'{"id": null}', 0.012))
FINDING = Finding("zendesk:CreateA", "body", 200, "/id", "null is not of type integer", "type integer", "", EXCHANGE)
OUTCOME = Outcome("zendesk:CreateA", "zendesk", "POST", "/a", "A", "write", "r", State.FINDINGS, findings=(FINDING,))


def document(*outcomes: Outcome, past: RunHistory | None = None) -> dict:
    return json.loads(page_evidence.document(causes(outcomes), past or RunHistory()))


def test_a_finding_has_its_request_answer_and_command() -> None:
    shown = document(OUTCOME)
    (finding,) = shown["causes"][fingerprint(FINDING)]["findings"]
    exchange = shown["exchanges"][finding["exchange"]]
    assert exchange["request"].startswith("POST https://org.example.com/a\nauthorization: Basic")
    assert exchange["request"].endswith('\n\n{"name": "a"}')
    assert exchange["answer"] == "200 application/json, 12 bytes in 12 ms"
    assert exchange["headers"] == "content-type: application/json\n"
    assert exchange["curl"].startswith("curl -sS https://org.example.com/a")
    assert '"id": null' in finding["excerpt"]
    assert "@fixed" not in exchange["request"]


def test_findings_of_one_answer_share_it() -> None:
    other = replace(FINDING, pointer="/name")
    assert len(document(replace(OUTCOME, findings=(FINDING, other)))["exchanges"]) == 1


def test_a_finding_without_an_exchange_says_so_by_having_none() -> None:
    (finding,) = document(replace(OUTCOME, findings=(replace(FINDING, exchange=None),)))["causes"][
        fingerprint(FINDING)
    ]["findings"]
    assert "exchange" not in finding
    assert "excerpt" not in finding


def test_the_example_of_a_cause_comes_first() -> None:
    for cause in causes(believable().outcomes):
        (row,) = json.loads(page_evidence.document([cause], RunHistory()))["causes"].values()
        assert row["findings"][0]["id"] == cause.id


def test_nothing_of_a_hostile_answer_is_invisible() -> None:
    told = json.loads(page_evidence.document(causes(believable(hostile=True).outcomes), RunHistory()))
    words = "".join(map(str, flat(told)))
    assert text.visible(words, keep="\n\t") == words
    assert HOSTILE[:20] in words


def flat(node: Any) -> Iterator[Any]:
    """All that is no list and no object in a JSON value, and the names of its members."""
    if isinstance(node, dict):
        yield from node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from flat(item)
    else:
        yield node


def test_too_long_bodies_are_cut_until_all_has_room() -> None:
    noise = "".join(base64.b85encode(zlib.compress(str(n).encode())).decode() for n in range(400))
    exchange = replace(EXCHANGE, response=Response(200, (), json.dumps({"id": noise}).encode()))
    shown = causes([replace(OUTCOME, findings=(replace(FINDING, exchange=exchange),))])
    whole, small = (page_evidence.packed(shown, RunHistory(), room) for room in (10**6, 1_100))
    assert len(small) < len(whole)
    assert json.loads(zlib.decompress(base64.b64decode(small)))["causes"].keys() == {fingerprint(FINDING)}


def test_what_earlier_runs_say_stands_beside_a_finding() -> None:
    earlier = EarlierRun("a", "2026-11-01T00:00:00+00:00", "a", {"zendesk:CreateA": State.PASSED}, {}, {})
    run = replace(believable(), outcomes=(OUTCOME,))
    shown = document(OUTCOME, past=history(run, (earlier,)))
    (finding,) = shown["causes"][fingerprint(FINDING)]["findings"]
    assert (finding["seen"], finding["standing"]) == (["clear", "found"], "new")
    assert [row["folder"] for row in shown["runs"]] == ["a"]
