"""Lint: every defect with file and line, in three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.openapi import document, overlay, spec_files
from harness.openapi.document import SPECS
from harness.review import lint

SHARED = Path(__file__).resolve().parents[4] / "shared" / "upstream"

BROKEN = """openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: a
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: string
                nullable: true
                enum: [x]
              example: 5
  b:
    get: {operationId: b, responses: {}}
components:
  schemas:
    S: {type: object, example: {when: 2026-01-02}, properties: {when: {type: integer}}}
    S: {type: string, pattern: '\\P{InBasicLatin}'}
"""

CORRECTION = """overlay: 1.0.0
info: {title: T, version: '1'}
extends: broken.yaml
actions:
- target: $.components.schemas.S
  x-reason: it is short
  x-source: recorded 2026-01
  update: {maxLength: 3}
- target: $.components.schemas.Gone
  x-reason: it was wrong
  x-source: recorded 2025-01
  update: {maxLength: 3}
"""


@pytest.fixture
def found(tmp_path: Path) -> tuple[lint.Lint, ...]:
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "fix.yaml").write_text(CORRECTION)
    return lint.lint_file(tmp_path / "broken.yaml", "zendesk", [overlay.read(tmp_path / "fix.yaml")])


def test_every_defect_is_told_with_its_line(found: tuple[lint.Lint, ...]) -> None:
    places = {(one.rule, Path(one.file).name, one.line, one.level) for one in found}
    assert places == {
        ("path-parameters", "broken.yaml", 6, "note"),
        ("enum-without-null", "broken.yaml", 13, "note"),
        ("example", "broken.yaml", 16, "warning"),
        ("unsupported", "broken.yaml", 18, "error"),
        ("yaml-1.1", "broken.yaml", 21, "note"),
        ("duplicate-key", "broken.yaml", 22, "warning"),
        ("pattern", "broken.yaml", 21, "note"),
        ("overlay", "fix.yaml", 5, "note"),
        ("overlay-stale", "fix.yaml", 9, "error"),
    }


def test_a_correction_names_its_source(found: tuple[lint.Lint, ...]) -> None:
    assert {one.source for one in found if one.rule.startswith("overlay")} == {"recorded 2026-01", "recorded 2025-01"}
    assert lint.worst(found) == "error"
    assert lint.worst(()) == ""


def test_text_has_a_line_for_each_and_the_sums(found: tuple[lint.Lint, ...]) -> None:
    text = lint.text(found)
    assert "broken.yaml:16: warning: the example: 5 is not of type" in text
    assert text.endswith("2 errors, 3 warnings, 5 notes\n")
    assert len(lint.text(found, least="error").splitlines()) < len(text.splitlines())


def test_json_and_sarif_hold_the_same_findings(found: tuple[lint.Lint, ...], tmp_path: Path) -> None:
    plain = json.loads(lint.as_json(found))
    assert sum(plain["counts"].values()) == len(plain["findings"]) == len(found)
    run = json.loads(lint.sarif(found, tmp_path))["runs"][0]
    assert [one["ruleId"] for one in run["results"]] == [one.rule for one in found]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "broken.yaml"
    assert place["region"]["startLine"] == 6
    assert {one["id"] for one in run["tool"]["driver"]["rules"]} == {one.rule for one in found}


def test_our_own_documents_have_nothing_that_needs_acting_on() -> None:
    found = [one for vendor in document.vendors() for one in lint.lint(vendor)]
    assert lint.worst(found) == "warning"
    assert lint.counts(one for one in found if one.level == "warning").keys() == {"example"}
    assert all(one.line > 0 for one in found)


WAIVER = """- {id: %s, operation: '%s', check: body, pointer: /a, reason: r, owner: o, source: s,
   since: 2026-01-01, expires: 2026-04-01}
