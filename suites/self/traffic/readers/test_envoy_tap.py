"""Taps of Envoy."""

from __future__ import annotations

from typing import Any

import pytest
from writers import BODY, ENVOY_ANSWERED, ENVOY_ASKED, base64_of

from harness.traffic.readers.attached_files import NOTHING_ATTACHED
from harness.traffic.readers.envoy_tap import buffered_items, gathered, read, streamed_items
from harness.traffic.readers.recording_format import NO_ANSWER


def segment(trace: str, **part: Any) -> dict[str, Any]:
    return {"trace_id": trace} | part


def test_segments_of_two_traces_may_be_mixed() -> None:
    parts = [
        segment("1", request_headers={"headers": ENVOY_ASKED}),
        segment("2", request_headers={"headers": ENVOY_ASKED}),
        segment("2", response_headers={"headers": ENVOY_ANSWERED}),
        segment("1", response_headers={"headers": ENVOY_ANSWERED}),
        segment("2", response_body_chunk={"as_string": BODY}),
        segment("1", response_body_chunk={"as_bytes": base64_of(b"[]"), "truncated": True}),
    ]
    first, second = [read(trace, NOTHING_ATTACHED) for trace in gathered(parts)]
    assert (first.whole, second.whole) == (False, True)
    assert second.exchange is not None
    assert second.exchange.response.body == BODY.encode()


def test_names_in_camel_case_and_raw_values_are_the_same() -> None:
    raw = [{"key": one["key"], "rawValue": base64_of(one["value"].encode())} for one in ENVOY_ASKED]
    trace = {"request": {"headers": raw}, "response": {"headers": ENVOY_ANSWERED, "body": {"asString": BODY}}}
    assert buffered_items({"httpBufferedTrace": trace}) == [trace]
    reading = read(trace, NOTHING_ATTACHED)
    assert reading.exchange is not None
    assert reading.exchange.response.body == BODY.encode()


def test_a_trace_without_an_answer() -> None:
    assert read({"request": {"headers": ENVOY_ASKED}}, NOTHING_ATTACHED) == NO_ANSWER


@pytest.mark.parametrize("data", [[], {}, {"socket_buffered_trace": {}}])
def test_other_data_is_no_tap(data: Any) -> None:
    assert buffered_items(data) is None
    assert streamed_items(data) is None
