"""A regular file is read, anything else is refused at once: nothing waits for a pipe or reads a device to its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.formats.file_contents import contents
from harness.planning import job
from harness.results import archive


def test_a_file_gives_its_bytes_or_the_first_of_them(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert contents(tmp_path / "a") == b"abc"
    assert contents(tmp_path / "a", 2) == b"ab"


@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/zero", "/nowhere/at/all"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    for name in (archive.RUN, job.NOTE):
        path = tmp_path / name
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(kind)
        with pytest.raises(OSError, match=r"regular|No such file|directory"):
            contents(path)
    with pytest.raises(UsageError):
        archive.load(tmp_path)
    with pytest.raises(UsageError):
        job.noted(tmp_path)


@pytest.mark.parametrize(
    "text", ['{"a":' * 100_000, '{"zz":' + "[" * 100_000 + "}", "1" * 100_000, "[" * 100_000, "\0"]
)
def test_a_runs_file_of_another_kind_is_a_usage_error(tmp_path: Path, text: str) -> None:
    for name in (archive.RUN, job.NOTE):
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match="is no run"):
        archive.load(tmp_path)
    with pytest.raises(UsageError, match="is no run"):
        job.noted(tmp_path)
