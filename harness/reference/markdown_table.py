"""A table of Markdown, and texts that stand in its cells as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_MARKUP = str.maketrans({"|": r"\|", "<": "&lt;", ">": "&gt;", "*": r"\*", "_": r"\_", "\n": " "})


def plain(text: str) -> str:
    """A text that Markdown shows letter by letter, what stands in backquotes as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backquote without its partner
        return text.translate(_MARKUP).replace("`", r"\`")
    return "".join(code(part) if index % 2 else part.translate(_MARKUP) for index, part in enumerate(parts))


def code(text: str) -> str:
    """A text as code, also within a cell."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A whole table with its line break at the end."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
