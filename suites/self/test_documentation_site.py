"""The documentation is a site: built strictly, each page in its navigation, and no page asks another host."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from documentation import DOCS, ROOT

CONFIG = DOCS / "zensical.toml"
SETTINGS: dict[str, Any] = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]
needs_zensical = pytest.mark.skipif(not find_spec("zensical"), reason="zensical is not installed (group `docs`)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from a copy of what it is made of, so that the checkout stays as it is."""
    root = tmp_path_factory.mktemp("repository")
    copy = "cp -r docs ARCHITECTURE.md " + str(root)
    subprocess.run(copy.split(), cwd=ROOT, check=True)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "-f", "docs/zensical.toml"]
    built = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return root / "docs" / SETTINGS["site_dir"]


@needs_zensical
def test_the_site_is_built_without_a_warning(site: Path) -> None:
    made = {page.relative_to(site).as_posix() for page in site.rglob("index.html")}
    assert {"index.html", "tutorial/index.html", "checks/index.html", "ci/index.html"} <= made


@needs_zensical
def test_what_is_included_is_there(site: Path) -> None:
    glossary = (site / "glossary" / "index.html").read_text()
    assert "egress guard" in glossary
    assert "Decisions that could have gone another way" not in glossary
    assert "Decisions that could have gone another way" in (site / "architecture" / "index.html").read_text()


@needs_zensical
def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    """Fonts and scripts come with the site, so that it can be read without a network."""
    loading = re.compile(
        r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(?:https?:)?//|<link\b[^>]*\bhref=\"?(?:https?:)?//"
    )
    assert [page.name for page in site.rglob("*.html") if loading.search(page.read_text())] == []
    styles = [path.read_text() for path in site.rglob("*.css")]
    assert styles
    assert [text for text in styles if re.search(r"url\([\"']?(?:https?:)?//|@import", text)] == []


def in_navigation(entries: list[Any]) -> Iterator[str]:
    """The files that a part of the navigation names."""
    for entry in entries:
        for place in entry.values():
            yield from [place] if isinstance(place, str) else in_navigation(place)


def test_every_page_is_in_the_navigation_once() -> None:
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if ".site" not in path.parts)
    assert sorted(in_navigation(SETTINGS["nav"])) == pages


def test_every_image_is_there() -> None:
    """The builder warns of pages and anchors that are missing, not of images."""
    for page in DOCS.rglob("*.md"):
        for image in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text()):
            assert (page.parent / image).is_file(), f"{page}: {image}"
