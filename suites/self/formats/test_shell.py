"""Command lines: whatever the words are, a shell reads exactly them."""

from __future__ import annotations

import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harness.formats.shell import command_line


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_a_shell_reads_the_words_as_they_were(words: list[str]) -> None:
    assert shlex.split(command_line(*words)) == ["deskcheck", *words]


def test_a_path_is_a_word() -> None:
    assert command_line("sweep", "--run", Path("my runs/1")) == "deskcheck sweep --run 'my runs/1'"
