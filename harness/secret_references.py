"""Secret references: where deskcheck.toml says that a secret is, and how it is read once it is needed."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.errors import UsageError
from harness.formats.json_text import read_json
from harness.private_files import read_private

EXAMPLES = ("env:NAME", "keyring:SERVICE/NAME", "file:PATH", "command:PROGRAM ARGUMENT")
LARGEST = 64 * 1024
"""Bytes of the longest secret; tokens have a few hundred."""
COMMAND_SECONDS = 30.0
"""How long a command may take: one that waits for a person would keep a pipeline waiting for ever."""
HANDED_OVER = "DESKCHECK_SECRETS"
"""Holds the number of the open file from which a run inside a network namespace reads its secrets."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where one secret is: `text` as it stands in the file, at the place `where`, under `key`.

    `folder` is that of the file: paths and commands start there.
    """

    text: str
    key: str
    where: str
    folder: Path

    @property
    def scheme(self) -> str:
        """How the secret is reached: `env`, `keyring`, `file` or `command`."""
        return self.text.partition(":")[0]

    @property
    def name(self) -> str:
        """What the scheme is followed by."""
        return self.text.partition(":")[2]

    def error(self, what: str, remedy: str) -> UsageError:
        """An error that tells the key and the place, and nothing of the secret."""
        return UsageError(f"`{self.key}`: {what}", where=self.where, remedy=remedy)


def is_reference(text: str) -> bool:
    """Whether a text says where a secret is, and is no secret itself."""
    scheme, colon, name = text.partition(":")
    return bool(colon) and scheme in _READERS and bool(name.strip())


def resolve(reference: SecretReference, environ: Mapping[str, str], seconds: float = COMMAND_SECONDS) -> str:
    """The secret itself, without one line break at its end.

    A command may take so many `seconds`. Raises `UsageError` where nothing can be read, and for what is no secret: an
    empty value, several lines, control characters, no UTF-8, over 64 KiB.
    """
    data = _READERS[reference.scheme](reference, environ, seconds)
    if len(data) > LARGEST:
        raise reference.error(f"its value is over {LARGEST // 1024} KiB, so it is no secret", _LOOK)
    try:
        value = data.decode("utf-8")
    except UnicodeDecodeError:
        # Not `from error`, which holds the value.
        raise reference.error("its value is not UTF-8 text", _LOOK) from None
    value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise reference.error("its value is empty", _LOOK)
    if "\n" in value or "\r" in value:
        raise reference.error("its value has several lines", "A secret is one line, with nothing before or after it.")
    if any(unicodedata.category(sign) == "Cc" for sign in value):
        raise reference.error("its value has control characters", _LOOK)
    return value


_LOOK = "Look at what the reference leads to."


def _of_environment(reference: SecretReference, environ: Mapping[str, str], _: float) -> bytes:
    variable = reference.name
    if value := environ.get(variable):
        return value.encode("utf-8", "surrogateescape")
    # What does not look like a variable may be the secret itself, which must not reach a log.
    shown = variable if variable.isupper() and variable.replace("_", "").isalnum() else "that it names"
    raise UsageError(
        f"the environment variable {shown} is not set",
        where=reference.where,
        remedy=f"Set it, and only name it here: {reference.key}.",
    )


def _of_keyring(reference: SecretReference, _: Mapping[str, str], __: float) -> bytes:
    service, slash, name = reference.name.partition("/")
    if not (service and slash and name):
        raise reference.error("it names no entry of the keyring", 'Write "keyring:SERVICE/NAME".')
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise reference.error("the keyring needs a library", "pip install deskcheck[keyring]") from error
    try:
        value = keyring.get_password(service, name)
    except keyring.errors.KeyringError as error:
        raise reference.error(f"the keyring cannot be read ({type(error).__name__})", "Unlock it.") from error
    if value is None:
        raise reference.error(
            f"the keyring has no entry {service}/{name}", f"Make it: keyring set {shlex.quote(service)} {name}"
        )
    return value.encode("utf-8", "surrogatepass")


def _of_file(reference: SecretReference, _: Mapping[str, str], __: float) -> bytes:
    path = reference.folder / Path(reference.name.strip()).expanduser()
    try:
        data = read_private(path)
    except UsageError as error:
        raise reference.error(f"{path}: {error.what}", error.remedy or "Check the path.") from error
    if data is None:
        raise reference.error(f"{path}: there is no such file", "A path begins at the folder of deskcheck.toml.")
    return data


def _of_command(reference: SecretReference, environ: Mapping[str, str], seconds: float) -> bytes:
    """What a program prints. No shell reads the words, and what it prints is never shown, since it may be secret."""
    try:
        words = shlex.split(reference.name)
    except ValueError as error:
        raise reference.error(f"the command cannot be split into words: {error}", "Close the quotation.") from error
    if not words:
        raise reference.error("it names no program", 'Write "command:PROGRAM ARGUMENT".')
    program = Path(words[0]).name
    try:
        process = subprocess.Popen(
            words,
            cwd=reference.folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,  # so that what it started ends with it
        )
    except OSError as error:
        raise reference.error(f"{program} cannot be started: {error.strerror or error}", _BY_HAND) from error
    output, is_late = _output_of(process, seconds)
    if is_late:
        raise reference.error(f"{program} was not done after {seconds:g} s", f"It must not ask anything. {_BY_HAND}")
    if process.returncode and len(output) <= LARGEST:
        raise reference.error(f"{program} ended with exit code {process.returncode}", _BY_HAND)
    return output


_BY_HAND = "Try the command by hand, in the folder of deskcheck.toml."


def _output_of(process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bool]:
    """What a process prints, no more than a secret may have and one byte; and whether it had to be ended."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _end(process)

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        assert process.stdout is not None
        with process.stdout as stream:
            output = stream.read(LARGEST + 1)
        if len(output) <= LARGEST:
            # Without taking its exit code: as long as that waits, no other group of processes can have its number.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    finally:
        timer.cancel()
        _end(process)
        process.wait()
    return output, late.is_set()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


_Reader = Callable[[SecretReference, Mapping[str, str], float], bytes]
_READERS: Mapping[str, _Reader] = {
    "env": _of_environment,
    "keyring": _of_keyring,
    "file": _of_file,
    "command": _of_command,
}
"""How each scheme is read."""


def handed_over(environ: Mapping[str, str]) -> dict[str, str] | None:
    """The secrets that the process outside of a network namespace read, by their references; None outside of one.

    Inside, no keyring can be reached, and a command could ask nobody.
    """
    number = environ.get(HANDED_OVER, "")
    return dict(_read_once(int(number))) if number.isdigit() else None


@cache
def _read_once(number: int) -> Mapping[str, str]:
    """What an inherited file holds, which is closed: another file may get its number later."""
    with open(number, "rb") as file:
        secrets: dict[str, str] = read_json(file.read())
    return secrets
