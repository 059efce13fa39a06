"""Parts of many processes become one recording in the order of time, whatever state a part was left in."""

from __future__ import annotations

import json
import random
import tracemalloc
from pathlib import Path

import pytest

from harness.errors import UnfinishedError, UsageError
from harness.exchange import Exchange, Request, Response
from harness.traffic import har, har_merge
from harness.traffic.har_writer import HarWriter
from harness.traffic.recording import RecordingAccount


def exchange(at: float, size: int = 2) -> Exchange:
    return Exchange(Request("GET", f"https://h.example/{at}"), Response(200, (), b"x" * size), at=at)


def record(folder: Path, writer: str, *times: float, limit: int | None = None) -> Path:
    path = har_merge.part(folder, "zendesk", writer)
    with HarWriter(path, limit) as part:
        for at in times:
            part.append(exchange(at))
    return path


def merged(folder: Path) -> list[float]:
    """The times in the merged file, which must be plain JSON."""
    path = folder / "exchanges-zendesk.har"
    assert len(json.loads(path.read_bytes())["log"]["entries"]) == len(list(har.read(path)))
    return [one.exchange.at for one in har.read(path) if one.exchange]


def test_the_parts_of_a_run_become_one_file_in_the_order_of_time(tmp_path: Path) -> None:
    times = [float(at) for at in range(1, 41)]
    random.Random(1).shuffle(times)
    for number, name in enumerate(("main", "gw0", "gw1", "gw2")):
        record(tmp_path, name, *times[number::4])
    assert har_merge.merge(tmp_path, "zendesk") == har_merge.Merged(40)
    assert merged(tmp_path) == sorted(times)
    assert [one.name for one in tmp_path.iterdir()] == ["exchanges-zendesk.har"]


def test_a_torn_part_gives_all_that_is_whole(tmp_path: Path) -> None:
    """Wherever a kill cut it, down to no byte at all."""
    whole = record(tmp_path, "gw0", 1, 3, 5).read_bytes()
    for size in range(0, len(whole), 7):
        record(tmp_path, "gw1", 2, 4)
        har_merge.part(tmp_path, "zendesk", "gw0").write_bytes(whole[:size])
        har_merge.merge(tmp_path, "zendesk")
        times = merged(tmp_path)
        assert times == sorted(times)
        assert {2.0, 4.0} <= set(times)
        assert whole[:size].count(b'"_told":[]}') == len(times) - 2


def test_garbage_inside_a_part_costs_only_itself(tmp_path: Path) -> None:
    path = record(tmp_path, "gw0", 1, 2, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"\0\xff{garbage\n", b'{"no": "entry"},\n', *lines[2:]]))
    har_merge.merge(tmp_path, "zendesk")
    assert merged(tmp_path) == [1.0, 2.0, 3.0]


def test_what_was_left_out_stands_in_the_file_and_in_the_notes(tmp_path: Path) -> None:
    record(tmp_path, "gw0", *range(1, 9), limit=2500)
    record(tmp_path, "gw1", *range(1, 9), limit=2500)
    notes, trouble = har_merge.conclude(tmp_path, ["zendesk", "zoho"], [])
    left = 16 - len(merged(tmp_path))
    assert 0 < left < 16
    said = f"{left} exchanges were left out: a run's recordings hold 256 MiB at most"
    assert json.loads((tmp_path / "exchanges-zendesk.har").read_bytes())["log"]["comment"] == said
    assert (notes, trouble) == ([f"exchanges-zendesk.har: {said}"], [])


def test_all_parts_of_a_run_together_stay_below_the_limit() -> None:
    for vendors in (1, 2):
        for workers in (1, 2, 8):
            parts = vendors * (workers + (workers > 1))
            assert 0.9 * har_merge.LARGEST < parts * har_merge.share(vendors, workers) <= har_merge.LARGEST


@pytest.mark.parametrize(("kept", "finished"), [(0, True), (2, True), (3, False)])
def test_fewer_entries_than_were_written_are_no_finished_run(tmp_path: Path, kept: int, finished: bool) -> None:
    record(tmp_path, "gw0", 1, 2)
    _, trouble = har_merge.conclude(tmp_path, ["zendesk"], [RecordingAccount(kept)])
    assert (not trouble) is finished


def test_a_report_folder_that_was_deleted_is_no_finished_run(tmp_path: Path) -> None:
    _, (trouble,) = har_merge.conclude(
        tmp_path / "gone", ["zendesk", "zoho"], [RecordingAccount(12), RecordingAccount(5)]
    )
    assert isinstance(trouble, UnfinishedError)
    assert "lost 17 of 17" in trouble.what


def test_what_went_wrong_in_a_process_makes_the_run_unfinished(tmp_path: Path) -> None:
    _, (trouble,) = har_merge.conclude(
        tmp_path, ["zendesk"], [RecordingAccount(0, ("the recording cannot be written: full",))]
    )
    assert isinstance(trouble, UnfinishedError)


def test_parts_stay_where_they_cannot_be_put_together(tmp_path: Path) -> None:
    part = record(tmp_path, "gw0", 1, 2)
    (tmp_path / "exchanges-zendesk.har").mkdir()
    (tmp_path / "exchanges-zendesk.har" / "mine").touch()
    with pytest.raises(UnfinishedError, match="could not be put together"):
        har_merge.merge(tmp_path, "zendesk")
    assert len(list(har.read(part))) == 2


def test_a_merge_holds_no_file_in_memory(tmp_path: Path) -> None:
    for name in ("gw0", "gw1"):
        with HarWriter(har_merge.part(tmp_path, "zendesk", name)) as writer:
            for at in range(40):
                writer.append(exchange(float(at), 500_000))
    tracemalloc.start()
    har_merge.merge(tmp_path, "zendesk")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "exchanges-zendesk.har").stat().st_size > 40_000_000
    assert peak < 8_000_000


def test_an_earlier_runs_recording_in_the_same_folder_is_not_mixed_in(tmp_path: Path) -> None:
    record(tmp_path, "gw7", 1, 2)
    har_merge.clear(tmp_path)
    assert har_merge.merge(tmp_path, "zendesk") == har_merge.Merged()
    (tmp_path / "exchanges-zendesk.har").mkdir()
    with pytest.raises(UsageError, match="cannot be removed"):
        har_merge.clear(tmp_path)


def test_orgs_whose_names_begin_alike_keep_apart_and_any_name_is_a_file_s(tmp_path: Path) -> None:
    names = ("eu", "eu-main", "eu.main", "../eu", "*", "\u00e9")
    for number, name in enumerate(names, 1):
        path = har_merge.part(tmp_path, name, "main")
        assert path.parent == tmp_path
        with HarWriter(path) as writer:
            for at in range(number):
                writer.append(exchange(at))
    assert [har_merge.merge(tmp_path, name).entries for name in names] == [1, 2, 3, 4, 5, 6]
    assert len(list(tmp_path.iterdir())) == len(names)
