"""deskcheck sweep: it names what is left and where it looked, and leaves alone what a run still needs."""

from __future__ import annotations

import os

import pytest

from harness import archive, settings
from harness.cli import main
from harness.ledger import Ledger
from harness.undo import Step


@pytest.fixture
def left(tmp_path, monkeypatch):
    """The folder of a run that made a record and did not take it back."""
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    folder = tmp_path / "reports" / "one"
    with Ledger.open(folder / "ledger.ndjson") as ledger:
        undo = [Step("DELETE", "/api/v2/tickets/{id}")]
        entry = ledger.intend("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"], undo)
        ledger.made(entry, "35")
    return folder


def test_what_is_left_is_named(left, capsys):
    assert main(["sweep", "--all", "--dry-run"]) == 0
    assert capsys.readouterr().out == "one: 1 to take back\n  zendesk /api/v2/tickets 35\n"


def test_a_run_that_is_going_on_keeps_what_it_made(left, capsys):
    held = archive.claim(left)
    try:
        assert main(["sweep", "--all"]) == 0
        assert "left alone" in capsys.readouterr().out
        assert main(["sweep", "--run", "one"]) == 2
    finally:
        os.close(held)
    assert Ledger.read(left).open_entries()


def test_where_nothing_was_found_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    assert main(["sweep", "--all"]) == 0
    assert str(tmp_path / "reports") in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--all", "--run", "one"], ["--run", "nobody"]])
def test_wrong_use_is_told(words, left, capsys):
    assert main(["sweep", *words]) == 2
    assert capsys.readouterr().err.startswith("deskcheck: ")
