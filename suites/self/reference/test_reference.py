"""The pages made from the code say what the code says today, of every check, key and folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import checks, config_schema, reference, shipped
from harness.reference import messages_page
from harness.target_keys import KEYS

DOCS = shipped.root() / "docs"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_is_as_the_code_makes_it(name: str) -> None:
    """`python -m harness.reference` writes it anew."""
    assert (DOCS / name).read_text(encoding="utf-8") == reference.PAGES[name]()


def test_all_pages_are_written_into_a_folder(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(reference.PAGES)


def test_the_pages_have_every_check_and_every_key() -> None:
    check_page, key_page = reference.PAGES["checks.md"](), reference.PAGES["configuration.md"]()
    assert [check.name for check in checks.TABLE if f"## {check.name}\n" not in check_page] == []
    names = [*config_schema.schema()["properties"], *KEYS]
    assert [name for name in names if f"| `{name}` |" not in key_page] == []


def test_every_message_has_a_section() -> None:
    assert {message.area for message in messages_page.messages()} <= set(messages_page.AREAS)
