"""The fidelity tool with every id mapped: `zendesk_mapped.py TOOL` and then the tool's own arguments.

The tool maps recorded ids of six or more digits. Tickets have short numbers, jobs hashes, webhooks ULIDs and uploads
tokens. Here whatever an earlier answer of the session calls an id is mapped, wherever it stands as a whole: as a part
of a path, as one of a list in a query, as a value of a body.
"""

from __future__ import annotations

import re
import sys
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Any

KEY = re.compile(r"(^|_)(ids?|token)$")
NAME = re.compile(r"(?=[\w-]*\d)[\w-]{4,}")
"""What may be an id: long enough not to be a page or a position, and no mere word."""

Known = dict[str, Any]
"""Our id by the recorded one."""


def learn(recorded: Any, got: Any, known: Known, named: bool = False) -> None:
    """Pair the ids that stand at the same place of a recorded answer and of ours."""
    if isinstance(recorded, dict) and isinstance(got, dict):
        for key in recorded.keys() & got.keys():
            learn(recorded[key], got[key], known, KEY.search(key) is not None)
    elif isinstance(recorded, list) and isinstance(got, list):
        for theirs, ours in zip(recorded, got, strict=False):
            learn(theirs, ours, known, named)
    elif named and isinstance(got, int | str) and NAME.fullmatch(str(recorded)):
        known.setdefault(str(recorded), got)


def swap_text(text: str, known: Known) -> str:
    """A path or a query value with our ids."""
    return NAME.sub(lambda found: str(known.get(found[0], found[0])), text)


def swap(node: Any, known: Known, named: bool = False) -> Any:
    """A body with our ids; a short number is one only under a key that says so."""
    if isinstance(node, dict):
        return {key: swap(value, known, KEY.search(key) is not None) for key, value in node.items()}
    if isinstance(node, list):
        return [swap(value, known, named) for value in node]
    if str(node) not in known or not (named or len(str(node)) >= 6):
        return node
    return str(known[node]) if isinstance(node, str) else known[str(node)]


def load(path: str) -> ModuleType:
    """The tool, which learns and swaps like this."""
    loader = SourceFileLoader("fidelity", path)
    tool = ModuleType(loader.name)
    loader.exec_module(tool)
    vars(tool).update(learn=learn, swap_text=swap_text, swap=swap)
    return tool


if __name__ == "__main__":
    load(sys.argv.pop(1)).main()
