"""Plurals of API names to singulars."""

from __future__ import annotations

import pytest

from harness.formats.singular import singular


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("tickets", "ticket"), ("policies", "policy"), ("addresses", "address"), ("statuses", "status"),
        ("boxes", "box"), ("searches", "search"), ("dashes", "dash"), ("articles", "article"), ("lies", "lie"),
        ("custom_statuses", "custom_status"), ("sla policies", "sla policy"),
    ],
)  # fmt: skip
def test_a_plural_has_a_singular(plural: str, expected: str) -> None:
    assert singular(plural) == expected


@pytest.mark.parametrize("word", ["status", "address", "analysis", "news", "focus", "bus", "ticket", "s3", ""])
def test_what_is_no_plural_stays(word: str) -> None:
    assert singular(word) == word
