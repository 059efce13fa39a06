"""A chosen org is kept privately, for one user and target; what cannot be understood is not there."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.execution import remembered_org
from harness.target import Credentials, Target

DESK = Target("desk", "zoho", "https://desk.zoho.eu", Credentials("zoho", client_id="1000.A", secret="s3cret"))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_what_was_kept_is_read_again_and_private(state: Path) -> None:
    assert remembered_org.read(DESK, state) == ""
    remembered_org.write(DESK, "730000001", state)
    assert remembered_org.read(DESK, state) == "730000001"
    (file,) = (state / "orgs").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == stat.S_IMODE(state.stat().st_mode) == 0o700
    assert b"s3cret" not in file.read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        replace(DESK, base_url="https://desk.zoho.in"),
        replace(DESK, name="desk2"),
        replace(DESK, org_name="Paper Lane"),
        replace(DESK, credentials=replace(DESK.credentials, client_id="1000.B")),
        replace(DESK, credentials=replace(DESK.credentials, user="me")),
    ],
)
def test_another_target_or_user_has_a_choice_of_its_own(state: Path, other: Target) -> None:
    remembered_org.write(DESK, "730000001", state)
    assert remembered_org.read(other, state) == ""


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"org_id": 7}', b"\xff"])
def test_what_cannot_be_understood_is_not_there(state: Path, data: bytes) -> None:
    remembered_org.write(DESK, "730000001", state)
    (file,) = (state / "orgs").iterdir()
    file.write_bytes(data)
    assert remembered_org.read(DESK, state) == ""


def test_what_others_may_write_is_not_believed(state: Path) -> None:
    remembered_org.write(DESK, "730000001", state)
    (file,) = (state / "orgs").iterdir()
    file.chmod(0o666)
    with pytest.raises(UsageError, match="others can read or write"):
        remembered_org.read(DESK, state)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as caught:
        remembered_org.write(DESK, "7", tmp_path / "file" / "state")
    assert "DESKCHECK_STATE" in caught.value.remedy
