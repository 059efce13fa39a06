"""The command line: every command helps with an example, and every end has the exit code that it means."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness import masking
from harness.cli import main as command_line
from harness.cli.main import COMMANDS, main
from harness.errors import UnfinishedError, UsageError
from harness.results import archive
from harness.results.outcome import Run


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_helps_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"deskcheck {name}" in capsys.readouterr().out.split("example:")[1]


def test_an_error_of_our_own_is_no_finding(monkeypatch, capsys):
    monkeypatch.setattr(command_line, "import_module", lambda name: 1 // 0 if name.endswith("plan") else None)
    parser = command_line._parser([])
    monkeypatch.setattr(command_line, "_parser", lambda words: parser)
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
    documents = [str(tmp_path / "old.json"), str(path)] if "diff" in words else ["--document", str(path)]
    main([*words, *documents, "--vendor", "zendesk"])
    said = capsys.readouterr()
    assert "\\x1b" in said.out + said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize(("stream", "code", "said"), [("/dev/full", 4, "No space left"), ("ascii", 0, r"\u2192")])
def test_a_poor_stream_costs_no_traceback(stream: str, code: int, said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from harness.cli.main import main; raise SystemExit(main())", "compare"]
    for name, seconds in (("a", 1.0), ("b", 2.0)):
        archive.save(Run(name, "2026-11-21T09:00:00+00:00", seconds, 1, {}, {}, {}, 0, ()), tmp_path / name)
        command.append(str(tmp_path / name))
    environ = os.environ | {"PYTHONIOENCODING": "ascii"}
    with open(stream if stream == "/dev/full" else tmp_path / "out", "w") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, env=environ, timeout=60)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert said in (done.stderr if code else (tmp_path / "out").read_text())


@pytest.mark.parametrize("kind", [RuntimeError, UsageError])
def test_no_error_shows_a_secret_that_was_read(kind, monkeypatch, capsys):
    def fail(parsed):
        raise kind("the answer was s3cret-of-a-test")

    monkeypatch.setattr(masking, "_remembered", ["s3cret-of-a-test"])
    monkeypatch.setattr("harness.cli.plan.main", fail)
    assert main(["plan"]) in (2, 4)
    output = capsys.readouterr()
    assert "s3cret-of-a-test" not in output.err + output.out
    assert masking.MASK in output.err
