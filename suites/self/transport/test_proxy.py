"""The proxy that refuses: set in every spelling, reporting what was requested, and gone afterwards."""

from __future__ import annotations

import os
import urllib.error
import urllib.request

import pytest

from harness.transport import proxy


@pytest.mark.parametrize(("head", "address"), [
    (b"CONNECT acme.example:443 HTTP/1.1\r\nHost: acme.example:443\r\n\r\n", "acme.example:443"),
    (b"GET http://acme.example/a HTTP/1.1\r\n\r\n", "http://acme.example/a"),
    (b"\x05\x01\x00", "an address that was not named"), (b"", "an address that was not named"),
])  # fmt: skip
def test_a_request_line_names_what_is_wanted(head: bytes, address: str) -> None:
    assert proxy.requested_address(head) == address


def test_clients_that_heed_the_environment_get_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    reported: list[str] = []
    with proxy.refusing(reported.append) as address:
        assert {os.environ[name] for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY")} == {address}
        # An opener of its own: the shared one remembers the proxies of its first request.
        client = urllib.request.build_opener()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            client.open("http://127.0.0.1:9/x")
    assert reported == ["http://127.0.0.1:9/x"]
    assert os.environ["NO_PROXY"] == "127.0.0.1"
