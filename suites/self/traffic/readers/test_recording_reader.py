"""One file of any form is read, noted or refused, and nothing else can come of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from writers import BODY, KONG, WRITERS, Writer, as_json, content, har, zipped

from harness.errors import DocumentError, UsageError
from harness.traffic import recorded_files
from harness.traffic.readers import opened_recording, recording_reader
from harness.traffic.recorded_exchange import RecordedExchange

PLAIN = har(content(text=BODY))


def read(folder: Path, data: bytes | str, name: str = "a.json") -> list[RecordedExchange]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(recorded_files.entries([path]))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"tickets": []}', "an object with the keys tickets"),
        (b"[1, 2]", "a list whose first member is a single int"),
        (b"[]", "an empty list"),
        (b"[[]]", "a list of lists"),
        (b"a: 1", "an object with the keys a"),
        (b"words", "a single str"),
        (b"", "a single NoneType"),
        (b'{"openapi": "3.0.0"}', "OpenAPI document"),
        (b'{"type":"Metric","data":{},"metric":"http_reqs"}\n{"type":"Point","data":{},"metric":"http_reqs"}', "k6"),
        (b'{"_type": "export", "__export_format": 4, "resources": []}', "Insomnia"),
        (b"type: collection.insomnia.rest/5.0\ncollection: []", "Insomnia"),
    ],
)
def test_an_unknown_form_says_what_was_seen_and_what_is_known(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read(tmp_path, data)
    assert "Postman" in caught.value.remedy
    assert str(tmp_path) in caught.value.where


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.json", b'{"a": ', "ends inside its first value"),
        ("a.json", b"{'a': 1}", "is not JSON"),
        ("a.json", b'{"a": "' + b"\xff" * 9 + b'"}', "UTF-8"),
        ("a.yaml", b"a: [", "neither JSON nor YAML"),
        ("a.json", b"[" * 100_000, "nests too deep"),
        ("a.yaml", b"a: " + b"[" * 5_000, "neither JSON nor YAML"),
        ("a.har.gz", gzip.compress(PLAIN, mtime=0)[:-30], "cannot be unpacked"),
        ("a.har.gz", b"\x1f\x8b" + b"x" * 40, "cannot be unpacked"),
        ("a.har.zst", b"\x28\xb5\x2f\xfd" + b"x" * 40, "cannot be unpacked"),
        ("a.zhar", b"\x78\x9c" + b"x" * 40, "cannot be unpacked"),
        ("a.zip", b"PK\x03\x04" + b"x" * 40, "zip"),
        ("a.zip", zipped(**{"readme.txt": b"hi"}), "without any recording"),
        ("a.zip", zipped(**{"a.json": b"{}"}), "an empty object"),
        ("a.mitm", b"30:5:error;0:~", "no whole dump"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read(tmp_path, data, name)
    assert caught.value.remedy


def test_a_small_file_that_unpacks_to_a_large_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened_recording, "LARGEST_UNPACKED", 1 << 20)
    spaces = b'{"log": {"entries": [' + b" " * (8 << 20) + b"]}}"
    for name, data in (("a.har.gz", gzip.compress(spaces)), ("b.zip", zipped(**{"b.har": spaces}))):
        with pytest.raises(DocumentError, match="unpacks to over"):
            read(tmp_path, data, name)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_reader, "MOST_MEMBERS", 1)
    with pytest.raises(DocumentError, match="of over"):
        read(tmp_path, zipped(**{"a.har": PLAIN, "b.har": PLAIN}), "a.zip")


def test_an_archive_may_hold_what_is_no_recording(tmp_path: Path) -> None:
    good, bad = read(tmp_path, zipped(**{"a.json": b"{}", "b.har": PLAIN}), "a.zip")
    assert good.exchange is not None
    assert "left out" in bad.note


def test_members_of_an_archive_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("secret")
    out = har(content(_file="../secret.json"))
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        archive.writestr("../../a.har", out)
    (entry,) = recorded_files.entries([tmp_path / "made.zip"])
    assert "outside of the recording's folder" in entry.note
    assert not entry.whole


def test_lines_that_are_cut_or_strange_are_noted(tmp_path: Path) -> None:
    entries = read(
        tmp_path, as_json(KONG) + b'\n{"level": "warn"}\n' + as_json(KONG) + b"\n" + as_json(KONG)[:50], "a.log"
    )
    assert [entry.exchange is not None for entry in entries] == [True, True, False, False]
    assert "ends inside" in entries[2].note
    assert "1 values left out: the first is neither" in entries[3].note


def test_text_behind_a_log_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    first, note = read(tmp_path, PLAIN + b" and more", "a.har")
    assert first.exchange is not None
    assert "behind the last log" in note.note


def test_huge_numbers_are_no_trouble(tmp_path: Path) -> None:
    big = "9" * 5000
    log, cassette = f'{{"log": {{"entries": [{{"status": {big}}}]}}}}', f"interactions: [{{a: {big}}}]"
    for text in (log, cassette, f'[{{"scope": {big}}}]'):
        harmless(tmp_path, "a.json", text.encode())


SMALL = [writer for writer in WRITERS if len(writer.data) < 20_000]


@pytest.mark.parametrize("writer", SMALL, ids=lambda writer: writer.tool)
@settings(max_examples=12)
@given(data=st.data())
def test_no_broken_file_does_more_than_be_refused_or_noted(
    tmp_path_factory: pytest.TempPathFactory, writer: Writer, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(writer.data)))
    end = data.draw(st.integers(begin, min(len(writer.data), begin + 40)))
    broken = writer.data[:begin] + data.draw(st.binary(max_size=6)) + writer.data[end:]
    harmless(tmp_path_factory.mktemp("broken"), writer.file, broken)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("x" * 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("writer", [one for one in SMALL if one.data[:1] in b"{["], ids=lambda writer: writer.tool)
@settings(max_examples=25)
@given(data=st.data())
def test_no_value_of_another_kind_does_more_than_be_refused_or_noted(
    tmp_path_factory: pytest.TempPathFactory, writer: Writer, data: st.DataObject
) -> None:
    """What is well-formed and not as expected: any part of a recording becomes anything."""
    try:
        whole = json.loads(writer.data)
    except ValueError:
        return
    holders = list(_holders(whole))
    holder = data.draw(st.sampled_from(holders))
    key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    if data.draw(st.booleans()) and isinstance(holder, dict):
        del holder[key]
    else:
        holder[key] = data.draw(VALUES)
    harmless(tmp_path_factory.mktemp("odd"), writer.file, json.dumps(whole).encode("utf-8", "surrogatepass"))


def _holders(value: object) -> list[dict | list]:  # type: ignore[type-arg]
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    found = [holder for child in inner for holder in _holders(child)]
    return [value, *found] if isinstance(value, dict | list) and value else found  # type: ignore[list-item]


def harmless(folder: Path, name: str, data: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with contextlib.suppress(DocumentError, UsageError):
        for entry in recorded_files.entries([path]):
            assert entry.exchange or entry.note
