"""The lock file: free again however its holder ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.tokens.file_lock import locked


def test_a_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    code = (
        "import sys; from pathlib import Path; from harness.tokens.file_lock import locked\n"
        "with locked(Path(sys.argv[1]), 1): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
        holder.wait()
    with locked(path, 10):
        assert True


def test_a_lock_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.lock").mkdir()
    with pytest.raises(UsageError, match="cannot be locked"), locked(tmp_path / "a.lock", 1):
        pass
