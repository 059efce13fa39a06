"""Attached files are read from the recording's folder, and from no other place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from harness.traffic.readers import attached_files
from harness.traffic.readers.attached_files import NOTHING_ATTACHED, AttachmentError, in_archive, in_folder


def recording(tmp_path: Path) -> Path:
    (tmp_path / "in" / "bodies").mkdir(parents=True)
    (tmp_path / "in" / "bodies" / "a.json").write_bytes(b"{}")
    (tmp_path / "secret.json").write_bytes(b"secret")
    return tmp_path / "in" / "a.har"


def test_a_file_beside_or_below_is_read_and_remembered(tmp_path: Path) -> None:
    attached = in_folder(recording(tmp_path))
    assert attached.read("bodies/a.json") == b"{}"
    assert attached.read("bodies\\a.json") == b"{}"
    assert attached.taken == {str((tmp_path / "in" / "bodies" / "a.json").resolve())}


@pytest.mark.parametrize(
    "name",
    [
        "../secret.json",
        "/etc/hostname",
        "bodies/../../secret.json",
        "..\\secret.json",
        "C:\\x",
        "",
        ".",
        "a\0b",
        "link",
        "folder",
    ],
)
def test_no_other_place_is_read(tmp_path: Path, name: str) -> None:
    path = recording(tmp_path)
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret.json")
    (tmp_path / "in" / "folder").mkdir()
    with pytest.raises(AttachmentError):
        in_folder(path).read(name)


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    for attached in (in_folder(recording(tmp_path)), NOTHING_ATTACHED):
        with pytest.raises(AttachmentError, match=r"none\.json is not beside the recording"):
            attached.read("none.json")


def test_a_folder_may_stand_beside_that_of_the_recording(tmp_path: Path) -> None:
    (tmp_path / "mappings" / "deep").mkdir(parents=True)
    (tmp_path / "__files").mkdir()
    (tmp_path / "__files" / "a.json").write_bytes(b"[]")
    attached = in_folder(tmp_path / "mappings" / "deep" / "stub.json", up=2)
    assert attached.read("a.json", beside="__files") == b"[]"


def test_one_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached_files, "LARGEST", 1)
    with pytest.raises(AttachmentError, match="over"):
        in_folder(recording(tmp_path)).read("bodies/a.json")


def test_an_archive_is_a_folder_of_its_own(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("in/a.har", "")
        made.writestr("in/body.json", "{}")
        made.writestr("body.json", "no")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        attached = in_archive(archive, "in/a.har")
        assert (attached.read("body.json"), attached.taken) == (b"{}", {"in/body.json"})
        with pytest.raises(AttachmentError):
            attached.read("../body.json")
        with pytest.raises(AttachmentError):
            attached.read("none.json")
