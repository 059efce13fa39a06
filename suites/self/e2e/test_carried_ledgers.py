"""The ledger files of a killed run are all that is needed to take back what it made, on another machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.attack import Row, Watch, differences
from benchmarks.elsewhere import Elsewhere, elsewhere
from benchmarks.lab import Lab, kill, lab

RUN = ("run", "--target", "acme", "--target", "desk", "--only", "zendesk:CreateOrganization", "--only",
       "zendesk:CreateTicket", "--only", "zoho:createContact", "--only", "zendesk:test_*pin*", "--budget", "4",
       "--allow", "read,write", "--report-dir", "reports/one")  # fmt: skip
CREATED = 10


def has_made_in_each(reports: Path, workers: int) -> bool:
    """Whether each worker has a ledger that names a record which it made."""
    made = [path for path in reports.glob("ledger*") if b'"event":"made"' in path.read_bytes()]
    return len(made) >= workers


class Killed:
    """A run that was killed, whose folder is gone; only its ledger files were carried to another machine."""

    def __init__(self, org: Lab, folder: Path, workers: int, **renamed: str) -> None:
        self.org = org
        self.before = org.rows()
        reports = org.folder / "reports" / "one"
        run = Watch(org, org.start(*RUN, "--workers", str(workers)), reports)
        assert run.until(lambda watch: watch.created > CREATED and has_made_in_each(reports, workers))
        kill(run.process)
        self.there: Elsewhere = elsewhere(org, folder, **renamed)
        for path in reports.glob("ledger*"):
            shutil.move(path, folder / path.name)
        shutil.rmtree(org.folder / "reports")

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.there.folder.glob("ledger*"))

    @property
    def left(self) -> list[Row]:
        """What differs from before the run."""
        return list(differences(self.before, self.org.rows()))

    def sweep(self, *words: str) -> tuple[int, str]:
        return self.there.run("sweep", "--ledger", *words)


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    home = tmp_path / "home"
    home.mkdir()
    with lab(home) as one:
        yield one


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_is_taken_back_by_its_files_alone_once(org: Lab, tmp_path: Path, workers: int) -> None:
    killed = Killed(org, tmp_path / "away", workers, acme="customer", desk="portal")
    assert len(killed.files) == (1 if workers == 1 else 3)
    code, said = killed.sweep(*killed.files, "--dry-run")
    assert (code, killed.left != []) == (0, True), said
    code, said = killed.sweep(*killed.files)
    assert (code, killed.left) == (0, []), said
    requests = len(org.journal())
    code, said = killed.sweep(*killed.files)
    assert code == 0
    assert said.endswith(": nothing left\n")
    assert len(org.journal()) == requests, "a second sweep sends nothing"


def test_a_part_of_the_ledger_takes_back_its_part_and_says_what_is_missing(org: Lab, tmp_path: Path) -> None:
    killed = Killed(org, tmp_path / "away", 2)
    worker, other, main = (killed.there.folder / name for name in killed.files)
    stored = tmp_path / "stored"
    stored.mkdir()
    shutil.move(other, stored)
    code, said = killed.sweep(main.name, worker.name)
    assert code == 5
    assert f"not given: {other.name}" in said
    assert killed.left, "the other worker's records"
    code, said = killed.sweep(main.name, worker.name, str(stored / other.name))
    assert (code, killed.left) == (0, []), said


def test_another_org_and_a_changed_file_remove_nothing(org: Lab, tmp_path: Path) -> None:
    killed = Killed(org, tmp_path / "away", 1)
    (name,) = killed.files
    file = killed.there.folder / name
    whole, left = file.read_text(), killed.left
    config = killed.there.folder / "deskcheck.toml"
    config.write_text(config.read_text().replace('/zendesk"', '/zendesk/other"'))
    code, said = killed.sweep(name)
    assert code == 2
    assert "no target is the org that the ledger is about" in said
    config.write_text(config.read_text().replace('/zendesk/other"', '/zendesk"'))
    file.write_text(whole.replace('"event":"made"', '"event":"mode"', 1))
    code, said = killed.sweep(name, "--dry-run")
    assert code == 5
    assert "is not as it was written" in said
    assert killed.left == left


def test_a_ledger_of_an_older_version_says_what_is_assumed(org: Lab, tmp_path: Path) -> None:
    killed = Killed(org, tmp_path / "away", 1)
    (name,) = killed.files
    file = killed.there.folder / name
    events = [json.loads(line) for line in file.read_text().splitlines()][1:]
    kept = [
        {key: value for key, value in event.items() if key not in ("line", "previous", "digest")} for event in events
    ]
    file.write_text("".join(json.dumps(event) + "\n" for event in kept))
    code, said = killed.sweep(name)
    assert code == 2
    assert "Name the org with --target" in said
    code, said = killed.sweep(name, "--target", "acme", "--target", "desk")
    assert "assumed that it is target acme" in said
    assert (code, killed.left) == (0, []), said
