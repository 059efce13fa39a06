"""The use of one org's quota in a file that all processes of this machine share, under a lock that the kernel frees.

    deskcheck quota 1 / id of this boot / CRC-32 / the usage in MessagePack

The clock is that of this boot, so what an earlier one left means nothing any more. A file that a crash left half
written is told by its checksum; then counting begins anew.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import zlib
from functools import cache
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.private_files import FILE_MODE, private_folder
from harness.quota.org_usage import NOTHING_USED, OrgUsage
from harness.quota.usage_store import Change, Clock, Result, StoreError

_MAGIC = b"deskcheck quota 1\n"
_BOOT_BYTES, _SUM_BYTES = 16, 4
_HEAD_BYTES = len(_MAGIC) + _BOOT_BYTES + _SUM_BYTES
_LARGEST = 4 << 20
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(OrgUsage).decode
_NO_FILE = -1
# Not its path, which would show in a report whose machine this was.
_WHERE = "the state folder (DESKCHECK_STATE)"


class UsageFile:
    """One org's file in a folder of the user's own; raises `StoreError` where that cannot be had."""

    address = None

    def __init__(self, folder: Path, key: str, clock: Clock = time.monotonic) -> None:
        self.path = folder / "quota" / f"{key}-{_machine()}"
        self.clock = clock
        self._handle, self._owner = _NO_FILE, 0
        self._lock = threading.Lock()
        with self._lock:
            self._open()

    def change(self, step: Change[Result]) -> Result:
        """Carry a step out under the file's lock; writes only what it changed. Raises `StoreError`."""
        with self._lock:
            try:
                size = self._lock_file()
                try:
                    data = os.pread(self._handle, min(size, _LARGEST), 0)
                    usage = self._read(data)
                    new, result = step(usage, self.clock())
                    if new is not usage:
                        self._write(new, len(data))
                finally:
                    fcntl.flock(self._handle, fcntl.LOCK_UN)
            except OSError as error:
                raise StoreError(f"{_WHERE}: {error.strerror or error}") from error
        return result

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._close()

    def _open(self) -> None:
        try:
            private_folder(self.path.parent.parent)
            private_folder(self.path.parent)
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
        except UsageError as error:
            raise StoreError(f"{_WHERE}: {error.what}") from error
        except OSError as error:
            raise StoreError(f"{_WHERE}: {error.strerror or error}") from error
        self._owner = os.getpid()

    def _close(self) -> None:
        if self._handle != _NO_FILE:
            os.close(self._handle)
            self._handle = _NO_FILE

    def _lock_file(self) -> int:
        """Lock the file that all others lock: not one that was deleted since, nor a handle shared with a parent.

        Its size in bytes.
        """
        if self._handle == _NO_FILE or self._owner != os.getpid():
            self._open()
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        found = os.fstat(self._handle)
        if found.st_nlink == 0:
            self._close()
            self._open()
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            found = os.fstat(self._handle)
        return found.st_size

    def _read(self, data: bytes) -> OrgUsage:
        if not data:
            return NOTHING_USED
        if not data.startswith(_MAGIC):
            raise StoreError(f"{_WHERE}: {self.path.name} is no file of deskcheck's, or one of another version's")
        boot = data[len(_MAGIC) : len(_MAGIC) + _BOOT_BYTES]
        body = data[_HEAD_BYTES:]
        if boot != _boot() or data[_HEAD_BYTES - _SUM_BYTES : _HEAD_BYTES] != _sum(body):
            return NOTHING_USED
        try:
            return _decode(body)
        except msgspec.MsgspecError:
            return NOTHING_USED

    def _write(self, usage: OrgUsage, old_length: int) -> None:
        body = _encode(usage)
        data = _MAGIC + _boot() + _sum(body) + body
        if os.pwrite(self._handle, data, 0) != len(data):
            raise OSError(28, "No space left on device")
        if old_length > len(data):
            os.ftruncate(self._handle, len(data))


def _sum(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(_SUM_BYTES)


@cache
def _boot() -> bytes:
    """The id of this boot, whose clock all times are of; zeros where the system shows none."""
    try:
        text = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")
        return bytes.fromhex(text)[:_BOOT_BYTES].ljust(_BOOT_BYTES, b"\0")
    except (OSError, ValueError):
        return bytes(_BOOT_BYTES)


@cache
def _machine() -> str:
    """What tells machines apart that share a home folder: each has its own clock."""
    return f"{zlib.crc32(os.uname().nodename.encode()):08x}"
