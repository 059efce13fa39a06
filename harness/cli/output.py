"""What several commands print alike: a value as JSON."""

from __future__ import annotations


def print_json(value: object) -> None:
    """Print a value for a script to read; the library loads only where JSON is asked for."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value)).decode())
