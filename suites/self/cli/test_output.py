"""What commands print as JSON is read back as it was."""

from __future__ import annotations

import json

import pytest

from harness.cli.output import print_json


def test_a_value_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"totals": {"run": 3}, "names": ["Grüße", None]}
    print_json(value)
    assert json.loads(capsys.readouterr().out) == value
