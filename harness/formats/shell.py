"""Command lines as they are shown: each works when it is pasted into a POSIX shell."""

from __future__ import annotations

import os
import shlex


def command_line(*words: str | os.PathLike[str]) -> str:
    """`deskcheck` with these words, quoted where a shell would read them otherwise."""
    return shlex.join(["deskcheck", *(os.fspath(word) for word in words)])
