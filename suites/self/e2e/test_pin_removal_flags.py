"""Zoho's GET that removes pins: on a proven sandbox it leaves under all flags, and else says which is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lab import Lab, lab

KEY = "zoho:removePinsUndocumented"
ALLOW = ("--allow", "read,write,destructive")
CONFIRM = ("--confirm", "desk")
NAME = ("--allow-operation", KEY)
PATH = "/zoho/api/v1/_doc/___pin_removal"


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path) as one:
        yield one


def run(org: Lab, *flags: str) -> tuple[int, str]:
    words = ("--target", "desk", "--only", KEY, "--budget", "2", "--report-dir", "reports/one")
    return org.run("run", *words, *flags)


def outcomes(org: Lab) -> dict[str, dict[str, Any]]:
    lines = (org.folder / "reports" / "one" / "results.ndjson").read_text().splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


def arrived(org: Lab) -> list[dict[str, Any]]:
    """The removals that reached the org, or came near to one."""
    return [row for row in org.journal() if "pin" in row["target"] and "removal" in row["target"]]


def test_under_all_flags_it_removes_pins_and_the_list_proves_it(org: Lab) -> None:
    before = org.rows()
    code, said = run(org, *ALLOW, *CONFIRM, *NAME)
    written = {key: row for key, row in outcomes(org).items() if row["rule"] == "hand-written"}
    assert not [row for row in written.values() if row["state"] not in ("passed", "skipped")], said
    for name in (
        "the_get_that_destroys_removes_the_pin", "the_body_names_each_pin_that_was_removed",
        "the_bare_call_removes_what_its_body_names_and_nothing_else", "an_expired_token_removes_nothing",
        "every_request_names_the_org", "it_is_sent_to_an_org_that_proved_to_be_a_sandbox",
    ):  # fmt: skip
        assert written[f"zoho:test_{name}"]["state"] == "passed"
    assert (code, org.rows()) == (0, before), said
    assert {200, 401, 404, 422} <= {row["status"] for row in arrived(org)}
    assert PATH in {row["target"] for row in arrived(org)}, "bare, too"


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ((*CONFIRM, *NAME), "(--allow destructive)"),
        (("--allow", "read,write", *CONFIRM, *NAME), "(--allow destructive)"),
        ((*ALLOW, *CONFIRM), f"(--allow-operation {KEY})"),
    ],
    ids=["no --allow", "another tier", "no --allow-operation"],
)
def test_the_refusal_says_which_flag_is_missing(org: Lab, flags: tuple[str, ...], sentence: str) -> None:
    _, said = run(org, *flags)
    row = outcomes(org)[KEY]
    assert (row["state"], row["detail"].endswith(sentence)) == ("refused", True), said
    removal = outcomes(org)["zoho:test_the_get_that_destroys_removes_the_pin"]
    assert removal["state"] == "refused"
    assert not arrived(org)


def test_without_the_org_s_name_the_run_does_not_begin(org: Lab) -> None:
    code, said = run(org, *ALLOW, *NAME)
    assert code == 3
    assert "Add --confirm desk" in said
    assert not arrived(org)
