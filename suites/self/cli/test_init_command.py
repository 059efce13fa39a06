"""deskcheck init: what it writes is good as it is, and what is there stays, to the byte."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest
import yaml

from harness import config_schema, settings
from harness.cli.init import CI_FILES, SUITE_FOLDER, texts, write_new
from harness.cli.main import main

FILES = ["deskcheck.toml", "deskcheck.schema.json", f"{SUITE_FOLDER}/test_first_ticket.py"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("ci", [*CI_FILES, "none"])
def test_an_empty_folder_gets_every_file(ci: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--ci", ci]) == 0
    expected = {*FILES, *([CI_FILES[ci]] if ci in CI_FILES else [])}
    assert files_in(folder) == expected
    said = capsys.readouterr().out
    assert all(name in said for name in expected)
    assert "kept" not in said


def test_the_configuration_is_taken_and_changes_nothing_yet(folder: Path) -> None:
    main(["init"])
    loaded = settings.load(folder, {})
    assert (loaded.targets, loaded.reports) == ({}, folder / "reports")


def test_the_targets_that_it_shows_are_taken_once_they_are_no_comments(folder: Path) -> None:
    main(["init"])
    path = folder / settings.CONFIG
    lines = path.read_text().splitlines()
    # An example is `# key = value` or `# [table]`; all else is a sentence.
    shown = [line.removeprefix("# ") if "= " in line or line.startswith("# [") else line for line in lines]
    path.write_text("\n".join(shown))
    assert set(settings.load(folder, {}).targets) == {"acme", "acme-zoho"}


def test_the_schema_is_the_one_that_the_first_line_names(folder: Path) -> None:
    main(["init"])
    name = (folder / settings.CONFIG).read_text().splitlines()[0].removeprefix("#:schema ./")
    assert (folder / name).read_text() == config_schema.text()


def test_the_suite_is_short_and_is_python() -> None:
    source = texts("none")[FILES[-1]]
    assert len([line for line in source.splitlines() if line.strip()]) <= 15
    ast.parse(source)


@pytest.mark.parametrize("ci", CI_FILES)
def test_the_file_for_ci_installs_runs_and_keeps_the_report(ci: str) -> None:
    text = texts(ci)[CI_FILES[ci]]
    assert isinstance(yaml.safe_load(text), dict)
    assert all(words in text for words in ("pip install deskcheck", "deskcheck run", "reports/ci"))


@pytest.mark.parametrize("name", [*FILES, CI_FILES["github"]])
def test_what_is_there_stays(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"mine\r\n")
    assert main(["init"]) == 0
    assert path.read_bytes() == b"mine\r\n"
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{name} "))
    assert line.endswith("kept as it is")


def test_a_link_that_leads_nowhere_is_not_followed(folder: Path) -> None:
    os.symlink(folder / "elsewhere", folder / settings.CONFIG)
    assert main(["init"]) == 0
    assert not (folder / "elsewhere").exists()


def test_a_second_time_changes_nothing(folder: Path) -> None:
    main(["init"])
    before = {name: (folder / name).stat().st_mtime_ns for name in files_in(folder)}
    assert main(["init"]) == 0
    assert {name: (folder / name).stat().st_mtime_ns for name in files_in(folder)} == before


def test_a_file_where_a_folder_is_needed_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tests").write_text("a file")
    assert main(["init"]) == 2
    assert str(folder / "tests") in capsys.readouterr().err


def test_a_new_file_is_written_whole(tmp_path: Path) -> None:
    assert write_new(tmp_path / "a" / "b.txt", "text")
    assert not write_new(tmp_path / "a" / "b.txt", "other")
    assert (tmp_path / "a" / "b.txt").read_text() == "text"