"""


def test_waivers_are_counted_and_broad_ones_apart(tmp_path: Path) -> None:
    file = tmp_path / "zendesk" / "waivers.yaml"
    file.parent.mkdir()
    file.write_text("waivers:\n" + WAIVER % ("W-1", "zendesk:ListTags") + WAIVER % ("W-2", "zendesk:List*"))
    (file.parent / "pins.yaml").write_text("documents: []\n")
    found = lint.lint("zendesk", tmp_path)
    assert [(one.rule, one.level, one.line) for one in found] == [("waiver", "note", 2), ("waiver-broad", "note", 4)]
    assert "     1 waiver-broad" in lint.text(found, least="warning")


def test_a_waiver_of_the_past_says_what_it_covers(tmp_path: Path) -> None:
    file = tmp_path / "zendesk" / "waivers.yaml"
    file.parent.mkdir()
    file.write_text(
        "waivers:\n" + (WAIVER % ("W-1", "zendesk:ListTags")).replace("since:", "seen_until: 2016-01-01, since:")
    )
    (file.parent / "pins.yaml").write_text("documents: []\n")
    (found,) = lint.lint("zendesk", tmp_path)
    assert "until 2026-04-01, in exchanges recorded before 2016-01-01" in found.message


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
def test_defects_of_a_folder_are_told_in_the_file_they_stand_in() -> None:
    found = lint.lint_file(SHARED / "zoho-desk", "zoho")
    merged = next(one for one in found if one.pointer == "/components/schemas/Account.accountjson")
    assert Path(merged.file).name == "Account.json"
    line = Path(merged.file).read_text(encoding="utf-8").splitlines()[merged.line - 2 : merged.line]
    assert any('"accountjson"' in one for one in line)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are not here")
def test_the_scalars_that_stop_stock_readers_are_counted() -> None:
    found = lint.lint_file(SHARED / "zendesk/support-2026-05.yaml", "zendesk")
    old = [one.message for one in found if one.rule == "yaml-1.1"]
    assert len([one for one in old if one.startswith("'='")]) == 2
    assert len(old) == 27


DIALECT = """openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: /api/v2}]
paths:
  /a:
    get:
      operationId: a
      responses:
        '200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Bad'}}}}
components:
  schemas:
    Bad: {type: object, properties: {x: {$ref: 'https://example.com/y.json'}}}
    Branches:
      nullable: true
      %s:
      - {type: integer, example: %s}
      - {type: string, example: 7}
"""


@pytest.mark.parametrize("word", ["oneOf", "anyOf", "allOf"])
def test_examples_in_the_branches_of_a_nullable_schema_are_held_to_their_own(tmp_path: Path, word: str) -> None:
    text = DIALECT.replace("https://example.com/y.json", "#/components/schemas/Branches")
    (tmp_path / "a.yaml").write_text(text % (word, "x"))
    found = lint.lint_file(tmp_path / "a.yaml", "zendesk")
    assert [(one.rule, one.line) for one in found if one.level == "warning"] == [("example", 16), ("example", 17)]


def test_a_schema_of_an_operation_that_no_validator_takes_is_an_error_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        DIALECT.replace("{$ref: 'https://example.com/y.json'}", "{$dynamicRef: '#nowhere'}") % ("anyOf", 5)
    )
    found = lint.lint_file(tmp_path / "a.yaml", "zendesk")
    assert [(one.level, one.line) for one in found if one.rule == "uncompilable"] == [("error", 12)]


def test_a_place_below_a_base_path_has_the_line_of_the_path_as_it_is_written(tmp_path: Path) -> None:
    text = DIALECT.replace("https://example.com/y.json", "#/components/schemas/Branches").replace(
        "operationId: a",
        "operationId: a\n      parameters: [{name: p, in: query, schema: {type: integer}, example: x}]",
    )
    (tmp_path / "a.yaml").write_text(text % ("anyOf", 5))
    found = lint.lint_file(tmp_path / "a.yaml", "zendesk")
    assert ("example", 8) in [(one.rule, one.line) for one in found]


OWN = {
    "risk.yaml": """overrides:
- {operation: ListTags, tier: admin, reason: ours are secret}
- {operation: ListTagz, tier: admin, reason: a slip}
escalations:
- {name: ours, operations: [CreateTag], at: /tags, tier: outbound, reason: it mails}
""",
    "fill.yaml": "CreateGroup: {/group/name: Ours}\nCreateGroop: {/group/name: Ours}\n",
    "before.yaml": "ShowGroupById: {of: /api/v2/groups}\n",
    "undo.yaml": "steps: {/api/v2/groups: ['DELETE /api/v2/groups/{id}']}\n",
}


def test_each_entry_of_the_user_s_own_files_is_told_and_one_about_no_operation_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "specs" / "zendesk"
    folder.mkdir(parents=True)
    for name, text in OWN.items():
        (folder / name).write_text(text)
    spec_files.use_own(tmp_path / "specs")
    try:
        found = list(lint._own_entries("zendesk", SPECS))
    finally:
        spec_files.use_own(None)
    assert [(row.level, row.rule, Path(row.file).name, row.line) for row in found] == [
        ("note", "tier", "risk.yaml", 2),
        ("error", "tier-unknown", "risk.yaml", 3),
        ("note", "escalation", "risk.yaml", 5),
        ("note", "values", "fill.yaml", 1),
        ("error", "values-unknown", "fill.yaml", 2),
        ("note", "precondition", "before.yaml", 1),
        ("note", "removal", "undo.yaml", 1),
    ]
