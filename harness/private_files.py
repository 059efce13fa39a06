"""Small files that only this user may read: written whole or not at all, in a folder of mode 0700."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from harness.errors import UsageError
from harness.formats.file_contents import contents

FILE_MODE, FOLDER_MODE = 0o600, 0o700
LARGEST = 1 << 20
"""Bytes of the largest file that is read."""


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 where it is missing.

    Raises `UsageError` where it cannot be made, belongs to somebody else or can be entered by others.
    """
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as error:
        raise UsageError(
            f"the folder cannot be made: {error.strerror or error}",
            where=str(path),
            remedy="Name another with DESKCHECK_STATE.",
        ) from error
    if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise UsageError(
            "others can read this folder, which is to hold secrets",
            where=str(path),
            remedy=f"chmod 700 {path}, or name another folder with DESKCHECK_STATE.",
        )
    return path


def read_private(path: Path) -> bytes | None:
    """The file's bytes, None where there is none. Raises `UsageError` where others may read or write it."""
    try:
        found = path.stat()
        if found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise UsageError(
                "others can read or write this file, which holds secrets", where=str(path), remedy=f"chmod 600 {path}"
            )
        return contents(path, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def write_private(path: Path, data: bytes) -> None:
    """Put `data` in place of the file, whole or not at all, and on disk before this returns.

    Raises `OSError` where the disk does not take it; then the old file is as it was.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """A renamed file is only safe from a power cut once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
