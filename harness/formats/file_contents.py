"""The bytes of a regular file, and of nothing else: a pipe may never begin, and a device never ends."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def contents(path: Path, limit: int = -1) -> bytes:
    """All bytes, or the first `limit`. Raises `OSError`, also for what is no regular file."""
    # Opened without waiting for a pipe's writer, and only then checked: the path may change in between.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(limit)
