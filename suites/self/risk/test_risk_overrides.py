"""`risk.yaml`: each entry says what, which tier and why; anything else is refused with its place."""

from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.openapi.catalog import compile_operations
from harness.openapi.document import pinned
from harness.risk import overrides, rules
from harness.risk.tier import Tier


def write(folder: Path, text: str) -> Path:
    (folder / "zendesk").mkdir()
    (folder / "zendesk" / "risk.yaml").write_text(text)
    return folder


def test_an_entry_is_found_by_its_key(tmp_path: Path) -> None:
    specs = write(tmp_path, "overrides:\n- {operation: Frob, tier: admin, reason: it frobs}\n")
    assert overrides.load("zendesk", specs)["zendesk:Frob"].tier is Tier.ADMIN


def test_a_method_and_path_survive_a_new_id(tmp_path: Path) -> None:
    specs = write(tmp_path, "overrides:\n- {operation: POST /frobs, tier: read, reason: it asks}\n")
    known = overrides.load("zendesk", specs)
    frob = type(next(iter(_operations())))("zendesk", "NewName", "POST", "/frobs")
    assert rules.assess(frob, known).tier is Tier.READ


@pytest.mark.parametrize(
    "text",
    [
        "overrides:\n- {operation: Frob, tier: admin}\n",
        "overrides:\n- {operation: Frob, tier: harmless, reason: x}\n",
        "overrides:\n- {operation: Frob, tier: read, reason: x}\n- {operation: Frob, tier: read, reason: x}\n",
        "overrides: {}\n- x\n",
        "overrides: [x]\n",
    ],
)
def test_what_is_not_said_well_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DocumentError) as refused:
        overrides.load("zendesk", write(tmp_path, text))
    assert "risk.yaml" in refused.value.where


def test_no_file_means_no_overrides(tmp_path: Path) -> None:
    assert overrides.load("zendesk", tmp_path) == {}


def _operations():
    return [one for v in ("zendesk", "zoho") for d in pinned(v) for one in compile_operations(v, d.name, d.tree)]


def test_every_committed_override_names_an_operation_and_changes_something() -> None:
    by_key = {one.key: one for one in _operations()}
    for vendor in ("zendesk", "zoho"):
        for key, override in overrides.load(vendor).items():
            assert key in by_key, f"{key} is gone from the documents"
            if key not in ("zoho:createImport", "zoho:executeAction", "zoho:associateProductsWithContact",
                           "zendesk:UpdateCustomObjectRecordAttachment"):  # fmt: skip
                assert rules.assess(by_key[key]).tier != override.tier, f"{key}: the rules say so themselves"
