"""A parser whose errors are errors of ours: what was wrong, and the words that were likely meant."""

from __future__ import annotations

import re
from argparse import Action, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from harness.errors import UsageError
from harness.formats.shell import command_line
from harness.formats.suggestion import did_you_mean

_NO_NUMBER = re.compile(r"invalid (?P<kind>int|float) value: (?P<value>.*)", re.DOTALL)
_KINDS = {"int": "whole number", "float": "number"}


class CommandParser(ArgumentParser):
    """A parser of one command, or of all. `example` is a command line that works, or several in lines.

    Whatever cannot be parsed raises `UsageError` where the base class would print its usage and end the process.
    `others` gives the parsers of the other commands by name; it is asked only for such an error.
    """

    def __init__(self, *, example: str = "", **settings: Any) -> None:
        super().__init__(formatter_class=RawDescriptionHelpFormatter, **settings)
        self.example = example
        self.others: Callable[[], Mapping[str, CommandParser]] = dict

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The values and no words besides: a parser of a command or action is the last that can tell what they mean."""
        words = list(args or ())
        parsed, rest = super().parse_known_args(words, namespace)
        if rest:
            raise left_over(rest, words, self)
        return parsed, rest

    def error(self, message: str) -> NoReturn:
        """Say what argparse found wrong: the option, what is the matter with it, and an example."""
        option, what = _split(message)
        if number := _NO_NUMBER.fullmatch(what):
            kind = _KINDS[number["kind"]]
            raise UsageError(f"{number['value']} is no {kind}", where=option, remedy=f"Give a {kind}: {option} 2")
        if "expected one argument" in what and option:
            remedy = f"Write it behind: {self._usage_of(option)}. What begins with a dash: {option}=-x"
            raise UsageError("nothing stands behind it", where=option, remedy=remedy)
        raise UsageError(what, where=option, remedy=self._remedy)

    # Of argparse's own, which knows the choices here alone; Python 3.14 suggests names in the same place.
    def _check_value(self, action: Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        name = action.option_strings[-1] if action.option_strings else (action.metavar or action.dest)
        where = name if action.option_strings else ""
        kind = "value" if action.option_strings else str(name).lower()
        remedy = did_you_mean(str(value), known)
        raise UsageError(
            f"unknown {kind} {value!r}", where=str(where), remedy=f"{remedy} Known: {', '.join(known)}.".strip()
        )

    @property
    def options(self) -> tuple[str, ...]:
        """The long options."""
        return tuple(name for name in self._option_string_actions if name.startswith("--"))

    @property
    def _remedy(self) -> str:
        first = self.example.splitlines()[0] if self.example else ""
        return f"For example: {first}" if first else f"See: {self.prog} --help"

    def _usage_of(self, option: str) -> str:
        action = self._option_string_actions.get(option)
        return f"{option} {action.metavar}" if action and action.metavar else option


def one_of(kind: str, names: Sequence[str]) -> Callable[[str], str]:
    """A type for a parser: one of the names. It raises `UsageError` with the one that was likely meant.

    Unlike `choices` it leaves the order and the form of the help to the caller.
    """

    def read(word: str) -> str:
        if word in names:
            return word
        known = f"Known: {', '.join(names)}."
        raise UsageError(f"unknown {kind} {word!r}", remedy=f"{did_you_mean(word, names)} {known}".strip())

    return read


def _split(message: str) -> tuple[str, str]:
    """argparse's message as the option that it is about, if any, and the rest."""
    match = re.fullmatch(r"argument (?P<option>.*?): (?P<what>.*)", message, re.DOTALL)
    return (match["option"].rpartition("/")[2], match["what"]) if match else ("", message)


def misplaced_options(words: Sequence[str], commands: Sequence[str]) -> UsageError:
    """The error for options before the command."""
    name = next((word for word in words if word in commands), "")
    if not name:
        return UsageError(f"{words[0]} is an option of a command, and none is named", remedy="See: deskcheck --help")
    rest = list(words)
    rest.remove(name)
    corrected = command_line(name, *rest)
    return UsageError("options stand behind the command", where=words[0], remedy=f"Write: {corrected}")


def left_over(rest: Sequence[str], words: Sequence[str], parser: CommandParser) -> UsageError:
    """The error for words that a command does not take: an option of a slip or of another command, a list with blanks
    in it, or a word that needs its option. `rest` are those words, `words` all that stand behind the command.
    """
    word = rest[0]
    command = parser.prog.removeprefix("deskcheck ")
    if word.startswith("-"):
        return _unknown_option(word.partition("=")[0], parser, command)
    before = words[words.index(word) - 1] if word in words[1:] else ""
    if before.endswith(","):
        remedy = f"Leave the blank out: {before}{word}"
        return UsageError(f"a list has no blanks, and {word!r} stands alone", where=command, remedy=remedy)
    if "--only" in parser.options:
        remedy = f"To select operations: {command_line(command, '--only', word)}"
        return UsageError(f"takes no word without an option: {word!r}", where=command, remedy=remedy)
    return UsageError(f"one word too many: {word!r}", where=command, remedy=parser._remedy)


def _unknown_option(option: str, parser: CommandParser, command: str) -> UsageError:
    what = f"unknown option {option}"
    owners = [f"deskcheck {name}" for name, other in parser.others().items() if option in other.options]
    remedy = did_you_mean(option, parser.options, f"See: {parser.prog} --help")
    return UsageError(what, where=command, remedy=f"It belongs to: {', '.join(owners)}" if owners else remedy)
