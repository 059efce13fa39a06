"""The command line: every command helps with an example, and every end has the exit code that it means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness import cli
from harness.cli import COMMANDS, main
from harness.errors import UnfinishedError


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_helps_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"deskcheck {name}" in capsys.readouterr().out.split("example:")[1]


def test_an_error_of_our_own_is_no_finding(monkeypatch, capsys):
    monkeypatch.setattr(cli, "import_module", lambda name: 1 // 0 if name.endswith("plan") else None)
    parser = cli._parser([])
    monkeypatch.setattr(cli, "_parser", lambda words: parser)
    assert main(["plan"]) == UnfinishedError.exit_code, "the interpreter's own code, 1, would mean new findings"
    assert "ZeroDivisionError" in capsys.readouterr().err


HOSTILE = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a\x1b[31m": {"get": {"operationId": "red\x1b]0;mine\x07", "responses": {"200": {"description": ""}}}},
        "/b \x1b[2J": {"get": {"operationId": "blue", "responses": {"200": {"description": ""}}}},
    },
}


@pytest.mark.parametrize("words", [
    ["plan", "--list"], ["explain", "zendesk:red\x1b]0;mine\x07"], ["explain", "zendesk:blue"],
    ["explain", "zendesk:gr\x1b[7m"], ["specs", "lint"], ["specs", "diff"],
])  # fmt: skip
def test_a_document_cannot_draw_on_the_terminal(words, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("DESKCHECK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "old.json").write_text(json.dumps(HOSTILE | {"paths": {}}))
    path = tmp_path / "new.json"
    path.write_text(json.dumps(HOSTILE))
    main([*words, str(tmp_path / "old.json"), str(path)] if "diff" in words
         else [*words, "--document", str(path), "--vendor", "zendesk"])  # fmt: skip
    said = capsys.readouterr()
    assert "\\x1b" in said.out + said.err
    assert "\x1b" not in said.out + said.err
