"""Secrets are read from where the file says, whole or not at all; what goes wrong never shows what was read."""

from __future__ import annotations

import contextlib
import os
import select
import shlex
import sys
from pathlib import Path

import keyring
import keyring.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.secret_references import HANDED_OVER, LARGEST, SecretReference, handed_over, is_reference, resolve

PYTHON = shlex.quote(sys.executable)


def reference(text: str, folder: Path = Path()) -> SecretReference:
    return SecretReference(text, "secret", "deskcheck.toml:3", folder)


def refused(
    text: str, folder: Path = Path(), environ: dict[str, str] | None = None, seconds: float = 30.0
) -> UsageError:
    """The error for a reference, which names key or place and says what to do."""
    with pytest.raises(UsageError) as caught:
        resolve(reference(text, folder), environ or {}, seconds)
    assert caught.value.where == "deskcheck.toml:3"
    assert caught.value.remedy
    return caught.value


def private(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def prints(code: str) -> str:
    return f"command:{PYTHON} -c {shlex.quote(code)}"


def test_the_environment(tmp_path: Path) -> None:
    assert resolve(reference("env:TOKEN"), {"TOKEN": "s3cret"}) == "s3cret"
    assert "TOKEN is not set" in refused("env:TOKEN").what
    assert "TOKEN is not set" in refused("env:TOKEN", environ={"TOKEN": ""}).what
    assert "s3cret" not in str(refused("env:s3cret"))


def test_a_file_of_this_user_alone_beside_the_configuration(tmp_path: Path) -> None:
    private(tmp_path / "token.txt", b"s3cret\n")
    assert resolve(reference("file:token.txt", tmp_path), {}) == "s3cret"
    assert resolve(reference(f"file:{tmp_path / 'token.txt'}"), {}) == "s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_a_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    private(tmp_path / "token.txt", b"s3cret", mode)
    error = refused("file:token.txt", tmp_path)
    assert "others can read or write" in error.what
    assert "chmod 600" in error.remedy


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused("file:missing", tmp_path).what
    (tmp_path / "folder").mkdir(mode=0o700)
    assert "cannot be read" in refused("file:folder", tmp_path).what
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "no regular file" in refused("file:pipe", tmp_path).what


def test_a_command_starts_in_the_folder_of_the_configuration_and_no_shell_reads_it(tmp_path: Path) -> None:
    private(tmp_path / "token.txt", b"s3cret\n")
    assert resolve(reference(prints("print(open('token.txt').read(), end='')"), tmp_path), {}) == "s3cret"
    assert resolve(reference(prints("import sys; print(sys.argv[1])") + " '$(id) ; | > x'"), {}) == "$(id) ; | > x"


def test_a_command_gets_the_environment_and_no_input() -> None:
    code = "import os, sys; print(os.environ['A'] + sys.stdin.read())"
    assert resolve(reference(prints(code)), {"A": "s3cret"}) == "s3cret"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (prints("print('s3cret'); raise SystemExit(7)"), "exit code 7"),
        (prints("import sys; print('s3cret', file=sys.stderr); sys.exit(1)"), "exit code 1"),
        (prints("import os; print('s3cret', flush=True); os.kill(os.getpid(), 9)"), "exit code -9"),
        (prints("pass"), "is empty"),
        (prints("print('s3cret\\nmore')"), "several lines"),
        (prints("print('s3cret\\n')"), "several lines"),
        (prints("import sys; sys.stdout.buffer.write(b'\\xff\\xfes3cret')"), "not UTF-8"),
        (prints("print('s3cret\\x00')"), "control characters"),
        (prints("print('s3cret' * 100_000)"), "over 64 KiB"),
        (prints("while True: print('s3cret' * 1000)"), "over 64 KiB"),
        ("command:/nowhere/at/all s3cret", "all cannot be started"),
        ("command:'s3cret", "No closing quotation"),
        ("command:''", "cannot be started"),
    ],
)
def test_a_command_that_gives_no_secret_is_told_without_its_output(command: str, says: str) -> None:
    error = refused(command)
    assert says in error.what
    assert "s3cret" not in str(error)


def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    code = """
import pathlib, subprocess
child = subprocess.Popen(["sleep", "60"])
pathlib.Path("pid").write_text(str(child.pid))
child.wait()
"""
    error = refused(prints(code), tmp_path, seconds=2.0)
    assert "not done after 2 s" in error.what
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(int((tmp_path / "pid").read_text()))
        is_over, _, _ = select.select([handle], [], [], 20)
        os.close(handle)
        assert is_over


@given(st.binary(max_size=200))
def test_whatever_a_variable_holds_is_a_secret_of_one_line_or_a_refusal(data: bytes) -> None:
    environ = {"S": data.decode("utf-8", "surrogateescape").replace("\0", "")}
    with contextlib.suppress(UsageError):
        value = resolve(reference("env:S"), environ)
        assert value.strip()
        assert "\n" not in value
        assert value.encode()


def test_a_value_may_be_as_long_as_a_secret_ever_is() -> None:
    assert resolve(reference("env:S"), {"S": "x" * LARGEST}) == "x" * LARGEST
    assert "over 64 KiB" in refused("env:S", environ={"S": "x" * (LARGEST + 1)}).what


def test_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("desk", "me@example.com/token"): "s3cret"}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: entries.get((service, name)))
    assert resolve(reference("keyring:desk/me@example.com/token"), {}) == "s3cret"
    assert "no entry desk/you" in refused("keyring:desk/you").what
    assert "SERVICE/NAME" in refused("keyring:desk").remedy


def test_a_keyring_that_cannot_be_opened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(service: str, name: str) -> str:
        raise keyring.errors.KeyringLocked("s3cret")

    monkeypatch.setattr(keyring, "get_password", locked)
    error = refused("keyring:desk/me")
    assert "KeyringLocked" in error.what
    assert "s3cret" not in str(error)


def test_without_the_library_its_installation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "deskcheck[keyring]" in refused("keyring:desk/me").remedy


def test_a_reference_has_a_known_scheme_and_leads_somewhere() -> None:
    assert is_reference("env:A")
    assert not is_reference("https://a.example")
    assert not is_reference("command:  ")


def test_what_a_process_outside_has_read_is_handed_over_once() -> None:
    assert handed_over({}) is None
    number = os.memfd_create("secrets")
    os.write(number, b'{"env:A": "s3cret"}')
    os.lseek(number, 0, os.SEEK_SET)
    assert handed_over({HANDED_OVER: str(number)}) == {"env:A": "s3cret"}
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    assert handed_over({HANDED_OVER: str(number)}) == {"env:A": "s3cret"}, "though the file is closed"
