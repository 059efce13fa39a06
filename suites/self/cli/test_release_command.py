"""deskcheck release: each exit code, proved by documents and runs that lead to it; nothing is sent."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.checks.waivers import Waiver
from harness.cli import release
from harness.cli.main import main
from harness.finding import Finding
from harness.results import archive, baseline
from harness.results.outcome import State, fingerprint

Tree = dict[str, Any]
ONE = Finding("zendesk:ListTags", "body", 200, "/tags/3/name", "null where a string is due", "type string")
TWO = Finding("zendesk:ListTags", "body", 200, "/count", "null where a number is due", "type integer")
ITEMS = {"type": "object", "properties": {"count": {"type": "integer"}}}
ANSWER = {"200": {"description": "", "content": {"application/json": {"schema": ITEMS}}}}
TAGS: Tree = {
    "openapi": "3.0.3",
    "info": {"title": "Tags", "version": "1"},
    "paths": {
        "/api/v2/tags": {"get": {"operationId": "ListTags", "responses": ANSWER}},
        "/api/v2/doors": {"get": {"operationId": "ListDoors", "responses": ANSWER}},
    },
}


@pytest.fixture
def versions(tmp_path: Path) -> Callable[..., list[str]]:
    """`versions(edit)` writes two versions of a document, and gives their paths."""

    def write(edit: Callable[[Tree], object] = lambda tree: None) -> list[str]:
        new = copy.deepcopy(TAGS)
        edit(new)
        paths = []
        for name, tree in (("old", TAGS), ("new", new)):
            paths.append(str(tmp_path / f"{name}.json"))
            Path(paths[-1]).write_text(json.dumps(tree))
        return paths

    return write


def with_a_parameter(tree: Tree) -> None:
    parameter = {"name": "colour", "in": "query", "schema": {"type": "string"}}
    tree["paths"]["/api/v2/tags"]["get"]["parameters"] = [parameter]


def without_doors(tree: Tree) -> None:
    del tree["paths"]["/api/v2/doors"]


def test_nothing_changed_is_nothing_to_look_at(versions, capsys) -> None:
    assert main(["release", *versions()]) == 0
    shown = capsys.readouterr().out
    assert "Nothing that needs a look in the document; behaviour was not compared." in shown
    assert "None: no operation has changed." in shown


def test_a_change_that_breaks_nobody_is_tested_and_needs_no_look(versions, capsys) -> None:
    old, new = versions(with_a_parameter)
    assert main(["release", old, new, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tests"]["keys"] == ["zendesk:ListTags"]
    assert told["tests"]["command"] == f"deskcheck run --changed-since {old} --document {new} --vendor zendesk"


def test_the_command_of_the_page_selects_what_the_page_lists(versions, capsys) -> None:
    main(["release", *versions(with_a_parameter), "--json"])
    tests = json.loads(capsys.readouterr().out)["tests"]
    words = tests["command"].split()
    assert main(["plan", *words[2:], "--json"]) == 0
    assert [row["key"] for row in json.loads(capsys.readouterr().out)["operations"]] == tests["keys"]


def test_a_change_that_breaks_a_client_needs_a_look(versions, capsys) -> None:
    assert main(["release", *versions(without_doors)]) == 1
    assert "1 change breaks a client" in capsys.readouterr().out


def test_a_waiver_that_has_expired_needs_a_look(versions, monkeypatch, capsys) -> None:
    late = Waiver(
        "W1", "zendesk:ListTags", "status", "known", "ann", date(2020, 1, 1), date(2020, 2, 1), "x", status=404
    )
    monkeypatch.setattr(release.waivers, "load", lambda vendor: (late,))
    assert main(["release", *versions()]) == 1
    assert "W1: expired on 2020-02-01" in capsys.readouterr().out


def test_a_finding_that_is_new_needs_a_look_and_a_known_one_does_not(versions, keep, tmp_path, capsys) -> None:
    file = str(baseline.write(archive.load(keep("spring", ONE)), tmp_path))
    same, worse = str(keep("same", ONE)), str(keep("worse", ONE, TWO))
    assert main(["release", *versions(), "--baseline", file, "--run", same]) == 0
    assert main(["release", *versions(), "--baseline", str(tmp_path / "spring"), "--run", worse]) == 1
    assert fingerprint(TWO) in capsys.readouterr().out


def test_findings_of_another_vendor_are_no_part_of_this_release(versions, tmp_path) -> None:
    other = Finding("zoho:getTags", "body", 200, "/count", "null, not a number", "type integer")
    before, after = run_of(tmp_path / "a", ONE), run_of(tmp_path / "b", ONE, other)
    assert main(["release", *versions(), "--baseline", before, "--run", after]) == 0


def run_of(folder: Path, *findings: Finding, code: int = 1) -> str:
    """A run of both vendors that found this."""
    from harness.results.outcome import Outcome, Run

    outcomes = [
        Outcome(one.operation, one.operation.split(":")[0], "GET", "/", "tags", "read", "get", State.FINDINGS,
                findings=(one,))
        for one in findings
    ]  # fmt: skip
    archive.save(
        Run(folder.name, "", 1.0, 1, {"zendesk": "acme", "zoho": "acme"}, {}, {}, code, tuple(outcomes)), folder
    )
    return str(folder)


@pytest.mark.parametrize("code", [2, 3, 4, 5])
def test_a_run_that_did_not_come_to_its_end_proves_nothing(versions, tmp_path, code, capsys) -> None:
    before, after = run_of(tmp_path / "a", ONE), run_of(tmp_path / "b", ONE, code=code)
    assert main(["release", *versions(), "--baseline", before, "--run", after]) == 4
    assert f"run b ended with {code}" in capsys.readouterr().out


@pytest.mark.parametrize(("words", "said"), [
    (["nowhere.yaml"], "there is no such file or folder"),
    (["{old}", "nowhere.yaml"], "there is no such file or folder"),
    (["{old}", "{new}", "--run", "latest"], "--baseline RUN|FILE"),
    (["{old}", "{new}", "--baseline", "no-such-run", "--run", "{run}"], "there is no run 'no-such-run'"),
    (["{old}", "{new}", "--baseline", "{old}", "--run", "{run}"], "is no baseline"),
    (["{old}", "{new}", "--baseline", "{run}", "--run", "no-such-run"], "there is no run 'no-such-run'"),
    (["{old}", "{new}", "--vendor", "jira"], "unknown vendor 'jira'"),
    (["zoho/desk", "{new}"], "no operation in common"),
    (["zoho/desk", "--baseline", "{run}", "--run", "{run}"], "and the documents are of zoho"),
])  # fmt: skip
def test_wrong_use_says_what_is_wrong_and_what_to_do(versions, keep, words, said, capsys) -> None:
    old, new = versions()
    names = {"old": old, "new": new, "run": str(keep("run", ONE))}
    assert main(["release", *(word.format_map(names) for word in words)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) > 1, "a remedy follows"


def test_the_page_is_written_as_markdown_too(versions, tmp_path, capsys) -> None:
    assert main(["release", *versions(without_doors), "--markdown", str(tmp_path / "page.md")]) == 1
    assert "# Release check of zendesk" in (tmp_path / "page.md").read_text()
    assert main(["release", *versions(), "--markdown", str(tmp_path / "page.md" / "below")]) == 2
    assert "--markdown FILE" in capsys.readouterr().err


def test_the_help_lists_the_codes(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["release", "--help"])
    shown = capsys.readouterr().out
    for words in ("exit codes", "  4  the later run did not come to its end", "example"):
        assert words in shown
