"""A job says what its run may change; what stays in the folder holds no secret."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.ledger.chain import VERSION
from harness.planning.job import MANIFEST, Job, RunManifest, read_manifest, write_manifest
from harness.planning.run_options import RunOptions
from harness.policy.permit import Permit
from harness.risk.tier import Tier
from harness.target import Credentials, Target

TARGET = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("bearer", secret="hunter2-token"))
READ_ONLY = Permit(frozenset({Tier.READ}))


def job(folder: Path, permit: Permit = READ_ONLY) -> Job:
    return Job("20260101-120000-1", folder, RunOptions(budget=3), {"acme": TARGET}, {"acme": permit})


@pytest.mark.parametrize(
    ("permit", "may_change"),
    [
        (READ_ONLY, False),
        (Permit(), False),
        (Permit(frozenset({Tier.WRITE})), True),
        (Permit(frozenset({Tier.READ}), frozenset({"zendesk:DeleteTicket"})), True),
    ],
)
def test_a_job_may_change_something_once_more_than_reading_is_permitted(
    tmp_path: Path, permit: Permit, may_change: bool
) -> None:
    assert job(tmp_path, permit).may_change is may_change


def test_two_runs_have_two_marks(tmp_path: Path) -> None:
    first = job(tmp_path)
    assert first.mark
    assert first.mark != dataclasses.replace(first, id="20260101-120000-2").mark


def test_the_manifest_names_the_targets_and_holds_no_secret(tmp_path: Path) -> None:
    write_manifest(job(tmp_path), tmp_path)
    assert read_manifest(tmp_path) == RunManifest("20260101-120000-1", {"acme": "zendesk"}, VERSION)
    assert "hunter2" not in (tmp_path / MANIFEST).read_text()


def test_a_manifest_without_a_version_is_of_the_first_ledgers(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"id": "1", "targets": {"zendesk": "acme"}}')
    assert read_manifest(tmp_path).ledger == 1


def test_a_manifest_of_the_time_when_a_vendor_had_one_target_says_the_same(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"id": "1", "targets": {"zendesk": "zoho", "zoho": "embedded"}, "ledger": 2}')
    manifest = read_manifest(tmp_path)
    assert manifest == RunManifest("1", {"zoho": "zendesk", "embedded-zoho": "zoho"}, 2)
    assert manifest.real == ("zoho",)
    assert manifest.target_of == {"zendesk": "zoho", "zoho": "embedded-zoho"}


@pytest.mark.parametrize("content", [None, "", "{}", "[" * 100_000, '{"id": 1, "targets": {}}'])
def test_a_folder_without_a_readable_manifest_is_no_runs_folder(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(UsageError, match="is no run's folder"):
        read_manifest(tmp_path)
