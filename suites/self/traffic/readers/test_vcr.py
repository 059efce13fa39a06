"""Cassettes of betamax and of VCR in its dialects."""

from __future__ import annotations

import base64
import gzip
import json
import zlib

import pytest

from harness.errors import DocumentError
from harness.traffic import recorded_files
from harness.traffic.readers import packed_body, recording_reader

BODY = b'{"ticket": {"id": 1}}'


def read(tmp_path, text, name="x.json"):
    path = tmp_path / name
    path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
    return list(recorded_files.read(path))


def betamax(body, **headers):
    request = {
        "method": "GET",
        "uri": "https://h.example/api/v2/tickets/1.json",
        "headers": {"Accept": ["*/*"]},
        "body": {"string": ""},
    }
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": body}
    return {"http_interactions": [{"request": request, "response": response, "recorded_at": "2024-02-29T12:00:00"}]}


@pytest.mark.parametrize(
    ("packing", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("gzip", BODY),
        ("identity", BODY),
    ],
)
def test_betamax_keeps_bodies_as_they_came(tmp_path, packing, packed):
    body = {"base64_string": base64.b64encode(packed).decode(), "encoding": "utf-8"}
    headers = {"Content-Encoding": [packing], "Content-Type": ["application/json"]}
    (entry,) = read(tmp_path, json.dumps(betamax(body, **headers)))
    assert entry.exchange.response.body == BODY
    assert entry.exchange.response.media_type == "application/json"
    assert entry.exchange.request.headers == (("accept", "*/*"),)


def test_vcrpy_writes_yaml_with_binary(tmp_path):
    packed = base64.b64encode(gzip.compress(BODY)).decode()
    text = f"""
interactions:
- request: {{body: null, headers: {{Accept: ['*/*']}}, method: GET, uri: 'https://h.example/api/v2/tickets/1'}}
  response:
    body: {{string: !!binary "{packed}"}}
    headers: {{content-encoding: [gzip]}}
    status: {{code: 200, message: OK}}
  recorded_at: 2024-02-29T12:00:00
  change: =
version: 1
"""
    (entry,) = read(tmp_path, text, "x.yaml")
    assert entry.exchange.response.body == BODY


def test_a_status_as_text_and_a_body_as_text(tmp_path):
    data = betamax("plain")
    data["http_interactions"][0]["response"]["status"] = {"code": "404"}
    (entry,) = read(tmp_path, json.dumps(data))
    assert (entry.exchange.response.status, entry.exchange.response.body) == (404, b"plain")


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_one_unreadable_interaction_is_noted(tmp_path, packing):
    body = {"base64_string": base64.b64encode(b"\x1f\x8b\xff\xfe").decode()} if packing == "gzip" else "\xff"
    data = betamax(body, **{"content-encoding": packing})
    data["http_interactions"].append(betamax("fine")["http_interactions"][0])
    first, second = read(tmp_path, json.dumps(data))
    assert "cannot be read" in first.note
    assert second.exchange.response.body == b"fine"


def test_a_body_that_explodes_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(packed_body, "LARGEST", 100_000)
    bomb = base64.b64encode(gzip.compress(b"0" * 10_000_000)).decode()
    (entry,) = read(tmp_path, json.dumps(betamax({"base64_string": bomb}, **{"content-encoding": "gzip"})))
    assert "unpacks to over" in entry.note


@pytest.mark.parametrize(
    "text", ["{}", "[]", "a: 1", '{"http_interactions": 3}', "{", "\tx: [", "!!python/name:os.system x", b"\xff\xfe"]
)
def test_what_is_no_cassette_is_refused(tmp_path, text):
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, text)
    assert caught.value.remedy


def test_aliases_that_multiply_are_not_written_out(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    request = "{method: GET, uri: 'https://h.example/', body: *a11}"
    lines += ["interactions:", f"- {{request: {request}, response: {{status: 200}}}}"]
    (entry,) = read(tmp_path, "\n".join(lines), "x.yaml")
    assert "list where text should be" in entry.note


def test_a_file_too_large_to_be_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(recording_reader, "LARGEST", 10)
    with pytest.raises(DocumentError, match="over"):
        read(tmp_path, json.dumps(betamax("")))


def test_yaml_that_is_read_whole_is_bounded_as_well(tmp_path, monkeypatch):
    monkeypatch.setattr(recording_reader, "LARGEST", 10)
    with pytest.raises(DocumentError, match="over"):
        read(tmp_path, "interactions: []\nversion: 1\n", "x.yaml")


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ({"status": "204 No Content", "code": 204}, 204),
        ({"status": 204}, 204),
        ({"status": {"status_code": 204}}, 204),
        ({"status": {"http_version": "1.1", "code": "204"}}, 204),
        ({":status": {":code": 204}}, 204),
        ({"Status": {"Code": 204}}, 204),
    ],
)
def test_the_code_stands_where_each_language_puts_it(tmp_path, dialect, expected):
    raw = {"request": {"method": "GET", "url": "https://h.example/"}, "response": dialect}
    (entry,) = read(tmp_path, json.dumps({"interactions": [raw]}))
    assert entry.exchange.response.status == expected


def test_a_body_of_php_that_calls_itself_binary_is_in_base64(tmp_path):
    headers = {"Content-Transfer-Encoding": "binary", "Content-Type": "application/json"}
    answer = {"status": 200, "headers": headers, "body": base64.b64encode(BODY).decode()}
    raw = [{"request": {"method": "GET", "url": "https://h.example/"}, "response": answer}]
    (entry,) = read(tmp_path, json.dumps(raw))
    assert entry.exchange.response.body == BODY
