"""deskcheck observe: what it prints, and what its exit code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.exchange import Exchange, Request, Response
from harness.traffic.har_writer import HarWriter

COUNT = "https://acme.example.com/api/v2/tickets/count"
JSON = (("content-type", "application/json"),)


@pytest.fixture
def har(tmp_path):
    """`har(url, body, ...)` records GETs with their answers."""

    def record(*pairs: tuple[str, object], name: str = "session.har", status: int = 200) -> Path:
        with HarWriter(tmp_path / name) as writer:
            for url, body in pairs:
                answer = Response(status, JSON, json.dumps(body).encode())
                writer.append(Exchange(Request("GET", url), answer))
        return tmp_path / name

    return record


def counted(value: object) -> dict[str, object]:
    return {"count": {"value": value, "refreshed_at": "2026-11-21T09:00:00Z"}}


def test_traffic_that_keeps_the_contract_passes(har, capsys):
    assert main(["observe", str(har((COUNT, counted(3))))]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("1 exchange, 1 of a documented operation (100.0 %)\n0 findings")
    assert "1 of 1,3" in shown, "coverage is set against the whole catalog"


def test_a_deviation_names_its_file_and_entry(har, capsys):
    path = har((COUNT, counted(3)), (COUNT, counted("three")), (COUNT, counted("four")))
    assert main(["observe", str(path)]) == 1
    shown = capsys.readouterr().out
    assert "Findings (1)" in shown, "two entries with one cause are one line"
    assert "findings 1, operations 1" in shown
    assert f"{path}: entry 1, zendesk:CountTickets 200 /count/value" in shown


def test_unknown_paths_are_counted_by_kind(har, capsys):
    unknown = [(f"https://acme.example.com/api/v2/nowhere/{number}", {}) for number in (1, 2, 3)]
    assert main(["observe", str(har((COUNT, counted(3)), *unknown))]) == 0
    shown = capsys.readouterr().out
    assert "Of no documented operation (1)" in shown
    assert "     3  GET    " in shown


def test_traffic_of_nobody_is_no_pass(har, capsys):
    assert main(["observe", str(har(("https://example.com/style.css", {})))]) == 2
    assert "none of 1 exchanges belongs to a documented operation" in capsys.readouterr().err


def test_an_unreadable_file_beside_a_good_one_is_no_pass(har, tmp_path, capsys):
    har((COUNT, counted(3)))
    (tmp_path / "torn.yaml").write_text("{")
    assert main(["observe", str(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert "Seen, not judged: 1 (a file that cannot be read 1)" in shown.out
    assert "1 file could not be read" in shown.err


def test_traffic_without_one_judged_answer_is_no_pass(har, tmp_path, capsys):
    path = har((COUNT, counted(3)))
    recording = json.loads(path.read_text())
    recording["log"]["entries"][0]["response"]["content"] = {"size": 99, "mimeType": "application/json"}
    path.write_text(json.dumps(recording))
    assert main(["observe", str(path)]) == 2
    assert "no answer could be judged in full" in capsys.readouterr().err


def test_json_holds_what_scripts_rely_on(har, capsys):
    assert main(["observe", "--json", str(har((COUNT, counted("three"))))]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["exchanges"], data["matched"], data["unmatched"]) == (1, 1, [])
    (finding,) = data["findings"]
    assert set(finding) >= {"operation", "check", "status", "pointer", "message", "file", "entry", "waiver"}
    assert (finding["operation"], finding["pointer"]) == ("zendesk:CountTickets", "/count/value")


def test_another_document_can_take_the_place_of_the_pinned_ones(har, tmp_path, capsys):
    answer = {"description": "", "content": {"application/json": {"schema": {"type": "array"}}}}
    paths = {"/api/v2/shelves": {"get": {"operationId": "ListShelves", "responses": {"200": answer}}}}
    document = tmp_path / "shelves.json"
    document.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "", "version": "1"}, "paths": paths}))
    words = ["observe", "--document", str(document), "--vendor", "zendesk"]
    path = har(("https://acme.example.com/api/v2/shelves", []))
    assert main([*words, str(path)]) == 0
    assert "1 of 1 operations" in capsys.readouterr().out
    assert main([*words, str(har(("https://acme.example.com/api/v2/shelves", {})))]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.har"], "there is no such file or folder"),
        (["--document", "x.yaml", "session.har"], "--document and --vendor go together"),
        (["--document", "x.yaml", "--vendor", "jira", "session.har"], "unknown vendor 'jira'"),
    ],
)
def test_wrong_use_is_told_with_a_remedy(words, said, capsys):
    assert main(["observe", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "[]", '{"log": 1}', "\x00\x01"])
def test_a_broken_recording_is_told_with_its_place(text, tmp_path, capsys):
    path = tmp_path / "broken.har"
    path.write_text(text)
    assert main(["observe", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_a_recording_that_breaks_off_at_once_is_no_pass(tmp_path, capsys):
    path = tmp_path / "torn.har"
    path.write_text('{"log": {"entries": [')
    assert main(["observe", str(path)]) == 2
    said = capsys.readouterr()
    assert "the file ends inside this entry" in said.out
    assert "no exchange was read" in said.err


def test_recorded_text_cannot_steer_the_terminal(har, capsys):
    main(["observe", str(har((COUNT, counted(3)), ("https://acme.example.com/api/v2/\x1b[31mred", {})))])
    assert "\x1b" not in capsys.readouterr().out


def test_help_lists_the_forms_that_are_read(capsys):
    with pytest.raises(SystemExit):
        main(["observe", "--help"])
    shown = capsys.readouterr().out
    for tool in ("HAR 1.2", "VCR", "Postman", "WireMock", "mitmproxy", "Kong"):
        assert tool in shown
    assert "example:" in shown
