"""Archives of Fiddler."""

from __future__ import annotations

import io
import zipfile

from writers import SAZ, URL, zipped

from harness.traffic.readers.fiddler_archive import is_tunnel, read, sessions
from harness.traffic.readers.recording_format import NO_ANSWER


def test_sessions_are_in_the_order_of_their_numbers() -> None:
    names = [
        "raw/10_c.txt",
        "raw/2_c.txt",
        "raw/2_s.txt",
        "raw\\3_c.txt",
        "raw/2_m.xml",
        "_index.htm",
        "../raw/4_c.txt",
    ]
    assert sessions(names) == [
        ("raw/2_c.txt", "raw/2_s.txt"), ("raw\\3_c.txt", "raw\\3_s.txt"), ("raw/10_c.txt", "raw/10_s.txt"),
    ]  # fmt: skip


def session(**files: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(zipped(**files)))


def test_a_target_without_a_host_takes_that_of_the_header() -> None:
    files = SAZ | {"raw/1_c.txt": b"GET /api/v2/tickets/count.json HTTP/1.1\r\nHost: acme.zendesk.com\r\n\r\n"}
    reading = read(session(**files), ("raw/1_c.txt", "raw/1_s.txt"))
    assert reading.exchange is not None
    assert reading.exchange.request.url == URL


def test_a_session_without_its_answer() -> None:
    files = {"raw/1_c.txt": SAZ["raw/1_c.txt"]}
    assert read(session(**files), ("raw/1_c.txt", "raw/1_s.txt")) == NO_ANSWER


def test_a_tunnel_is_no_exchange() -> None:
    files = SAZ | {"raw/1_c.txt": b"CONNECT https://acme.zendesk.com:443 HTTP/1.1\r\n\r\n"}
    assert is_tunnel(read(session(**files), ("raw/1_c.txt", "raw/1_s.txt")))
