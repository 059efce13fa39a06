"""From one release to the next: what changed is tested, what was known does not fail, what is new does."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from benchmarks.lab import Lab, lab
from harness.openapi import loader
from harness.openapi.document import SPECS

WORDS = ("run", "--target", "acme", "--workers", "1", "--budget", "6")
TAGS = "/api/v2/tags"


def older(folder: Path) -> str:
    """The pinned document as it would have been, had one list gained a parameter since."""
    tree = loader.read(SPECS / "zendesk" / "support.yaml")
    tree["paths"][TAGS]["get"]["parameters"] = [{"name": "colour", "in": "query", "schema": {"type": "string"}}]
    path = folder / "older.json"
    path.write_text(json.dumps(tree, default=str))
    return str(path)


def spoil(org: Lab, *rules: str) -> None:
    """From now on the org is wrong in these ways, and in no other."""
    url = org.sandbox.urls["control"] + "/faults"
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(rules).encode(), method="PUT"), timeout=30):
        pass


def keys(folder: Path) -> set[str]:
    """The operations and tests of a run."""
    return {json.loads(line)["key"] for line in (folder / "results.ndjson").read_text().splitlines()}


def test_from_one_release_to_the_next(tmp_path: Path) -> None:
    with lab(tmp_path) as org:
        words = (*WORDS, "--changed-since", older(tmp_path))
        spoil(org, "extra_field:ListTags")
        code, said = org.run(*words, "--report-dir", "first", "--workers", "2")
        assert code == 1, said
        assert {key for key in keys(tmp_path / "first") if "test_" not in key} == {"zendesk:ListTags"}
        notes = json.loads((tmp_path / "first" / "run.json").read_text())["notes"]
        assert any("1 of zendesk's operations" in note for note in notes)
        assert all("zendesk:ListTags" in key for key in keys(tmp_path / "first")), "tests that are drawn from it, too"

        committed = tmp_path / "first" / "baseline.ndjson"
        code, said = org.run(*words, "--report-dir", "same", "--baseline", str(committed))
        assert (code, "nothing new against the baseline" in said) == (0, True), said
        assert (tmp_path / "same" / "baseline.ndjson").read_bytes() == committed.read_bytes()

        spoil(org, "undocumented_status:ListTags")
        code, said = org.run(*words, "--report-dir", "worse", "--baseline", "same")
        assert (code, "New against it" in said) == (1, True), said
        code, said = org.run("release", words[-1], "--baseline", str(committed), "--run", "worse")
        assert (code, "zendesk:ListTags" in said) == (1, True), said

        spoil(org)
        code, said = org.run(*words, "--report-dir", "mended", "--baseline", "same")
        assert (code, "Gone since" in said) == (0, True), said
        assert len((tmp_path / "mended" / "baseline.ndjson").read_text().splitlines()) == 1

        journal = len(org.journal())
        code, said = org.run(*WORDS, "--changed-since", "zendesk/support")
        assert (code, "no operation differs from zendesk/support" in said) == (2, True), said
        assert len(org.journal()) == journal, "nothing was sent"
