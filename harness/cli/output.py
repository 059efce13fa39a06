"""What several commands print alike: a value as JSON."""

from __future__ import annotations

import msgspec


def print_json(value: object) -> None:
    """Print a value for a script to read."""
    print(msgspec.json.format(msgspec.json.encode(value)).decode())
