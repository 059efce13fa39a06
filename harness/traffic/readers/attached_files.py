"""Attached files: bodies that a recorder put into files of their own, read from the recording's folder and no other."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from harness.formats.file_contents import contents

LARGEST = 64 << 20
"""Bytes in one attached file."""
UNREADABLE_MEMBER = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError)
"""What reading a file of an archive can raise; a password and an unknown compression are a `RuntimeError`."""

_HERE = PurePosixPath()


class AttachmentError(ValueError):
    """An attached file that is not there, too large, or outside of the recording's folder."""


@dataclass(frozen=True)
class AttachedFiles:
    """The files that a recording may refer to. `taken` collects what was asked for, as full paths."""

    look_up: Callable[[PurePosixPath], bytes]
    place: PurePosixPath = _HERE
    """The recording's own folder, below the one that `look_up` knows."""
    taken: set[str] = field(default_factory=set)

    def read(self, name: object, beside: str = "") -> bytes:
        """The bytes of a file; `beside` names a folder next to the recording or next to one of the folders above.

        Raises `AttachmentError`.
        """
        path = _inner(str(name))
        for folder in self._folders(beside):
            try:
                return self.look_up(folder / path)
            except FileNotFoundError:
                continue
        raise AttachmentError(f"the body's file {path} is not beside the recording")

    def _folders(self, beside: str) -> list[PurePosixPath]:
        if not beside:
            return [self.place]
        return [folder / beside for folder in (self.place, *self.place.parents)]


NOTHING_ATTACHED = AttachedFiles(lambda path: _not_there(path))


def _not_there(path: PurePosixPath) -> bytes:
    raise FileNotFoundError(str(path))


def _inner(name: str) -> PurePosixPath:
    """A relative path that stays where it begins."""
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\0" in name:
        raise AttachmentError(f"the body's file {name!r} is outside of the recording's folder")
    return path


def in_folder(recording: Path, up: int = 0) -> AttachedFiles:
    """What lies beside a recording on disk, or beside the folder `up` levels above; links may not lead elsewhere."""
    folder = recording.parent.resolve()
    root = folder.parents[up - 1] if 0 < up <= len(folder.parents) else folder
    taken: set[str] = set()

    def look_up(path: PurePosixPath) -> bytes:
        full = (root / path).resolve()
        if not full.is_relative_to(root):
            raise AttachmentError(f"the body's file {path} is outside of the recording's folder")
        try:
            data = contents(full, LARGEST + 1)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise AttachmentError(f"the body's file {path} cannot be read: {error.strerror}") from error
        taken.add(str(full))
        return _bounded(data, path)

    return AttachedFiles(look_up, PurePosixPath(*folder.relative_to(root).parts), taken)


def in_archive(archive: zipfile.ZipFile, recording: str) -> AttachedFiles:
    """What lies in the same archive as a recording."""
    taken: set[str] = set()

    def look_up(path: PurePosixPath) -> bytes:
        try:
            data = member(archive, str(path))
        except KeyError as error:
            raise FileNotFoundError(str(path)) from error
        taken.add(str(path))
        return data

    return AttachedFiles(look_up, PurePosixPath(recording).parent, taken)


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one file of an archive. Raises `KeyError` where there is none, and `AttachmentError`."""
    info = archive.getinfo(name)
    try:
        with archive.open(info) as stream:
            # What the archive says of the size may be wrong.
            return _bounded(stream.read(LARGEST + 1), PurePosixPath(name))
    except UNREADABLE_MEMBER as error:
        raise AttachmentError(f"{name} cannot be read from the archive: {error}") from error


def _bounded(data: bytes, path: PurePosixPath) -> bytes:
    if len(data) > LARGEST:
        raise AttachmentError(f"the body's file {path} has over {LARGEST >> 20} MiB")
    return data
