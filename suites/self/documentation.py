"""What the pages of the documentation tell a reader to type: fenced blocks, files and commands, as tests need them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness import shipped

ROOT = shipped.root()
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
SHELLS = ("bash", "console", "sh")

_BLOCK = re.compile(
    r"^(?:<!-- (?P<remark>.*?) -->\n)?```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_FILE = re.compile(r"# (?P<path>[\w./-]+\.(?:toml|py|yaml|yml))\n")
_OPERATORS = frozenset({"|", "||", "&", "&&", ";", "(", ")"})


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block; `remark` is the HTML comment above it: `not executed: REASON`, `ends with CODE` or `serves`."""

    language: str
    text: str
    remark: str

    @property
    def is_shell(self) -> bool:
        return self.language in SHELLS

    @property
    def reason(self) -> str:
        """Why its commands cannot be executed in a test; empty where they can."""
        return self.remark.partition("not executed:")[2].strip()

    @property
    def exit_code(self) -> int:
        """What its last command ends with."""
        said = re.fullmatch(r"ends with (\d)", self.remark)
        return int(said[1]) if said else 0

    @property
    def serves(self) -> bool:
        """Whether its command goes on until it is stopped."""
        return self.remark == "serves"

    @property
    def file(self) -> str:
        """The path of the file that it shows, from its first line; empty where it shows none."""
        named = None if self.is_shell else _FILE.match(self.text)
        return named["path"] if named else ""

    @property
    def typed(self) -> str:
        """What a reader types: of a console the lines behind the prompt."""
        if self.language != "console":
            return self.text
        return "".join(line[2:] for line in self.text.splitlines(keepends=True) if line.startswith("$ "))


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["language"], match["text"], match["remark"] or "") for match in found]


def commands(typed: str) -> Iterator[list[str]]:
    """Each simple command in what is typed into a shell, as words; redirections and variables are left out."""
    for line in typed.replace("\\\n", " ").splitlines():
        words: list[str] = []
        for word in (*_words(line), ";"):
            if word not in _OPERATORS:
                words.append(word)
                continue
            if command := _bare(words):
                yield command
            words = []


def _words(line: str) -> Iterator[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    lexer.wordchars += ":*?[]{}@%+,$!^"
    return iter(lexer)


def _bare(words: list[str]) -> list[str]:
    """A command without assignments before it and redirections behind it."""
    if any(word in (">", ">>", "<") for word in words):
        words = words[: next(index for index, word in enumerate(words) if word in (">", ">>", "<"))]
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    return words


def inline_commands(page: Path) -> list[list[str]]:
    """Commands of deskcheck that a page names within a sentence or table."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    spans = re.findall(r"(?<!`)`(deskcheck\s[^`]+)`(?!`)", text)
    return [shlex.split(span.replace("\\|", "|")) for span in spans]
