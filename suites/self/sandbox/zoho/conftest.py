"""A fresh Zoho Desk portal for each test, without a server."""

from __future__ import annotations

import pytest
from zoho_portal import Portal


@pytest.fixture
def portal() -> Portal:
    return Portal()
