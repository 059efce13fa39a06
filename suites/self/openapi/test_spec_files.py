"""What a user's own folder adds: overlays, waivers, tiers and bindings, each known by its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checks import waivers
from harness.errors import DocumentError, UsageError
from harness.execution.binder import load_fixed_values
from harness.openapi import document, spec_files
from harness.resources import preconditions
from harness.risk import escalate, overrides
from harness.risk.tier import Tier

OVERLAY = """overlay: 1.0.0
info: {title: ours, version: '1'}
extends: support.yaml
actions:
- target: $.components.schemas.TicketObject.properties.subject
  x-reason: null on our tickets
  x-source: seen here
  update: {nullable: true}
"""
RISK = """overrides:
- operation: ListTags
  tier: admin
  reason: our tags are secret
escalations:
- {name: ours, operations: [CreateTag], at: /tags, tier: outbound, reason: it mails}
"""
WAIVER = """waivers:
- {id: OURS-1, operation: 'zendesk:ListTags', check: body, status: 200, reason: known, owner: me, since: 2026-01-01,
   expires: 2099-01-01, source: here}
"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """The user's folder for one vendor, in use."""
    folder = tmp_path / "specs" / "zendesk"
    (folder / "overlays").mkdir(parents=True)
    spec_files.use_own(tmp_path / "specs")
    yield folder
    spec_files.use_own(None)


def test_waivers_are_added_and_known_by_their_line(own: Path) -> None:
    shipped = len(waivers.load("zendesk"))
    (own / "waivers.yaml").write_text(WAIVER)
    added = waivers.load("zendesk")[-1]
    assert len(waivers.load("zendesk")) == shipped + 1
    assert (added.id, added.place) == ("OURS-1", f"{own / 'waivers.yaml'}:2")


def test_a_waiver_may_not_have_the_id_of_a_shipped_one(own: Path) -> None:
    (own / "waivers.yaml").write_text(WAIVER.replace("OURS-1", "ZD-1"))
    with pytest.raises(DocumentError, match=r"'ZD-1' is used twice, first in .*zendesk/waivers.yaml:\d+") as wrong:
        waivers.load("zendesk")
    assert wrong.value.where == f"{own / 'waivers.yaml'}:2"


def test_tiers_and_escalations_are_added_and_what_is_wrong_names_its_line(own: Path) -> None:
    before = overrides.load("zendesk").keys()
    (own / "risk.yaml").write_text(RISK)
    given = overrides.load("zendesk")
    assert given["zendesk:ListTags"].tier is Tier.ADMIN
    assert given["zendesk:ListTags"].place == f"{own / 'risk.yaml'}:2"
    assert given.keys() == {*before, "zendesk:ListTags"}
    assert escalate.load("zendesk")[-1].place == f"{own / 'risk.yaml'}:6"
    (own / "risk.yaml").write_text(RISK.replace("admin", "harmless"))
    with pytest.raises(DocumentError, match="'harmless' is no tier") as wrong:
        overrides.load("zendesk")
    assert wrong.value.where == f"{own / 'risk.yaml'}:2"


def test_overlays_are_added_after_the_shipped_ones(own: Path) -> None:
    shipped = len(document.corrections("zendesk", "support.yaml"))
    (own / "overlays" / "ours.yaml").write_text(OVERLAY)
    added = document.corrections("zendesk", "support.yaml")
    assert [row.path for row in added[shipped:]] == [own / "overlays" / "ours.yaml"]
    (own / "overlays" / "ours.yaml").write_text(OVERLAY.replace("support.yaml", "other.yaml"))
    with pytest.raises(DocumentError, match="of no pinned document") as wrong:
        document.corrections("zendesk", "support.yaml")
    assert wrong.value.where == f"{own / 'overlays' / 'ours.yaml'}:3"


def test_bindings_are_added_key_by_key(own: Path) -> None:
    shipped = load_fixed_values("zendesk")["CreateTicket"]
    (own / "fill.yaml").write_text("CreateTicket: {/ticket/group_id: 7}\n")
    (own / "before.yaml").write_text("ListTags: {steps: ['DELETE /api/v2/tickets/{id}']}\n")
    assert load_fixed_values("zendesk")["CreateTicket"] == {**shipped, "/ticket/group_id": 7}
    assert "ListTags" in preconditions.load("zendesk")


def test_other_specs_stand_alone_and_a_folder_of_no_vendor_is_told(own: Path, tmp_path: Path) -> None:
    assert spec_files.folders(tmp_path) == (tmp_path,)
    (tmp_path / "specs" / "zendesks").mkdir()
    with pytest.raises(UsageError, match="no vendor 'zendesks'"):
        spec_files.use_own(tmp_path / "specs")
