"""Values, templates and calls as source text of Python, broken into lines where they are long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from harness.export.standalone import MARK, Template, Variable
from harness.export.value_rules import python_text

WIDTH = 110
_INDENT = "    "


def template_source(value: Any) -> str:
    """A template as a text or f-string, or as the variable's name where it is a value of its own."""
    if not isinstance(value, Template):
        return literal(value)
    if not value.variables:
        return python_text("".join(map(str, value.pieces)))
    if not value.is_text or value.pieces == (Variable(MARK),):
        return value.variables[0]
    inner = "".join(_piece(piece) for piece in value.pieces)
    return f'f"{inner}"'


def _piece(piece: str | Variable) -> str:
    if isinstance(piece, Variable):
        return f"{{{piece.name}}}"
    return python_text(piece)[1:-1].replace("{", "{{").replace("}", "}}")


def literal(value: Any, width: int = WIDTH) -> str:
    """A JSON value, which may hold templates, as a literal of Python; over several lines where it is long."""
    line = _in_one_line(value)
    if len(line) <= width or not isinstance(value, dict | list):
        return line
    inner = width - len(_INDENT)
    if isinstance(value, dict):
        rows = [f"{python_text(key)}: {literal(child, inner - len(key) - 4)}" for key, child in value.items()]
        return block("{", rows, "}")
    return block("[", [literal(child, inner) for child in value], "]")


def _in_one_line(value: Any) -> str:
    if isinstance(value, Template):
        return template_source(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{python_text(key)}: {_in_one_line(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_one_line, value)) + "]"
    return python_text(value)


def call(function: str, arguments: Sequence[str]) -> str:
    """A call in one line, or with an argument a line."""
    line = f"{function}({', '.join(arguments)})"
    return line if len(line) <= WIDTH and "\n" not in line else block(f"{function}(", arguments, ")")


def block(opening: str, rows: Iterable[str], closing: str) -> str:
    """Rows between brackets, one a line, each with a comma."""
    return "\n".join([opening, *(indented(f"{row},") for row in rows), closing])


def indented(text: str, levels: int = 1) -> str:
    """A text with each line moved to the right."""
    return "\n".join(_INDENT * levels + line if line else line for line in text.splitlines())
