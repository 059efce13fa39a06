"""Every command in the documentation is executed as a reader types it, or at least parsed where that needs more."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import sys
from argparse import ArgumentParser
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from documentation import DOCS, PAGES, ROOT, Block, blocks, commands, inline_commands

from harness.cli import main
from harness.errors import UsageError
from harness.planning import run_options

NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
EXECUTED = [page for page in PAGES if any(block.is_shell and not block.reason for block in blocks(page))]
PORT = "8080"
"""The port that pages name; a free one takes its place, since tests run side by side."""
ALLURE_OPTIONS = ("--alluredir", "--clean-alluredir")
"""Options of allure-pytest, which pages name too."""
PROGRAMS = ("deskcheck", "pytest", "make", "pipx", "uv", "curl")


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    """One shell for a page, in an empty folder, with the files that the page shows."""
    typed = tmp_path / "typed.sh"
    typed.write_text(script(blocks(page)).replace(PORT, str(free_port())))
    (tmp_path / "empty").mkdir()
    ended = subprocess.run(
        ["bash", str(typed)], cwd=tmp_path / "empty", env=environment(tmp_path), capture_output=True, text=True
    )
    assert ended.returncode == 0, f"{ended.stdout[-6000:]}\n{ended.stderr[-6000:]}"


def script(page: list[Block]) -> str:
    """What a reader of a page types and writes, in order, up to the first command that ends otherwise."""
    steps = [step(block) for block in page if not block.reason and (block.is_shell or block.file)]
    return "\n".join(("trap 'kill $servers 2>/dev/null' EXIT", *steps, "true"))


def step(block: Block) -> str:
    """One block as lines of a shell script."""
    if block.file:
        folder = shlex.quote(os.path.dirname(block.file) or ".")
        return f"mkdir -p {folder}\ncat > {shlex.quote(block.file)} <<'END OF FILE'\n{block.text}END OF FILE"
    if block.serves:  # its first line of output says that it is ready
        return f'exec 3< <(exec {block.typed.strip()})\nservers="$servers $!"\nread -r -u 3 || exit 90'
    if block.exit_code:
        failed = f'echo "ended with $code, not {block.exit_code}" >&2; exit 91'
        return f"set +e\n{block.typed}code=$?\n[ $code = {block.exit_code} ] || {{ {failed}; }}"
    return f"set -e\n{block.typed}set +e"


def environment(folder: Path) -> dict[str, str]:
    """That of this process, with the programs of this checkout before all others, and nothing of the user's."""
    programs = folder / "programs"
    programs.mkdir()
    python = shlex.quote(sys.executable)
    is_installed = any(entry.name == "deskcheck" for entry in entry_points(group="pytest11"))
    plugin = "" if is_installed else "-p harness.pytest_entry"
    write_program(
        programs / "deskcheck", f"{python} -c 'import sys; from harness.cli.main import main; sys.exit(main())'"
    )
    write_program(programs / "pytest", f"{python} -m pytest {plugin}")
    own = {"HOME": str(folder), "PYTHONPATH": str(ROOT), "DESKCHECK_STATE": str(folder / "state")}
    return {**os.environ, **own, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def write_program(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_shell_understands_every_block(page: Path) -> None:
    for block in blocks(page):
        if block.is_shell:
            checked = subprocess.run(["bash", "-n"], input=block.typed, capture_output=True, text=True)
            assert checked.returncode == 0, f"{block.typed}\n{checked.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_of_a_page_is_one_of_the_parser(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for block in blocks(page):
        for command in commands(block.typed) if block.is_shell else ():
            parse(command)
    for command in inline_commands(page):
        parse_mentioned(command)


def parse(command: list[str]) -> None:
    """Hand a command line of deskcheck, or of pytest with its options, to the parser that reads it."""
    if command[0] == "deskcheck":
        main._options(command[1:])
    elif command[0] == "pytest":
        parser = ArgumentParser(allow_abbrev=False, exit_on_error=False)
        run_options.add_options(parser.add_argument)
        for option in ALLURE_OPTIONS:
            parser.add_argument(option, action="store_true")
        _, others = parser.parse_known_args(command[1:])
        assert not [word for word in others if word.startswith("--")], command


def parse_mentioned(command: list[str]) -> None:
    """The same for a command in a sentence, which may leave out what the command is about."""
    try:
        parse(command)
    except UsageError as error:
        if "arguments are required" not in error.what:
            raise


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_block_of_commands_says_its_language(page: Path) -> None:
    """So that none escapes the tests above; what is no command names another language, such as `text`."""
    unnamed = [block for block in blocks(page) if not block.language]
    assert [block.text for block in unnamed if block.text.split()[0] in PROGRAMS] == []
    assert page.parent != DOCS or not unnamed


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_what_is_said_of_a_block_is_known(page: Path) -> None:
    for block in blocks(page):
        if block.is_shell and block.remark:
            assert block.reason or block.exit_code or block.serves, block.remark


def test_most_pages_that_need_no_account_are_executed() -> None:
    names = {page.name for page in EXECUTED}
    assert names >= {"tutorial.md", "suites.md", "waivers.md", "tiers.md", "sandbox.md", "pins.md", "faults.md"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("deskcheck plan --target acme   # sends nothing\n", [["deskcheck", "plan", "--target", "acme"]]),
        ("mkdir a && cd a\n", [["mkdir", "a"], ["cd", "a"]]),
        ("deskcheck specs lint --sarif > lint.sarif\n", [["deskcheck", "specs", "lint", "--sarif"]]),
        (
            "TOKEN=1 deskcheck run \\\n  --only 'zendesk:*Ticket*'\n",
            [["deskcheck", "run", "--only", "zendesk:*Ticket*"]],
        ),
    ],
)
def test_commands_are_found_in_what_is_typed(typed: str, expected: list[list[str]]) -> None:
    assert list(commands(typed)) == expected
