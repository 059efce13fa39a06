"""Every operation of Zendesk Support, held to its document: one item an operation."""

import pytest

pytestmark = pytest.mark.contract


def test_operation(operation, contract):
    contract(operation)
