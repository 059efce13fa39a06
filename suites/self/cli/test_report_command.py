"""deskcheck report: a finished run in other formats, from its folder alone; the same options of other commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.report.formats import FORMATS
from harness.results import archive, baseline
from harness.results.outcome import fingerprint
from harness.traffic.har_writer import HarWriter

ONE = Finding("zendesk:ListTickets", "body", 200, "/tickets/3/recipient", "null where a string is due", "type string")
TWO = Finding("zendesk:ShowTicket", "status", 418, "", "418 is not declared")
COUNT = "https://acme.example.com/api/v2/tickets/count"


def test_formats_are_written_beside_the_run(keep, capsys) -> None:
    folder = keep("one", ONE)
    assert main(["report", str(folder), "--format", "sarif", "--format", "gitlab"]) == 0, (
        "the run's code said it before"
    )
    assert [row["fingerprint"] for row in json.loads((folder / "gl-code-quality-report.json").read_text())] == [
        fingerprint(ONE)
    ]
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Report  {folder / 'deskcheck.sarif'}" in said.err


def test_a_format_can_be_printed_alone(keep, capsys) -> None:
    assert main(["report", str(keep("one", ONE)), "--format", "github", "--output", "-"]) == 0
    assert capsys.readouterr().out.startswith("::warning file=")


def test_every_format_can_be_written_elsewhere(keep, tmp_path: Path) -> None:
    words = [word for row in FORMATS for word in ("--format", row.name)]
    assert main(["report", str(keep("one", ONE)), *words, "--output", str(tmp_path / "out")]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {row.file for row in FORMATS}


@pytest.mark.parametrize(("words", "said"), [
    (["--format", "sariff"], "unknown format 'sariff'"),
    ([], "no format is named"),
    (["--format", "sarif", "--format", "wfc", "--output", "-"], "only one format that is a file can be printed"),
    (["--format", "allure", "--output", "-"], "only one format that is a file can be printed"),
    (["--format", "sarif", "--output", "/dev/null/x"], "cannot be written"),
])  # fmt: skip
def test_wrong_use_says_what_to_do(words: list[str], said: str, keep, capsys) -> None:
    assert main(["report", str(keep("one", ONE)), *words]) == 2
    assert said in capsys.readouterr().err


def test_the_help_lists_every_format_with_its_reader(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    shown = capsys.readouterr().out
    assert all(row.file in shown and row.reader in shown for row in FORMATS)


def test_an_unknown_format_ends_a_run_before_it_begins(capsys, tmp_path: Path) -> None:
    code = main(["run", "--format", "sariff", "--only", "zendesk:CountTickets", "--report-dir", str(tmp_path / "run")])
    assert code == 2
    assert "unknown format 'sariff'" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_comparison_reports_what_is_new(keep, capsys) -> None:
    before, after = keep("before", ONE), keep("after", ONE, TWO)
    assert main(["compare", str(before), str(after), "--format", "github", "--output", "-"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert fingerprint(TWO) in line
    main(["compare", str(before), str(after), "--json", "--format", "comment"])
    assert json.loads(capsys.readouterr().out)["worse"]
    assert "1 new finding, 1 known" in (after / "pull-request.md").read_text()


def test_a_comparison_without_news_ends_well_in_its_reports_too(keep, capsys) -> None:
    folder = keep("one", ONE)
    assert main(["compare", str(folder), str(folder), "--format", "comment", "--output", "-"]) == 0
    assert "exit 0: nothing new" in capsys.readouterr().out


def test_recorded_traffic_has_all_formats(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    with HarWriter(tmp_path / "a.har") as writer:
        body = json.dumps({"count": {"value": "three", "refreshed_at": "2026-11-21T09:00:00Z"}}).encode()
        writer.append(Exchange(Request("GET", COUNT), Response(200, (("content-type", "application/json"),), body)))
    assert main(["observe", "a.har", "--format", "gitlab"]) == 1
    (issue,) = json.loads((tmp_path / "gl-code-quality-report.json").read_text())
    assert issue["location"]["path"] == "specs/zendesk/support.yaml"
    assert issue["location"]["lines"]["begin"] > 1
    capsys.readouterr()
    assert main(["observe", "a.har", "--format", "sarif", "--output", "-"]) == 1
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"


def test_a_release_reports_behaviour(keep, capsys) -> None:
    before, after = keep("before", ONE), keep("after", ONE, TWO)
    words = ["release", "zendesk/support", "--baseline", str(before / baseline.FILE), "--run", str(after)]
    baseline.write(archive.load(before), before)
    assert main([*words, "--format", "comment", "--output", "-"]) == 1
    assert "1 new finding, 1 known" in capsys.readouterr().out
    assert main(["release", "zendesk/support", "--format", "sarif"]) == 2
    assert "--baseline" in capsys.readouterr().err
