"""A fresh Zendesk account for each test, without a server."""

from __future__ import annotations

import pytest
from zendesk_account import Account


@pytest.fixture
def account() -> Account:
    return Account()
