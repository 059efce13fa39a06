"""The pages of the documentation that are made from the code; `python -m harness.reference` writes them into docs/.

Goes in: one function a page that gives its whole text. Not in: what a table of the code says already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from harness.reference import checks_page, configuration_page, messages_page

PAGES: Mapping[str, Callable[[], str]] = {
    "configuration.md": configuration_page.text,
    "checks.md": checks_page.text,
    "troubleshooting.md": messages_page.text,
}
"""The function of each page, by its file in docs/."""


def write(folder: Path) -> None:
    """Write every page into `folder`. Raises `OSError` where that is not possible."""
    for name, text in PAGES.items():
        (folder / name).write_text(text(), encoding="utf-8")
