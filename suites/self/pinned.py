"""All that the project pins, read once for all tests of this folder and kept nowhere."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from harness.openapi.catalog import Catalog
from harness.openapi.document_cache import DocumentCache, open_documents

NOWHERE = Path(os.devnull) / "cache"
"""A cache folder that cannot be made."""


@cache
def documents() -> DocumentCache:
    """The documents of both vendors."""
    return open_documents(NOWHERE)


def catalog() -> Catalog:
    """All operations of both vendors."""
    return documents().catalog
