"""What records go through before an operation: every line names what the documents have."""

from __future__ import annotations

import re

import pinned
import pytest

from harness.resources import cleanup, preconditions
from harness.resources.cleanup import CleanupStep
from harness.resources.preconditions import Precondition


@pytest.mark.parametrize("vendor", ["zendesk", "zoho"])
def test_all_that_the_project_lists_exists(vendor: str) -> None:
    takes_back = cleanup.load(pinned.catalog())
    for key, one in preconditions.load(vendor).items():
        operation = pinned.catalog().by_key[f"{vendor}:{key}"]
        if one.of:
            assert pinned.catalog().match(vendor, "POST", one.of), f"{key}: nothing makes {one.of}"
            assert takes_back.steps(vendor, one.of), f"{key}: nothing takes back {one.of}"
        for step in one.steps:
            path = re.sub(r"{id}", "7", step.path)
            assert pinned.catalog().match(vendor, step.method, path), f"{operation.key}: {step.method} {step.path}"


def test_steps_are_read_in_order() -> None:
    assert preconditions.load("zendesk")["PermanentlyDeleteUser"] == Precondition(
        (CleanupStep("DELETE", "/api/v2/users/{id}"),), "/api/v2/users"
    )
    assert preconditions.load("nobody") == {}
