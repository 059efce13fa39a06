"""HAR files of every maker, whole, odd and broken, and exchanges that go in and come out again."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import entry, har

from harness.errors import DocumentError
from harness.exchange import Exchange, Request, Response
from harness.traffic.har import entry_of, read, reading_of


def entries(tmp_path, text):
    path = tmp_path / "x.har"
    path.write_text(text, encoding="utf-8") if isinstance(text, str) else path.write_bytes(text)
    return list(read(path))


def test_an_entry_as_a_proxy_writes_it(tmp_path):
    raw = entry(body={"ticket": {"id": 1}})
    raw["request"] |= {
        "method": "post",
        "headers": [{"name": "X-One", "value": "1"}, {"name": "x-one", "value": "2"}],
        "postData": {"mimeType": "application/json", "text": '{"a": 1}'},
    }
    (found,) = entries(tmp_path, har(raw))
    request, response = found.exchange.request, found.exchange.response
    assert (request.method, request.body, request.headers) == (
        "POST",
        b'{"a": 1}',
        (("x-one", "1"), ("x-one", "2"), ("content-type", "application/json")),
    )
    assert (response.status, response.media_type, response.json) == (200, "application/json", {"ticket": {"id": 1}})
    assert (response.elapsed, found.exchange.at) == (0.012, 1709208000.0)
    assert (found.index, found.note, found.whole, found.ours) == (0, "", True, False)


def test_a_byte_order_mark_foreign_keys_and_a_late_version_are_no_trouble(tmp_path):
    text = json.dumps({"x": [1, {"entries": []}], "log": {"pages": [], "entries": [entry()], "version": "1.2"}, "y": 1})
    assert len(entries(tmp_path, "\ufeff" + text)) == 1


def test_bodies_in_base64_and_forms(tmp_path):
    raw = entry(text=base64.b64encode(b"\x89PNG").decode(), encoding="base64", mimeType="image/png")
    raw["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "a", "value": "b c"}],
    }
    (found,) = entries(tmp_path, har(raw))
    assert (found.exchange.response.body, found.exchange.request.body) == (b"\x89PNG", b"a=b+c")


@pytest.mark.parametrize(
    ("raw", "note"),
    [
        (entry(status=0), "no answer"),
        ({"request": {}}, "not as HAR 1.2 says"),
        ("text", "not as HAR 1.2 says"),
        (entry(text="§", encoding="base64"), ""),
        ({**entry(), "response": {"status": "many"}}, "not as HAR 1.2 says"),
        ({**entry(), "request": {"method": "GET"}}, "not as HAR 1.2 says"),
        ({**entry(), "response": {"status": 1e999}}, "not as HAR 1.2 says"),
        (entry("http://[not-an-address/"), "not as HAR 1.2 says"),
        (entry(text="", size=99), "left the answer's body out"),
    ],
)
def test_one_odd_entry_is_noted_and_the_next_is_read(tmp_path, raw, note):
    first, second = entries(tmp_path, har(raw, entry()))
    assert note in first.note
    assert second.exchange is not None
    assert (first.index, second.index) == (0, 1)


def test_a_file_that_was_cut_gives_all_entries_before_the_cut(tmp_path):
    text = har(entry(), entry(), entry())
    first, second, cut = entries(tmp_path, text[: text.rindex('"startedDateTime"') + 30])
    assert None not in (first.exchange, second.exchange)
    assert cut.exchange is None
    assert "ends inside" in cut.note


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "ends before any entry"),
        ("{}", "no `log.entries`"),
        ("[]", "is not JSON"),
        ('{"log": {"version": "1.2"}}', "no `log.entries`"),
        ('{"log": []}', "no `log.entries`"),
        (har(version="2.0"), "HAR 2.0"),
        ("hello", "is not JSON"),
        (har(entry())[:40], "ends before any entry"),
        (har(entry(), entry()).replace('"response"', "response", 1), "entry 0"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_what_is_no_har_is_refused_with_the_reason(tmp_path, text, word):
    with pytest.raises(DocumentError, match=word) as caught:
        entries(tmp_path, text)
    assert "x.har" in caught.value.where
    assert caught.value.remedy


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DocumentError, match="cannot be read"):
        list(read(tmp_path / "none.har"))


def test_an_enormous_entry_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.traffic.json_stream.LARGEST", 5_000)
    large, small = entries(tmp_path, har(entry(body="x" * 3_000_000), entry()))
    assert "16 MiB" in large.note
    assert small.exchange is not None


TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
HEADERS = st.lists(st.tuples(st.sampled_from(["x-a", "x-b", "content-type"]), TEXTS.filter(bool)), max_size=3).map(
    tuple
)
EXCHANGES = st.builds(
    Exchange,
    st.builds(
        Request, st.sampled_from(["GET", "POST"]), st.just("https://h.example/a?b=c"), HEADERS, st.binary(max_size=40)
    ),
    st.builds(Response, st.integers(100, 599), HEADERS, st.binary(max_size=40), st.integers(0, 10_000).map(float)),
    at=st.integers(0, 2_000_000_000).map(float),
    attempt=st.integers(1, 5),
)


@given(EXCHANGES)
def test_an_exchange_comes_out_as_it_went_in(exchange):
    reading = reading_of(json.loads(entry_of(exchange)))
    assert reading.whole
    assert reading.exchange == exchange


@given(st.data())
def test_no_broken_file_does_more_than_be_refused_or_noted(tmp_path_factory, data):
    text = har(entry(body={"a": [1, "é\\u00e9"]}), entry())
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 30)))
    broken = text[:begin] + data.draw(st.text(max_size=5)) + text[end:]
    with contextlib.suppress(DocumentError):
        for one in entries(tmp_path_factory.mktemp("har"), broken.encode("utf-8", "surrogatepass")):
            assert one.exchange or one.note


PACKED = base64.b64encode(gzip.compress(b'{"a": 1}')).decode()


@pytest.mark.parametrize(
    "content",
    [
        {"text": PACKED, "encoding": "base64"},
        {"text": json.dumps([PACKED[:8], PACKED[8:]]), "encoding": "base64"},
        {"text": gzip.compress(b'{"a": 1}').hex(), "encoding": "hex"},
        {"text": json.dumps([gzip.compress(b'{"a": 1}').hex()]), "_isBinary": True},
        {"text": '{"a": 1}'},
    ],
)
def test_a_body_that_came_packed_is_read_packed_or_not(content):
    raw = entry()
    raw["response"] |= {"headers": [{"name": "Content-Encoding", "value": "gzip"}], "content": content}
    assert reading_of(raw).exchange.response.json == {"a": 1}


def test_a_picture_that_was_unpacked_stays_and_a_broken_body_is_told(tmp_path):
    headers = [{"name": "Content-Encoding", "value": "br"}]
    picture = base64.b64encode(b"\x89PNG").decode()
    raw = entry(text=picture, encoding="base64", mimeType="image/png")
    raw["response"]["headers"] = headers
    assert reading_of(raw).exchange.response.body == b"\x89PNG"
    broken = entry(text=picture, encoding="base64")
    broken["response"]["headers"] = headers
    (found,) = entries(tmp_path, har(broken))
    assert (found.whole, found.exchange.response.status) == (False, 200)
    assert "the body cannot be read" in found.note


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ([{"name": "a", "value": "b c"}], "https://any.host/api/v2/tickets/1.json?a=b+c"),
        ([], "https://any.host/api/v2/tickets/1.json"),
        (None, "https://any.host/api/v2/tickets/1.json"),
    ],
)
def test_a_query_may_stand_beside_the_url(query, url):
    raw = entry()
    raw["request"]["queryString"] = query
    assert reading_of(raw).exchange.request.url == url


def test_what_was_sent_may_be_packed_in_base64():
    raw = entry()
    raw["request"]["postData"] = {"mimeType": "a/b", "text": base64.b64encode(b"x").decode(), "encoding": "base64"}
    assert reading_of(raw).exchange.request.body == b"x"


def test_headers_may_be_a_mapping():
    raw = entry()
    raw["response"]["headers"] = {"X-One": "1"}
    assert reading_of(raw).exchange.response.headers == (("x-one", "1"), ("content-type", "application/json"))


@pytest.mark.parametrize(
    "failed", [{"_error": "net::ERR_ABORTED"}, {"_failureText": "x"}, {"_charlesStatus": "FAILED"}]
)
def test_an_answer_that_broke_off_is_none(tmp_path, failed):
    raw = entry()
    raw["response"] |= failed
    (found,) = entries(tmp_path, har(raw))
    assert (found.exchange, found.note) == (None, "no answer was recorded")


def test_two_logs_in_one_file_are_both_read(tmp_path):
    found = entries(tmp_path, har(entry()) + "\n" + har(entry(), entry()))
    assert [(one.index, one.exchange is not None) for one in found] == [(0, True), (1, True), (2, True)]


def test_a_list_of_texts_is_a_body_where_it_unpacks_to_nothing():
    raw = entry(body=["1f8b", "abcd"])
    raw["response"]["headers"] = [{"name": "Content-Encoding", "value": "gzip"}]
    assert reading_of(raw).exchange.response.json == ["1f8b", "abcd"]
