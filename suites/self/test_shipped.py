"""Specs and suites are found in a checkout and in an installation, and whose code it is that failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import shipped
from harness.vendors import VENDORS


def test_in_a_checkout_they_are_its_folders() -> None:
    assert shipped.root() == Path(__file__).parents[2]
    assert (shipped.specs() / "deskcheck.schema.json").is_file()
    assert all((shipped.suites() / vendor).is_dir() for vendor in VENDORS)


def test_in_an_installation_they_are_its_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "DATA", tmp_path)
    assert shipped.specs() == tmp_path / "specs"
    assert shipped.suites() == tmp_path / "suites"


def test_a_suite_is_not_ours_wherever_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a suite expects is a statement about the org; what our own code raises is not."""
    package = Path(shipped.__file__).parent
    assert shipped.is_ours(shipped.__file__)
    assert not shipped.is_ours(str(shipped.suites() / "zendesk" / "test_tickets.py"))
    assert not shipped.is_ours(f"{package}-other/test_tickets.py")
    monkeypatch.setattr(shipped, "DATA", package / "risk")
    assert shipped.is_suite(str(package / "risk" / "suites" / "zendesk" / "test_tickets.py"))
    assert not shipped.is_ours(str(package / "risk" / "suites" / "zendesk" / "test_tickets.py"))
