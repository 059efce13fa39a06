"""Every operation of a vendor that has no folder of suites, held to its document: one item an operation."""

import pytest

pytestmark = pytest.mark.contract


def test_operation(operation, contract):
    contract(operation)
