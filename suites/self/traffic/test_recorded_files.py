"""Each file goes to the reader that its content asks for."""

from __future__ import annotations

import json
import os

import pytest
from recorded import entry, har

from harness.errors import DocumentError, UsageError
from harness.traffic.recorded_files import entries

CASSETTE = json.dumps(
    {
        "http_interactions": [
            {"request": {"method": "GET", "uri": "https://h.example/"}, "response": {"status": {"code": 200}}}
        ]
    }
)


def test_a_har_is_known_by_its_name_or_by_its_beginning(tmp_path):
    for name in ("a.har", "b.json", "c.txt"):
        (tmp_path / name).write_text(har(entry()))
        assert [one.index for one in entries([tmp_path / name])] == [0]


def test_a_folder_is_searched_in_order_and_strangers_are_noted(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.har").write_text(har(entry()))
    (tmp_path / "a.json").write_text(CASSETTE)
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("not read")
    assert [(one.file.split("/")[-1], bool(one.exchange)) for one in entries([tmp_path])] == [
        ("a.json", True),
        ("b.har", True),
        ("run.json", False),
    ]


def test_a_stranger_that_is_named_is_refused(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(DocumentError, match="neither HAR nor a cassette"):
        list(entries([tmp_path / "run.json"]))


def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.har")
    with pytest.raises(UsageError, match="no regular file"):
        list(entries([tmp_path / "pipe.har"]))


def test_nothing_to_read_is_wrong_use(tmp_path):
    for path in (tmp_path, tmp_path / "none.har"):
        with pytest.raises(UsageError):
            list(entries([path]))
