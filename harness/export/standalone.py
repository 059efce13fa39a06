"""StandaloneTest: what a test of one finding sends, expects and takes back, before it is written in any form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.export.expectations import Expectation
from harness.finding import Finding

MARK = "mark"
"""The variable that is a new text in each execution: for names that must not be there twice."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that is known only when the test runs: captured from an answer, or read from the environment."""

    name: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text with variables in it. Where it is no text (`is_text`), it is one variable's own value: a number, say."""

    pieces: tuple[str | Variable, ...]
    is_text: bool = True

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(piece.name for piece in self.pieces if isinstance(piece, Variable))


def plain(text: str) -> Template:
    """A text without variables."""
    return Template((text,))


@dataclass(frozen=True, slots=True)
class Capture:
    """A value of an answer's body that a later step needs: the parts of its JSON pointer, and the variable's name.

    `is_list` says that it is the rows of a whole list.
    """

    name: str
    parts: tuple[str, ...]
    is_list: bool = False


class Role(StrEnum):
    """What a step is for."""

    FIND = "find"  # reads the id of a record that is there
    CREATE = "create"  # makes a record for this test
    SEND = "send"  # one of the requests in question; the last of them gets the answer that is judged
    REMOVE = "remove"  # takes back what was made


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `path` begins behind the base URL.

    `json` may hold templates where it has variables; otherwise `body` holds the bytes. A step that removes needs the
    variable `needs`, and is left out where nothing was made.
    """

    role: Role
    title: str
    method: str
    path: Template
    query: tuple[tuple[str, Template], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    has_json: bool = False
    json: Any = None
    body: bytes = b""
    is_signed: bool = True
    captures: tuple[Capture, ...] = ()
    needs: str = ""

    @property
    def variables(self) -> frozenset[str]:
        """The names of all variables that the request is made of."""
        templates = [self.path, *(value for _, value in self.query), *templates_in(self.json)]
        return frozenset(name for template in templates for name in template.variables)


def templates_in(node: Any) -> Iterator[Template]:
    """The templates of a JSON tree."""
    if isinstance(node, Template):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from templates_in(child)


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """An environment variable that the test reads: `default` stands in where it is not set, empty for none."""

    name: str
    meaning: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class TokenCall:
    """The POST that gets an access token: `url` and the values of `fields` are literal, or names of inputs."""

    url: str
    media_type: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Access:
    """How the test reaches the org: everything that is somebody's own is read from `inputs`.

    `scheme` stands before the credentials in the Authorization header, empty where nothing is signed. With the scheme
    Basic `user` and `secret` name inputs; else `secret` names the one that holds the token, or `token` gets one.
    `org_header` names the org, from the input `org`.
    """

    base_url: str
    inputs: tuple[EnvironmentVariable, ...]
    scheme: str = ""
    user: str = ""
    secret: str = ""
    token: TokenCall | None = None
    org_header: str = ""
    org: str = ""


@dataclass(frozen=True, slots=True)
class StandaloneTest:
    """A finding with all that shows it again. `document` names what the expectations are taken from.

    `steps` are in the order in which they are sent, `removals` come after them whatever the answers were.
    """

    id: str
    finding: Finding
    sentence: str
    document: str
    access: Access
    steps: tuple[Step, ...]
    expectations: tuple[Expectation, ...]
    removals: tuple[Step, ...] = ()
    inputs: tuple[EnvironmentVariable, ...] = ()
    note: str = ""

    @property
    def uses_mark(self) -> bool:
        """Whether one of the requests needs a text of its own."""
        return any(MARK in step.variables for step in self.steps)

    @property
    def all_inputs(self) -> tuple[EnvironmentVariable, ...]:
        """Every environment variable that is read."""
        return (*self.access.inputs, *self.inputs)
