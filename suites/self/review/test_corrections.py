"""What counts for an operation beside its document is found with its file and line, the user's own told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import settings
from harness.openapi import spec_files
from harness.planning import run_context
from harness.planning.run_options import RunOptions
from harness.review.corrections import BINDINGS, CorrectionIndex
from harness.settings import Settings

FILES = {
    "overlays/ours.yaml": """overlay: 1.0.0
info: {title: Ours, version: '1'}
extends: support.yaml
actions:
- target: $.components.schemas.GroupObject.properties
  x-reason: our groups have a colour
  x-source: our org
  update: {colour: {type: string}}
""",
    "risk.yaml": """overrides:
- operation: CreateGroup
  tier: admin
  reason: ours are few
escalations:
- {name: ours, operations: [CreateGroup], at: /group/name, tier: outbound, reason: it mails}
""",
    "fill.yaml": "# ours\nCreateGroup:\n  /group/name: Ours\n",
    "before.yaml": "CreateGroup: {steps: ['PUT /api/v2/groups/{id}']}\n",
    "undo.yaml": """steps:
  /api/v2/groups:
  - DELETE /api/v2/groups/{id}
side_effects:
- operations: [CreateGroup]
  reason: a calendar is made as well
""",
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """The user's folder for one vendor, with a file of every kind, in use."""
    folder = tmp_path / "specs" / "zendesk"
    (folder / "overlays").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    yield folder
    spec_files.use_own(None)


def index(specs: Path | None) -> CorrectionIndex:
    context = run_context.build(RunOptions(), Settings({}, settings.cache_folder(), specs=specs))
    return CorrectionIndex(context.documents, context.cleanup)


def test_each_kind_of_correction_is_found_with_its_place(own: Path) -> None:
    known = index(own.parent)
    rows = [row for row in known.of(known.documents.catalog.by_key["zendesk:CreateGroup"]) if row.is_own]
    assert [(row.kind, row.place) for row in rows] == [
        ("overlay", f"{own / 'overlays/ours.yaml'}:5"),
        ("tier", f"{own / 'risk.yaml'}:2"),
        ("escalation", f"{own / 'risk.yaml'}:6"),
        ("values", f"{own / 'fill.yaml'}:2"),
        ("precondition", f"{own / 'before.yaml'}:1"),
        ("removal", f"{own / 'undo.yaml'}:2"),
        ("side effect", f"{own / 'undo.yaml'}:5"),
    ]
    assert {row.kind: row.text for row in rows if row.kind in BINDINGS} == {
        "values": "/group/name",
        "precondition": "PUT /api/v2/groups/{id}",
        "removal": "DELETE /api/v2/groups/{id}",
        "side effect": "a calendar is made as well",
    }


def test_another_operation_has_what_reaches_it_alone(own: Path) -> None:
    known = index(own.parent)
    of = known.documents.catalog.by_key
    assert [row.kind for row in known.of(of["zendesk:ListGroups"]) if row.is_own] == ["overlay"]
    assert not [row for row in known.of(of["zendesk:ListTags"]) if row.is_own]
    assert not [row for row in known.of(of["zoho:getTickets"]) if row.is_own]


def test_shipped_corrections_are_not_the_user_s() -> None:
    known = index(None)
    rows = known.of(known.documents.catalog.by_key["zendesk:CreateTicket"])
    assert {"overlay", "values", "removal"} <= {row.kind for row in rows}
    assert not any(row.is_own for row in rows)
