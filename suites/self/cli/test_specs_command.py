"""deskcheck specs: the documents listed, pinned, linted and compared."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from functools import partial
from typing import Any
from urllib.error import URLError

import pytest

from harness.cli import specs
from harness.cli.main import main
from harness.errors import DocumentError
from harness.openapi import pin

SHELVES: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Shelves", "version": "1"},
    "paths": {
        "/api/v2/shelves": {
            "get": {
                "operationId": "ListShelves",
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["count"],
                                    "properties": {"count": {"type": "integer"}},
                                }
                            }
                        },
                    }
                },
            },
            "post": {"operationId": "CreateShelf", "responses": {"201": {"description": ""}}},
        }
    },
}


@pytest.fixture
def document(tmp_path):
    """`document("old.json", tree)` writes a document, and gives its path as it is typed."""

    def write(name: str, tree: dict[str, Any]) -> str:
        (tmp_path / name).write_text(json.dumps(tree))
        return str(tmp_path / name)

    return write


# -- list --------------------------------------------------------------------------------------------------------------


def test_list_names_every_pinned_document(capsys):
    assert main(["specs", "list"]) == 0
    shown = capsys.readouterr().out
    for name in ("zendesk/support", "zendesk/ticket-content-pins", "zoho/desk", "zoho/undocumented"):
        assert name in shown


def test_list_as_json_counts_operations(capsys):
    main(["specs", "list", "--json"])
    rows = json.loads(capsys.readouterr().out)["documents"]
    counts = {f"{row['vendor']}/{row['name']}": row["operations"] for row in rows}
    assert (counts["zendesk/support"], counts["zoho/desk"]) == (605, 704)
    assert all(len(row["sha256"]) == 64 for row in rows)


# -- pin ---------------------------------------------------------------------------------------------------------------


def test_pin_writes_the_facts_and_says_how_many(document, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pin, "pin", partial(pin.pin, specs=tmp_path / "specs"))
    assert main(["specs", "pin", "zendesk", document("shelves.json", SHELVES)]) == 0
    assert "specs/zendesk/shelves.yaml: 2 operations" in capsys.readouterr().out
    assert "ListShelves" in (tmp_path / "specs" / "zendesk" / "shelves.yaml").read_text()
    assert "shelves" in (tmp_path / "specs" / "zendesk" / "pins.yaml").read_text()


def test_pin_says_where_it_writes_when_that_is_not_here(document, tmp_path, monkeypatch, capsys):
    elsewhere = tmp_path / "elsewhere" / "specs"
    monkeypatch.setattr(pin, "pin", partial(pin.pin, specs=elsewhere))
    monkeypatch.setattr(specs, "SPECS", elsewhere)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    main(["specs", "pin", "zendesk", document("shelves.json", SHELVES)])
    assert capsys.readouterr().out.startswith(f"{elsewhere}/zendesk/shelves.yaml: 2 operations")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["jira", "x.yaml"], "unknown vendor 'jira'"),
        (["zendesk", "missing.yaml"], "there is no such file or folder"),
        (["zendesk", "http://example.com/oas.yaml"], "cannot fetch"),
        (["zoho", "ftp://example.com/oas.yaml"], "cannot fetch"),
    ],
)
def test_pin_refuses_what_it_cannot_read(words, said, capsys):
    assert main(["specs", "pin", *words]) == 2
    assert said in capsys.readouterr().err


def test_pin_refuses_a_document_without_operations(document, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pin, "pin", partial(pin.pin, specs=tmp_path / "specs"))
    assert main(["specs", "pin", "zendesk", document("empty.json", SHELVES | {"paths": {}})]) == 2
    assert "describes no operation" in capsys.readouterr().err
    assert not (tmp_path / "specs").exists()


class Answer(io.BytesIO):
    """What urlopen gives."""

    def __init__(self, body: bytes, url: str) -> None:
        super().__init__(body)
        self.url = url


def test_fetch_gives_the_bytes(monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda request, timeout: Answer(b"openapi: 3.0.3", request.full_url))
    assert specs.fetch("https://example.com/oas.yaml") == b"openapi: 3.0.3"


def test_fetch_follows_nobody_off_https(monkeypatch):
    monkeypatch.setattr("urllib.request.urlopen", lambda request, timeout: Answer(b"", "http://example.com/oas.yaml"))
    with pytest.raises(DocumentError, match="not https"):
        specs.fetch("https://example.com/oas.yaml")


def test_fetch_takes_no_more_than_a_document_can_have(monkeypatch):
    monkeypatch.setattr(specs, "LARGEST", 10)
    monkeypatch.setattr("urllib.request.urlopen", lambda request, timeout: Answer(b"x" * 11, request.full_url))
    with pytest.raises(DocumentError, match="MiB"):
        specs.fetch("https://example.com/oas.yaml")


def test_fetch_says_why_it_failed(monkeypatch):
    def away(request: object, timeout: float) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("urllib.request.urlopen", away)
    with pytest.raises(DocumentError, match="no route to host"):
        specs.fetch("https://example.com/oas.yaml")


# -- lint --------------------------------------------------------------------------------------------------------------


def faulty() -> dict[str, Any]:
    """An example that its own schema refuses, and an enum that lacks the null that it allows."""
    tree = deepcopy(SHELVES)
    media = tree["paths"]["/api/v2/shelves"]["get"]["responses"]["200"]["content"]["application/json"]
    media["schema"]["properties"]["kind"] = {"type": "string", "nullable": True, "enum": ["oak"]}
    media["example"] = {"count": "three"}
    return tree


def test_lint_says_where_and_what(document, capsys):
    path = document("faulty.json", faulty())
    assert main(["specs", "lint", "--document", path, "--vendor", "zendesk"]) == 0
    shown = capsys.readouterr().out
    assert f"{path}:1: warning: /count" in shown
    assert "1 enum-without-null" in shown, "a note is counted, and has no line of its own"
    assert "0 errors, 1 warnings" in shown


def test_lint_shows_notes_when_asked(document, capsys):
    main(["specs", "lint", "--document", document("faulty.json", faulty()), "--level", "note"])
    assert "[enum-without-null]" in capsys.readouterr().out


@pytest.mark.parametrize(("form", "at"), [("--json", ("findings",)), ("--sarif", ("runs", 0, "results"))])
def test_lint_for_programs(document, form, at, capsys):
    main(["specs", "lint", "--document", document("faulty.json", faulty()), form])
    found: Any = json.loads(capsys.readouterr().out)
    for step in at:
        found = found[step]
    assert len(found) == 2


def test_lint_refuses_what_is_no_document(tmp_path, capsys):
    path = tmp_path / "list.json"
    path.write_text("[1, 2]")
    assert main(["specs", "lint", "--document", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_lint_of_an_unknown_vendor_is_wrong_use(capsys):
    assert main(["specs", "lint", "--vendor", "jira"]) == 2
    assert "unknown vendor 'jira'" in capsys.readouterr().err


# -- diff --------------------------------------------------------------------------------------------------------------


def test_diff_of_one_document_with_itself_is_empty(document, capsys):
    path = document("old.json", SHELVES)
    assert main(["specs", "diff", path, path]) == 0
    assert "0 changes" in capsys.readouterr().out


def test_diff_tells_what_breaks(document, capsys):
    new = deepcopy(SHELVES)
    del new["paths"]["/api/v2/shelves"]["post"]
    assert main(["specs", "diff", document("old.json", SHELVES), document("new.json", new)]) == 1
    shown = capsys.readouterr().out
    assert "1 of them break a client" in shown
    assert "zendesk:CreateShelf" in shown


def test_diff_of_what_nobody_understands_is_not_zero(document, capsys):
    new = deepcopy(SHELVES)
    new["paths"]["/api/v2/shelves"]["get"]["frobnicate"] = 1
    assert main(["specs", "diff", document("old.json", SHELVES), document("new.json", new)]) == 1
    assert "1 not understood" in capsys.readouterr().out


def test_diff_knows_whose_paths_they_are(document, capsys):
    old, new = (
        {**SHELVES, "paths": {"/api/v1/shelves": deepcopy(SHELVES["paths"]["/api/v2/shelves"])}} for _ in range(2)
    )
    del new["paths"]["/api/v1/shelves"]["post"]
    main(["specs", "diff", "--json", document("old.json", old), document("new.json", new)])
    assert json.loads(capsys.readouterr().out)["removed"] == ["zoho:CreateShelf"]


def test_diff_takes_pinned_documents_by_name(capsys):
    assert main(["specs", "diff", "zendesk/ticket-content-pins", "zendesk/ticket-content-pins"]) == 0


def test_diff_of_what_is_not_there_lists_the_pinned_ones(document, capsys):
    assert main(["specs", "diff", "zendesk/nothing", document("new.json", SHELVES)]) == 2
    assert "zendesk/ticket-content-pins" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["specs"], ["specs", "burn"], ["specs", "diff", "one"], ["specs", "pin", "zendesk"]])
def test_wrong_words_end_with_two(words):
    assert main(words) == 2
