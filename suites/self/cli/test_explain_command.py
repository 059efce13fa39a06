"""explain: what is known of one operation, or of one check."""

from __future__ import annotations

import json

import pytest

from harness.checks import TABLE
from harness.checks.check import Check
from harness.cli.main import main


def test_a_check_is_told_with_what_it_means_and_the_waivers_that_are_recorded_for_it(capsys):
    assert main(["explain", "ignored_auth"]) == 0
    title, sentence, _, *rows = capsys.readouterr().out.splitlines()
    assert title == "ignored_auth"
    assert sentence.startswith("  A request succeeded without credentials")
    assert [row[:19].strip() for row in rows if row[0] != " "] == [
        "severity", "looks at", "needs", "negative cases", "network can cause", "waivers",
    ]  # fmt: skip
    assert "ZD-1" in rows[-1]


@pytest.mark.parametrize("check", TABLE, ids=lambda check: check.name)
def test_every_check_can_be_read_by_a_program(check: Check, capsys):
    assert main(["explain", check.name, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["check"] == check.name
    assert told["sentence"] == check.sentence
    assert told["severity"] in ("critical", "normal", "minor")
    assert told["negative_cases"] is check.on_negative_cases


def test_an_operation_is_told_with_the_checks_of_its_answers(capsys):
    assert main(["explain", "zendesk:ListTickets", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["key"] == "zendesk:ListTickets"
    assert {"status", "undocumented_field"} <= set(told["checks"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("page_repeat", "page_repeats"),
        ("Undocumented_Fields", "undocumented_field"),
        ("zendesk:ListTicketz", "zendesk:ListTickets"),
    ],
)
def test_an_unknown_word_is_answered_with_what_may_have_been_meant(word, meant, capsys):
    assert main(["explain", word]) == 2
    said = capsys.readouterr().err
    assert f"unknown operation or check '{word}'" in said
    assert meant in said


def test_the_help_has_an_example_of_each(capsys):
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    said = capsys.readouterr().out
    assert "deskcheck explain zendesk:DeleteTicket" in said
    assert "deskcheck explain undocumented_field" in said


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {"/a": {"get": {"operationId": "status", "responses": {"200": {"description": ""}}}}},
}


def test_an_operation_that_is_called_as_a_check_is_found_by_its_key(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DESKCHECK_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "own.json"
    path.write_text(json.dumps(DOCUMENT))
    assert main(["explain", "zendesk:status", "--document", str(path), "--vendor", "zendesk"]) == 0
    assert capsys.readouterr().out.startswith("zendesk:status\n  GET /a\n")
