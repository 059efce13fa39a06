"""Each tool's recording of the same wrong answer shows the same one finding."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from writers import (
    AT,
    BODY,
    EVENTS,
    EXVCR,
    GATEWAY,
    HOVERFLY_5,
    KONG,
    NGINX,
    PATH,
    RUBY_6,
    SAZ,
    WRITERS,
    Writer,
    as_json,
    content,
    envoy,
    flow,
    flow_answer,
    har,
    newman,
    raw_answer,
    simulation,
    stub,
    zipped,
)

from harness.checks import REQUEST, fitting, judge
from harness.contract.contract import Contract
from harness.openapi.catalog import Catalog, compile_operations
from harness.openapi.document import Document
from harness.traffic import Observation, observe, recorded_files
from harness.traffic.observe import find

COUNT = {
    "type": "object",
    "required": ["count"],
    "properties": {
        "count": {
            "type": "object",
            "properties": {"value": {"type": "integer"}, "refreshed_at": {"type": "string", "format": "date-time"}},
        }
    },
}
ANSWER = {"description": "", "content": {"application/json": {"schema": COUNT}}}
TREE = {
    "openapi": "3.0.3",
    "info": {"title": "Made", "version": "1"},
    "paths": {"/api/v2/tickets/count": {"get": {"operationId": "CountTickets", "responses": {"200": ANSWER}}}},
}
DOCUMENT = Document("made", "zendesk", Path("made.yaml"), "", TREE)
CATALOG = Catalog(tuple(compile_operations("zendesk", "made", TREE)))
CONTRACT = Contract.over([DOCUMENT])


def placed(folder: Path, writer: Writer) -> Path:
    for name, data in ((writer.file, writer.data), *writer.files):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder / writer.file


def watch(*paths: Path) -> Observation:
    return observe(paths, CATALOG, CONTRACT, (), date(2026, 11, 21))


def shown(observation: Observation) -> list[tuple[str, str]]:
    return [(sighting.finding.check, sighting.finding.pointer) for sighting in observation.findings]


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.tool)
def test_the_same_answer_is_the_same_finding(tmp_path: Path, writer: Writer) -> None:
    observation = watch(placed(tmp_path, writer))
    assert shown(observation) == [("body", "/count/value")] * writer.exchanges
    assert observation.notes == ()
    assert (observation.exchanges, observation.matched) == (writer.exchanges, writer.exchanges)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.tool)
def test_the_exchange_is_the_same_to_the_byte(tmp_path: Path, writer: Writer) -> None:
    entries = list(recorded_files.entries([placed(tmp_path, writer)]))
    assert len(entries) == writer.exchanges
    for entry in entries:
        assert entry.exchange is not None
        request, response = entry.exchange.request, entry.exchange.response
        assert (request.method, request.path, request.body) == ("GET", PATH, b"")
        assert (response.status, response.media_type, response.json) == (200, "application/json", json.loads(BODY))
        assert entry.exchange.at == AT


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.tool)
def test_a_right_answer_is_no_finding(tmp_path: Path, writer: Writer) -> None:
    """So that the one finding is of the value, and of nothing that the form adds or leaves out."""
    for entry in recorded_files.entries([placed(tmp_path, writer)]):
        assert entry.exchange is not None
        right = entry.exchange.response.body.replace(b'"five"', b"5")
        exchange = replace(entry.exchange, response=replace(entry.exchange.response, body=right))
        match = find(CATALOG, ("zendesk",), exchange)
        assert match is not None
        assert list(judge(exchange, match, CONTRACT, (*fitting(""), *REQUEST))) == []


@pytest.mark.parametrize("writer", [one for one in WRITERS if one.files], ids=lambda writer: writer.tool)
def test_the_body_of_another_file_is_no_recording_of_its_own(tmp_path: Path, writer: Writer) -> None:
    placed(tmp_path, writer)
    observation = watch(tmp_path)
    assert (shown(observation), observation.notes) == ([("body", "/count/value")], ())


@pytest.mark.parametrize("writer", [one for one in WRITERS if one.files], ids=lambda writer: writer.tool)
def test_a_body_whose_file_is_gone_is_noted_and_not_judged(tmp_path: Path, writer: Writer) -> None:
    path = placed(tmp_path, writer)
    (tmp_path / writer.files[0][0]).unlink()
    observation = watch(path)
    assert shown(observation) == []
    assert observation.matched == 1, "status and headers are judged all the same"
    assert "the body cannot be read" in observation.notes[0]
    assert "is not beside the recording" in observation.notes[0]


NEVER = {
    "Chrome, aborted": ("a.har", har(content(size=0, text="") | {"_error": "net::ERR_ABORTED"})),
    "Chrome, offline": ("a.har", har({"status": 0, "content": {"size": 0, "mimeType": "x-unknown"},
                                      "_error": "net::ERR_INTERNET_DISCONNECTED"})),
    "Firefox, blocked": ("a.har", har({"status": 0, "content": {"size": 0, "mimeType": "", "text": ""}})),
    "Playwright, failed": ("a.har", har({"status": -1, "content": {"size": -1, "mimeType": "x-unknown"},
                                         "_failureText": "net::ERR_FAILED"})),
    "Charles, failed": ("a.har", har(content(size=0) | {"_charlesStatus": "FAILED"})),
    "HAR, no status": ("a.har", har({"status": None, "content": {}})),
    "HAR, no answer": ("a.har", har({}).replace(b'"response": {', b'"response": {}, "was": {')),
    "mitmproxy, HAR": ("a.har", har({"status": 0, "content": {}, "_transferSize": 0, "_error": "killed"})),
    "mitmproxy, dump": ("a.mitm", flow(None, {"msg": "Connection killed.", "timestamp": AT})),
    "Fiddler, no answer": ("a.saz", zipped(**SAZ | {"raw/1_s.txt": b""})),
    "Fiddler, its own answer": ("a.saz", zipped(**SAZ | {
        "raw/1_s.txt": raw_answer(b"[Fiddler] DNS Lookup failed", status="502 Fiddler - DNS Lookup Failed"),
    })),
    "ExVCR": ("a.json", as_json([EXVCR[0] | {"response": {
        "binary": False, "body": "%Mint.TransportError{reason: :nxdomain}", "headers": [], "status_code": None,
        "type": "error",
    }}])),
    "Newman": ("a.json", newman(response=None, requestError={"code": "ENOTFOUND"})),
    "WireMock": ("a.json", as_json(stub(fault="CONNECTION_RESET_BY_PEER"))),
    "API Gateway": ("a.log", GATEWAY[: GATEWAY.index("(abc-123) Endpoint")].encode()),
    "R": ("a.yml", RUBY_6[: RUBY_6.index("  response:")].encode() + b"  response: ~\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
def test_what_was_never_answered_is_a_note_and_no_finding(tmp_path: Path, name: str) -> None:
    file, data = NEVER[name]
    (tmp_path / file).write_bytes(data)
    observation = watch(tmp_path / file)
    assert shown(observation) == []
    assert observation.exchanges == 0
    assert [note.split(": ", 2)[2] for note in observation.notes] == ["no answer was recorded"]


CUT = re.sub('"five".*', "[TRUNCATED]", GATEWAY)
LEFT_OUT = {
    "Firefox": ("a.har", har(content(comment="Response bodies are not included."))),
    "Firefox, from its cache": ("a.har", har({"headers": [], "content": {
        "mimeType": "application/json", "comment": "Response bodies are not included.",
    }})),
    "Chrome, evicted": ("a.har", har(content())),
    "text of null": ("a.har", har(content(text=None))),
    "Playwright, omitted": ("a.har", har({"content": {"size": -1, "mimeType": "application/json"}})),
    "a length without a body": ("a.har", har({"content": {"size": 0, "mimeType": "application/json"},
                                              "headers": [{"name": "Content-Length", "value": "68"}]})),
    "mitmproxy, dump": ("a.mitm", flow(flow_answer(content=None))),
    "Kong": ("a.log", as_json(KONG | {"response": {"status": 200, "size": 827, "headers": {"content-length": "68"}}})),
    "nginx": ("a.log", as_json({name: value for name, value in NGINX.items() if name != "resp_body"})),
    "Envoy, cut": ("a.json", envoy(truncated=True, as_string=BODY[:20])),
    "API Gateway, cut": ("a.log", CUT.encode()),
    "WireMock, template": ("a.json", as_json(stub(body="{{request.path}}", transformers=["response-template"]))),
    "Hoverfly, template": ("a.json", simulation("v5", HOVERFLY_5, body="{{ Request.Path }}", templated=True)),
    "WireMock, empty": ("a.json", as_json({"requests": [EVENTS["requests"][0] | {"response": {
        "status": 200, "headers": {"Content-Type": "application/json"},
    }}], "requestJournalDisabled": False})),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_body_that_is_not_there_is_a_note_and_no_finding(tmp_path: Path, name: str) -> None:
    file, data = LEFT_OUT[name]
    (tmp_path / file).write_bytes(data)
    observation = watch(tmp_path / file)
    assert shown(observation) == []
    assert (observation.exchanges, observation.matched) == (1, 1)
    assert "left the answer's body out" in observation.notes[0]


def test_an_answer_that_is_truly_empty_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_bytes(har({"content": {"size": 0, "mimeType": "application/json", "text": ""}}))
    assert [check for check, _ in shown(watch(tmp_path / "a.har"))] == ["json"]


CONDITION = {"headers": [{"name": "If-None-Match", "value": 'W/"abc"'}]}


@pytest.mark.parametrize("kept", [{}, {"text": BODY}], ids=["no body", "the browser's own copy"])
def test_a_304_that_was_asked_for_is_right(tmp_path: Path, kept: dict[str, str]) -> None:
    (tmp_path / "a.har").write_bytes(har({"status": 304} | content(**kept), CONDITION))
    observation = watch(tmp_path / "a.har")
    assert (shown(observation), observation.notes, observation.matched) == ([], (), 1)


def test_a_304_that_nobody_asked_for_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_bytes(har({"status": 304} | content()))
    assert shown(watch(tmp_path / "a.har")) == [("status", "")]


def test_a_preflight_is_no_operation_and_not_of_an_unknown_one(tmp_path: Path) -> None:
    asked = {"method": "OPTIONS", "headers": [{"name": "Access-Control-Request-Method", "value": "GET"}]}
    (tmp_path / "a.har").write_bytes(har({"status": 204, "content": {"size": 0, "mimeType": "x-unknown"}}, asked))
    observation = watch(tmp_path / "a.har")
    assert (shown(observation), observation.unmatched) == ([], ())
    assert "preflight" in observation.notes[0]


def test_what_stands_for_many_requests_is_noted(tmp_path: Path) -> None:
    wild = stub(body=BODY) | {"request": {"urlPathPattern": "/api/.*", "method": "ANY"}}
    (tmp_path / "a.json").write_bytes(as_json(wild))
    (tmp_path / "b.json").write_bytes(simulation("v5", HOVERFLY_5 | {"path": [{"matcher": "glob", "value": "/api/*"}]}))
    observation = watch(tmp_path)
    assert len([note for note in observation.notes if "answers more than one" in note]) == 2


def test_packed_files_that_break_off_or_explode_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.errors import DocumentError
    from harness.traffic.readers import opened_recording

    monkeypatch.setattr(opened_recording, "LARGEST_UNPACKED", 1 << 20)
    plain = har(content(text=BODY))
    bomb = b'{"log": {"entries": [' + b" " * (8 << 20) + b"]}}"
    for name, data in (("cut.har.gz", gzip.compress(plain)[:-20]), ("bomb.har.gz", gzip.compress(bomb))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DocumentError) as caught:
            watch(tmp_path / name)
        assert caught.value.remedy
