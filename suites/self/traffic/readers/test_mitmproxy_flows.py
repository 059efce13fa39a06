"""Dumps of mitmproxy, whole and broken."""

from __future__ import annotations

import io
from typing import Any

import pytest
from writers import flow, flow_answer, netstring

from harness.traffic.readers import mitmproxy_flows
from harness.traffic.readers.mitmproxy_flows import BrokenFlowError, flows, is_dump, is_http, read


def test_every_kind_of_value_comes_back() -> None:
    value = {"a": [1, 2.5, True, False, None, "ä", b"\xff"], "b": {"c": []}}
    assert list(flows(io.BytesIO(netstring(value) * 2))) == [value, value]


@pytest.mark.parametrize(
    "data",
    [
        b"5:abc",
        b"3:abc;",
        b"x",
        b"9999999999:;",
        b"12:3:abc;9:de;}",
        b"4:abcd}",
        b"3:1:a?}",
        b"5:2:ab,]",
        b"7:1:a;1:b}",
    ],
)
def test_what_is_broken_is_told(data: bytes) -> None:
    with pytest.raises((BrokenFlowError, ValueError)):
        list(flows(io.BytesIO(data)))


def test_a_flow_that_nests_without_end_is_refused() -> None:
    value: Any = []
    for _ in range(100):
        value = [value]
    with pytest.raises(BrokenFlowError, match="too deep"):
        list(flows(io.BytesIO(netstring({"a": value}))))


def test_a_flow_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mitmproxy_flows, "LARGEST", 100)
    with pytest.raises(BrokenFlowError, match="has over"):
        list(flows(io.BytesIO(flow(flow_answer()))))


def test_a_dump_is_known_by_its_beginning() -> None:
    assert is_dump(flow(None))
    assert not any(map(is_dump, (b"", b"{}", b"12:34", b"a: 1", b"2026-11-01:10:00:")))


def test_other_protocols_are_no_exchanges() -> None:
    assert not is_http({"type": "dns", "request": {}})
    assert not is_http({"type": "tcp", "messages": []})


def test_an_answer_that_broke_off_is_not_judged() -> None:
    (raw,) = flows(io.BytesIO(flow(flow_answer(content=b"", headers=[]), {"msg": "reset"})))
    assert (read(raw).whole, read(raw).exchange is None) == (False, False)
