"""The `deskcheck` command: one table of commands, each a file that is imported only when it is called."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from io import TextIOWrapper

from harness import __version__
from harness.cli.command_parser import CommandParser, misplaced_options
from harness.errors import DeskcheckError, UnfinishedError, UsageError
from harness.formats.suggestion import did_you_mean

# Name, what it does in one line, an example: the order is the one in which a newcomer meets them.
COMMANDS = (
    (
        "init",
        "write a first deskcheck.toml, a suite and a CI file into this folder; overwrites nothing",
        "deskcheck init --ci github",
    ),
    (
        "plan",
        "show what would run, what not and why; sends nothing",
        "deskcheck plan --allow read,write --only 'zendesk:*Ticket*'",
    ),
    (
        "explain",
        "tell all about one operation (tier, rule, evidence, checks) or one check",
        "deskcheck explain zendesk:DeleteTicket\n  deskcheck explain undocumented_field",
    ),
    (
        "run",
        "test the permitted operations and write a report",
        "deskcheck run --only 'zoho:*' --budget 10 --workers 2",
    ),
    (
        "observe",
        "check recorded traffic against the documents; sends nothing",
        "deskcheck observe session.har recordings/",
    ),
    (
        "report",
        "write a finished run in another format: SARIF, annotations, code quality, a pull request's comment",
        "deskcheck report latest --format sarif --format comment",
    ),
    ("sweep", "remove what earlier runs left behind", "deskcheck sweep --all --dry-run"),
    ("replay", "send one finding's request again, through the guard", "deskcheck replay 1a2b3c4d5e"),
    (
        "export",
        "write one finding as a test of its own, for pytest, Postman or Bruno",
        "deskcheck export 1a2b3c4d5e --as pytest --minimise -o tests/",
    ),
    ("compare", "show what changed between two runs", "deskcheck compare reports/20261101-0900 reports/latest"),
    (
        "release",
        "show what changed since the last release, and what to test before the next one",
        "deskcheck release downloaded-in-spring.yaml --baseline baseline.ndjson --run latest",
    ),
    ("doctor", "check credentials, scopes, org, sandbox proof, clock and quota", "deskcheck doctor --target acme"),
    ("logout", "remove the access tokens that are kept of an org, or of all", "deskcheck logout --target acme"),
    ("specs", "list, pin, lint and diff the vendors' documents", "deskcheck specs diff OLD.yaml NEW.yaml"),
    ("sandbox", "serve the embedded sandbox of both vendors", "deskcheck sandbox --port 8080"),
    ("completion", "print what a shell needs to complete words", "deskcheck completion bash"),
)

# Words that are no command, and what people mean by them.
MEANT = {
    "help": "deskcheck --help",
    "version": "deskcheck --version",
    "test": "deskcheck run",
    "check": "deskcheck run",
    "start": "deskcheck run",
    "diff": "deskcheck specs diff",
    "lint": "deskcheck specs lint",
    "list": "deskcheck plan --list",
    "pin": "deskcheck specs pin",
    "clean": "deskcheck sweep --all",
    "serve": "deskcheck sandbox",
}

CODES = """exit codes:
  0  nothing new           3  refused by the gate: no proof, no confirmation
  1  new findings          4  could not finish: outage, quota spent
  2  wrong use or config   5  something created is still there, or may be"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. An error meant for the user is printed, never raised."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if asked_for := os.environ.get("COMP_LINE") if "_ARGCOMPLETE" in os.environ else None:
        _complete(asked_for)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Not every terminal has an arrow; one that lacks it must not cost the whole output.
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _options(words)
        code: int = import_module(f"harness.cli.{options.command}").main(options)
    except DeskcheckError as error:
        from harness.masking import printable
        from harness.report.text import visible

        # It may quote a server or a document, which must not draw on the terminal.
        print(visible(printable(f"deskcheck: {error}"), keep="\n"), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("deskcheck: interrupted; `deskcheck sweep --all` removes what is left", file=sys.stderr)
        return UnfinishedError.exit_code
    except OSError as error:
        # Keep the interpreter from complaining about the same stream on its way out.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115
        if isinstance(error, BrokenPipeError):
            return 0  # the reader went away (`| head`)
        from harness.masking import printable

        print(printable(f"deskcheck: {error}"), file=sys.stderr)
        return UnfinishedError.exit_code
    except Exception:
        # Python's own code for this is 1, which says that something was found.
        from harness.masking import printable

        print(printable(traceback.format_exc()), file=sys.stderr)
        print("deskcheck: that is an error of deskcheck itself; nothing can be said of the rest", file=sys.stderr)
        return UnfinishedError.exit_code
    return code


def _options(words: list[str]) -> Namespace:
    """What a command line says. Raises `UsageError` that names the words which were likely meant."""
    names = [name for name, _, _ in COMMANDS]
    if words and words[0].startswith("-") and words[0] not in ("-h", "--help", "--version"):
        raise misplaced_options(words, names)
    if words and not words[0].startswith("-") and words[0] not in names:
        raise _unknown_command(words[0], names)
    options = _parser(words).parse_args(words)
    # As they came, for a command that starts itself again.
    options.command_line = words
    return options


def _complete(line: str) -> None:
    """Answer the shell that asks for the next word of a line, and end the process."""
    from harness.cli.completion import answer

    answer(_parser(line.split()[1:]))


def _unknown_command(word: str, names: Sequence[str]) -> UsageError:
    meant = f"Did you mean {MEANT[word]}?" if word in MEANT else did_you_mean(word, names)
    return UsageError(f"unknown command {word!r}", remedy=f"{meant} Commands: {', '.join(names)}.".strip())


def _parser(words: Sequence[str]) -> CommandParser:
    """The parser of all commands; only the one that is called fills in its options."""
    parser = CommandParser(
        prog="deskcheck",
        description="Contract tests for help-desk APIs, tagged by risk and gated so that a run can do no harm.",
        epilog=CODES + "\n\nexample:\n  deskcheck run          everything, on the embedded sandbox",
        example="deskcheck run",
    )
    parser.add_argument("--version", action="version", version=f"deskcheck {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    called = next((word for word in words if not word.startswith("-")), "")
    for name, summary, example in COMMANDS:
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=f"example:\n  {example}",
            example=example,
        )
        if name == called:
            command.others = partial(_others, name)
            import_module(f"harness.cli.{name}").add(command)
    return parser


def _others(called: str) -> dict[str, CommandParser]:
    """The parsers of the other commands, by name."""
    parsers = {name: CommandParser(prog=f"deskcheck {name}") for name, _, _ in COMMANDS if name != called}
    for name, parser in parsers.items():
        import_module(f"harness.cli.{name}").add(parser)
    return parsers
