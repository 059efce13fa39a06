"""The table of readers: one form for each recording, and words for what is none."""

from __future__ import annotations

from typing import Any

import pytest
from writers import KONG, WRITERS

from harness.formats.json_text import json_or
from harness.traffic.readers import table

TOOLS = (
    "charles", "kong", "exvcr", "nock", "postman", "newman", "insomnia", "wiremock", "hoverfly", "envoy", "easyvcr",
    "betamax", "nginx", "api gateway", "vcr",
)  # fmt: skip


def test_a_recording_is_of_the_form_of_its_tool() -> None:
    """The order of the table decides where two would fit."""
    for writer in WRITERS:
        found = table.find(json_or(writer.data, None))
        tool = next((tool for tool in TOOLS if tool in writer.tool.lower()), None)
        if found and tool and not found[0].name.startswith("HAR"):
            assert tool in found[0].name.lower().replace("amazon's ", ""), writer.tool


def test_the_form_of_the_last_value_is_tried_first() -> None:
    found = table.find(KONG)
    assert found is not None
    assert table.find(KONG, found[0]) == found


def test_every_form_is_told() -> None:
    for form in table.FORMATS:
        assert form.name in table.names()


@pytest.mark.parametrize("data", [None, 1, "a", [], [[]], {}, {1: 2}, [None]])
def test_whatever_is_no_recording_has_words(data: Any) -> None:
    assert table.find(data) is None
    assert "neither HAR nor a cassette" in table.unknown(data)
