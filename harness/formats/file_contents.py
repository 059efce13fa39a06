"""The bytes of a regular file: a pipe would have everyone wait, and a device never ends."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def contents(path: Path, limit: int = -1) -> bytes:
    """All bytes, or the first `limit`. Raises `OSError`, also for what is no regular file."""
    # Without waiting for somebody to write into a pipe; what was opened says what it is.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(limit)
