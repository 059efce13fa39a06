"""The page of keys shows values, limits, defaults and examples as the schema has them."""

from __future__ import annotations

import pytest

from harness.reference import configuration_page


@pytest.mark.parametrize(
    "cells",
    [
        "| `vendor` | Whose API it is. |",
        "| integer, at least 0, at most 1,000,000, default `200` | `400` |",
        "| number, above 0, at most 3,600.0, default `60` | `60` |",
        "| `tokens.store` |",
        '| list | `["tests/desk"]` |',
        "Required: `vendor`, `base_url`.",
    ],
)
def test_a_row_says_what_the_schema_says(cells: str) -> None:
    assert cells in configuration_page.text()


def test_a_table_of_the_file_has_no_example_of_a_target_s_key() -> None:
    (row,) = [line for line in configuration_page.text().splitlines() if line.startswith("| `quota` | Where")]
    assert row.endswith("| table |  |")
