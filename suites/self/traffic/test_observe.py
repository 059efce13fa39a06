"""Recorded traffic against a small contract: what is matched, told, waived and left alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from recorded import entry, har

from harness.checks import fitting, judge
from harness.checks.waivers import Waiver
from harness.contract.contract import Contract
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.openapi.catalog import Catalog, compile_operations
from harness.openapi.document import Document
from harness.traffic import observe
from harness.traffic.har_writer import HarWriter
from harness.traffic.observe import find
from harness.unjudged import ENTRY, FILE, NO_ANSWER, OTHER_FILE, Unjudged

TICKET = {"type": "object", "properties": {"id": {"type": "integer"}, "subject": {"type": "string"}}}
BODY = {"content": {"application/json": {"schema": {"properties": {"ticket": TICKET}}}}}


def document(vendor, root):
    item = {"operationId": "ShowTicket", "responses": {"200": BODY}}
    update = {"operationId": "UpdateTicket", "requestBody": BODY, "responses": {"200": BODY}}
    paths = {
        f"{root}/tickets": {"get": {"operationId": "ListTickets", "responses": {"200": {"description": ""}}}},
        f"{root}/tickets/{{id}}": {"get": item, "put": update},
        f"{root}/tickets/recent": {"get": item | {"operationId": "Recent"}},
        f"{root}/names/{{name}}": {"get": item | {"operationId": "ShowName"}},
    }
    return Document("made", vendor, Path("made.yaml"), "", {"openapi": "3.0.3", "info": {}, "paths": paths})


DOCUMENTS = [document("zendesk", "/api/v2"), document("zoho", "/api/v1")]
CATALOG = Catalog(tuple(op for one in DOCUMENTS for op in compile_operations(one.vendor, one.name, one.tree)))
CONTRACT = Contract.over(DOCUMENTS)


def watch(tmp_path, text, known=(), name="a.har"):
    (tmp_path / name).write_text(text)
    return observe([tmp_path / name], CATALOG, CONTRACT, known, date(2026, 11, 21))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://acme.zendesk.com/api/v2/tickets/7", "zendesk:ShowTicket"),
        ("https://acme.zendesk.com/api/v2/tickets/7.json?include=users", "zendesk:ShowTicket"),
        ("https://any.host/api/v2/tickets/recent.json", "zendesk:Recent"),
        ("http://127.0.0.1:8080/zendesk/api/v2/tickets/", "zendesk:ListTickets"),
        ("https://desk.zoho.eu/api/v1/tickets/7", "zoho:ShowTicket"),
        ("https://any.host/api/v2/names/a%2Fb", "zendesk:ShowName"),
        ("https://any.host/api/v2/names/a.b", "zendesk:ShowName"),
        ("https://ACME.zendesk.com/api//v2/tickets/7.json/", "zendesk:ShowTicket"),
        ("https://acme.zendesk.com:443//api/v2//tickets/7", "zendesk:ShowTicket"),
        ("https://acme.zendesk.com/api/v2/tickets//7", None),
        ("https://any.host/api/v3/tickets/7", None),
        ("https://any.host/agent/tickets/7", None),
        ("https://any.host", None),
    ],
)
def test_an_operation_is_found_behind_any_host_and_prefix(url, key):
    match = find(CATALOG, ("zendesk", "zoho"), Exchange(Request("GET", url), Response(200)))
    assert (match.operation.key if match else None) == key


def test_the_value_of_a_path_is_decoded_once_and_has_no_suffix():
    for url, value in [("/api/v2/tickets/7.json", {"id": "7"}), ("/api/v2/names/a%252Fb", {"name": "a%2Fb"})]:
        assert find(CATALOG, ("zendesk",), Exchange(Request("GET", f"https://h{url}"), Response(200))).values == value


def test_the_json_form_is_as_documented(tmp_path):
    url = "https://any.host/api/v2/tickets/1.json"
    bad = entry(url, body={"ticket": {"id": "1", "colour": "red"}})
    other = entry("https://any.host/api/v2/secrets/12345.json")
    seen = watch(tmp_path, har(entry(url), bad, other, other))
    out = json.loads(json.dumps(seen.as_json()))
    file = str(tmp_path / "a.har")
    assert (out["exchanges"], out["matched"]) == (4, 2)
    assert out["unmatched"] == [
        {"method": "GET", "path": "/api/v2/secrets/{id}.json", "count": 2, "file": file, "entry": 2}
    ]
    keys = ("operation", "check", "status", "pointer", "file", "entry", "waiver")
    assert [tuple(one[key] for key in keys) for one in out["findings"]] == [
        ("zendesk:ShowTicket", "body", 200, "/ticket/id", file, 1, ""),
        ("zendesk:ShowTicket", "undocumented_field", 200, "/ticket/colour", file, 1, ""),
    ]
    assert all(one["message"] for one in out["findings"])


def test_a_waived_finding_is_shown_as_waived(tmp_path):
    known = Waiver(
        "w1", "zendesk:ShowTicket", "body", "r", "o", date(2026, 1, 1), date(2026, 12, 1), "s", "/ticket/id", 200
    )
    seen = watch(tmp_path, har(entry(body={"ticket": {"id": "1"}})), [known])
    assert [one.finding.waiver for one in seen.findings] == ["w1"]
    assert seen.unexplained == ()


def test_a_waiver_of_the_past_explains_old_recordings_alone(tmp_path):
    days = date(2026, 1, 1), date(2026, 12, 1)
    known = Waiver("w1", "zendesk:ShowTicket", "body", "r", "o", *days, "s", "/ticket/id", seen_until=date(2016, 1, 1))
    times = {"2013-08-21T08:52:34Z": True, "2024-02-29T12:00:00Z": False, "once": False}
    entries = [entry(body={"ticket": {"id": "1"}}) | {"startedDateTime": time} for time in times]
    seen = watch(tmp_path, har(*entries), [known])
    waived = {one.entry: one.finding.waiver == "w1" for one in seen.findings if one.finding.check == "body"}
    assert waived == dict(enumerate(times.values()))


def test_coverage_tells_what_was_seen_and_what_is_missing(tmp_path):
    seen = watch(tmp_path, har(entry(body={"ticket": {"id": 1}}), entry(status=418)))
    assert seen.coverage["operations"] == {"seen": 1, "documented": 10}
    assert seen.coverage["by_operation"]["zendesk:ShowTicket"] == {
        "exchanges": 2,
        "statuses": {"200": 1, "418": 1},
        "undeclared": ["418"],
        "unseen": [],
        "fields": {"seen": 2, "documented": 3, "missing": ["/ticket/subject"]},
    }


def test_a_body_that_was_left_out_is_noted_and_not_judged(tmp_path):
    seen = watch(tmp_path, har(entry(), *[entry(text="", size=500)] * 3))
    assert (seen.matched, seen.findings) == (4, ())
    assert seen.notes == (f"{tmp_path / 'a.har'}: entry 1: the recording left the answer's body out (and 2 more)",)


def test_requests_are_checked_too(tmp_path):
    raw = entry(body={"ticket": {"id": 1}})
    raw["request"] |= {
        "method": "PUT",
        "postData": {"mimeType": "application/json", "text": '{"ticket": {"subject": 5}}'},
    }
    (seen,) = watch(tmp_path, har(raw)).findings
    assert (seen.finding.check, seen.finding.pointer) == ("request_body", "/ticket/subject")


def put(value, subject, status=200):
    return Exchange(
        Request(
            "PUT",
            f"http://127.0.0.1:8080/zendesk/api/v2/tickets/{value}",
            (("content-type", "application/json"),),
            json.dumps({"ticket": {"subject": subject}}).encode(),
        ),
        Response(status, (("content-type", "application/json"),), json.dumps({"ticket": {"id": value}}).encode()),
    )


def test_our_own_recording_gives_the_findings_of_the_run(tmp_path):
    """Also for requests that are wrong on purpose, and for path values that read as another operation."""
    operation = CATALOG.by_key["zendesk:UpdateTicket"]
    match = find(CATALOG, ("zendesk",), put(1, "x"))
    told = Finding(operation.key, "negative_data_rejection", 200, "", "accepted: subject is 5", "a refusal")
    cases = [
        (put(1, "x"), "", []),
        (put("a", 5), "negative", [told]),
        (put("recent", "x"), "negative", []),
        (put(2, "x", 418), "fuzz", []),
        (put(2, "x", 418), "upkeep", []),
    ]
    run = []
    with HarWriter(tmp_path / "run.har") as writer:
        for exchange, purpose, more in cases:
            run += judge(exchange, match, CONTRACT, fitting(purpose)) + more
            writer.append(exchange, operation.key, purpose, more)
    seen = observe([tmp_path], CATALOG, CONTRACT)
    assert seen.matched == len(cases)
    assert [one.finding.cause for one in seen.findings] == [one.cause for one in run]
    pointers = ["/ticket/id", "", "/ticket/id", ""]
    assert [one.finding.pointer for one in seen.findings] == [one.pointer for one in run] == pointers


def test_a_schema_that_cannot_be_compiled_is_counted_and_no_end(tmp_path):
    broken = document("zendesk", "/api/v2")
    broken.tree["paths"]["/api/v2/tickets/{id}"]["get"]["responses"] = {
        "200": {"content": {"application/json": {"schema": {"pattern": "("}}}}
    }
    (tmp_path / "a.har").write_text(har(entry(), entry("https://h/api/v2/tickets/recent")))
    seen = observe([tmp_path / "a.har"], CATALOG.of("zendesk"), Contract.over([broken]))
    place = f"{tmp_path / 'a.har'}: entry 0"
    assert seen.unjudged == (Unjudged("a schema cannot be compiled", 1, place),)
    assert (seen.matched, seen.nothing_judged) == (2, False)


def test_answers_of_which_none_was_judged_are_no_pass(tmp_path):
    """A body that was left out counts, as long as the document says what should be in it."""
    left_out = entry(body="", text="", size=40)
    assert watch(tmp_path, har(left_out)).nothing_judged
    seen = watch(tmp_path, har(left_out, left_out, entry()))
    assert (seen.nothing_judged, seen.unjudged[0].count) == (False, 2)
    described_nowhere = entry("https://any.host/api/v2/tickets", text="", size=40)
    assert not watch(tmp_path, har(described_nowhere)).nothing_judged


def test_a_lost_file_is_counted_apart_from_a_lost_entry(tmp_path):
    (tmp_path / "b.yaml").write_text("{")
    (tmp_path / "a.har").write_text(har(entry(), {"request": 1}, entry(status=0)))
    seen = observe([tmp_path], CATALOG, CONTRACT)
    assert seen.lost_files == 1
    assert {row.reason: row.count for row in seen.unjudged} == {FILE: 1, ENTRY: 1, NO_ANSWER: 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ({"name": "a package"}, OTHER_FILE),
        ({"openapi": "3.1.0", "responses": {}}, OTHER_FILE),
        ([{"request": "in a form that nobody knows"}], FILE),
        ({"interactions": {"of": "another tool"}}, FILE),
    ],
)
def test_a_file_that_is_no_recording_is_no_lost_one(text, reason, tmp_path):
    (tmp_path / "a.har").write_text(har(entry()))
    (tmp_path / "b.json").write_text(json.dumps(text))
    (unjudged,) = observe([tmp_path], CATALOG, CONTRACT).unjudged
    assert (unjudged.reason, unjudged.place) == (reason, f"{tmp_path / 'b.json'}: entry 0")


def test_a_preflight_is_no_operation(tmp_path):
    raw = entry("https://any.host/api/v2/tickets/7", 204, text="", size=0)
    raw["request"]["method"] = "OPTIONS"
    seen = watch(tmp_path, har(raw, entry()))
    assert (seen.exchanges, seen.matched, seen.unmatched) == (2, 1, ())
    assert "preflight" in seen.notes[0]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://any.host/api/v2/counts", "zendesk:Counts"),
        ("https://any.host/api/v2/counts.json", "zendesk:Counts"),
        ("https://gateway.host/desk/api/v2/status", "zendesk:Status"),
        ("https://gateway.host/desk/api/v2/status.json", "zendesk:Status"),
    ],
)
def test_a_document_may_have_an_ending_that_means_nothing_and_a_beginning_before_api(url, key):
    paths = {"/api/v2/counts.json": {"get": {"operationId": "Counts"}},
             "/desk/api/v2/status": {"get": {"operationId": "Status"}}}  # fmt: skip
    catalog = Catalog(compile_operations("zendesk", "made", {"openapi": "3.0.3", "paths": paths}))
    match = find(catalog, ("zendesk",), Exchange(Request("GET", url), Response(200)))
    assert match.operation.key == key
