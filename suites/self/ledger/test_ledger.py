"""The ledger outlives its process: what was written before the kill is read, in any mix of files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import UnfinishedError
from harness.ledger import Ledger, LostLedgerError
from harness.ledger.chain import Chain, digest
from harness.ledger.file import LedgerFile
from harness.resources.cleanup import CleanupStep

DELETE = (CleanupStep("DELETE", "/api/v2/tickets/{id}"), CleanupStep("DELETE", "/api/v2/deleted_tickets/{id}"))
TICKET = ("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets")


def ledger_of(folder: Path, writer: str = "main") -> Ledger:
    return Ledger.open(folder / "ledger.ndjson", writer)


def test_a_record_is_ours_from_the_moment_that_its_id_came_back(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.begin_create(*TICKET, kinds=["ticket", "request"], cleanup_steps=DELETE)
        assert not ledger.owns("zendesk", frozenset({"ticket"}), "7")
        ledger.created(entry, "7")
        assert ledger.owns("zendesk", frozenset({"ticket"}), "7")
        assert ledger.owns("zendesk", frozenset({"request"}), "7")
        assert ledger.owns("zendesk", frozenset({"*"}), "7")
        assert not ledger.owns("zendesk", frozenset({"user"}), "7"), "id 7 of tickets is not id 7 of users"
        assert not ledger.owns("zoho", frozenset({"ticket"}), "7")


def test_the_line_is_on_disk_before_the_request_leaves(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE, mark="deskcheck-1")
        _, line = (tmp_path / "ledger.ndjson").read_text().splitlines()
        assert json.loads(line)["undo"][0] == ["DELETE", "/api/v2/tickets/{id}", None]


def test_what_is_left_comes_back_newest_first_with_its_steps(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        first = ledger.begin_create(*TICKET, cleanup_steps=DELETE)
        second = ledger.begin_create(*TICKET, cleanup_steps=DELETE)
        ledger.created(first, "1")
        ledger.created(second, "2", "3")
        ledger.removed(second, "2")
        assert [entry.left for entry in ledger.open_entries()] == [("3",), ("1",)]
        newest = ledger.open_entries()[0]
        steps = [step.of(record).path for record in newest.left for step in newest.cleanup_steps]
        assert steps == ["/api/v2/tickets/3", "/api/v2/deleted_tickets/3"]
        ledger.removed(second, "3")
        ledger.removed(first)
        assert ledger.open_entries() == ()


def test_a_request_without_an_answer_stays_open_and_keeps_its_mark(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.begin_create(*TICKET, cleanup_steps=DELETE, mark="deskcheck-9")
        refused = ledger.begin_create(*TICKET, cleanup_steps=DELETE)
        ledger.nothing_created(refused, "422")
    (entry,) = Ledger.read(tmp_path).open_entries()
    assert entry.unanswered
    assert entry.mark == "deskcheck-9"


def test_a_setting_is_put_back_by_the_request_that_was_kept(tmp_path: Path) -> None:
    back = CleanupStep("PATCH", "/api/v1/myPreferences", {"namePattern": "x"})
    with ledger_of(tmp_path) as ledger:
        entry = ledger.begin_change("zoho", "zoho:updateMyPreferences", "/api/v1/myPreferences", back)
        assert ledger.is_cleanup("zoho", "PATCH", "/api/v1/myPreferences", b'{ "namePattern": "x" }')
        assert not ledger.is_cleanup("zoho", "PATCH", "/api/v1/myPreferences", b'{"namePattern": "y"}')
        ledger.removed(entry)
        assert not ledger.is_cleanup("zoho", "PATCH", "/api/v1/myPreferences", b'{"namePattern": "x"}')


def test_undo_steps_hold_to_the_letter_and_only_while_the_record_is_there(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.begin_create(*TICKET, cleanup_steps=DELETE)
        ledger.created(entry, "7")
        assert ledger.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"")
        assert not ledger.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/8", b"")
        assert not ledger.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"{}")
        assert not ledger.is_cleanup("zoho", "DELETE", "/api/v2/tickets/7", b"")
        ledger.removed(entry, "7")
        assert not ledger.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"")


def test_a_body_that_says_a_key_twice_is_no_undo_step(tmp_path: Path) -> None:
    trash = CleanupStep("POST", "/api/v1/tickets/moveToTrash", {"ticketIds": ["{id}"]})
    with ledger_of(tmp_path) as ledger:
        ledger.created(
            ledger.begin_create("zoho", "zoho:createTicket", "POST", "/api/v1/tickets", cleanup_steps=[trash]), "7"
        )
        path = "/api/v1/tickets/moveToTrash"
        assert ledger.is_cleanup("zoho", "POST", path, b'{"ticketIds": ["7"]}')
        assert not ledger.is_cleanup("zoho", "POST", path, b'{"ticketIds": ["8"], "ticketIds": ["7"]}')


def test_what_hangs_on_our_record_is_ours_without_cleanup_steps_of_its_own(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.begin_create(*TICKET, cleanup_steps=DELETE)
        ledger.created(entry, "7")
        ledger.created_within("zendesk", ["comment"], ["70"], entry)
        assert ledger.owns("zendesk", frozenset({"comment"}), "70")
        assert ledger.open_entries()[0].left == ("7",)
        assert len(ledger.open_entries()) == 1


def test_workers_see_each_other_without_a_lock(tmp_path: Path) -> None:
    with ledger_of(tmp_path, "gw0") as one, ledger_of(tmp_path, "gw1") as two:
        one.created(one.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        assert two.owns("zendesk", frozenset({"ticket"}), "7")
        assert two.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"")
        two.removed(two.open_entries()[0].id, "7")
        one.refresh()
        assert one.open_entries() == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger-gw0.ndjson", "ledger-gw1.ndjson"]


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.created(ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
    with (tmp_path / "ledger.ndjson").open("ab") as file:
        file.write(b'{"event":"made","entry":"main-1","ids":["8')
    with ledger_of(tmp_path) as again:
        assert again.open_entries()[0].left == ("7",)
        second = again.begin_create(*TICKET, cleanup_steps=DELETE)
        assert second == "main-2", "a new entry must not take the name of an old one"
        again.created(second, "9")
    assert [entry.left for entry in Ledger.read(tmp_path).open_entries()] == [("9",), ("7",)]


def test_an_unwritable_ledger_stops_the_run_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "ledger.ndjson").mkdir()
    with pytest.raises(UnfinishedError, match="ledger cannot be written"):
        ledger_of(tmp_path)


def test_a_full_disk_is_an_error_and_no_silence(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger, full_disk(ledger), pytest.raises(UnfinishedError):
        ledger.begin_create(*TICKET, cleanup_steps=DELETE)
    assert Ledger.read(tmp_path).entries() == (), "what could not be written was not sent"


def test_what_happened_while_the_disk_was_full_is_known_and_written_later(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE)
        with full_disk(ledger):
            ledger.created(entry, "7")
            assert "cannot be written" in ledger.unwritten
            assert ledger.owns("zendesk", frozenset({"ticket"}), "7")
        ledger.removed(ledger.begin_create(*TICKET, cleanup_steps=DELETE))
        assert not ledger.unwritten
    assert [entry.left for entry in Ledger.read(tmp_path).open_entries()] == [("7",)]


@contextmanager
def full_disk(ledger: Ledger) -> Iterator[None]:
    """Let the ledger write to a device that is always full."""
    file = ledger.file("main")
    real, file.handle = file.handle, os.open("/dev/full", os.O_RDWR)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(LedgerFile, "damage", lambda self: "")
            yield
    finally:
        os.close(file.handle)
        file.handle = real


WRITER = """
import sys
from pathlib import Path
from harness.ledger import Ledger, LostLedgerError
from harness.ledger.chain import digest
from harness.ledger.file import LedgerFile
from harness.resources.cleanup import CleanupStep
ledger = Ledger.open(Path(sys.argv[1]) / "ledger.ndjson", "gw0")
count = 0
while True:
    count += 1
    entry = ledger.begin_create("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"],
                          [CleanupStep("DELETE", "/api/v2/tickets/{id}")], f"mark-{count}")
    print(count, flush=True)
    ledger.created(entry, str(count))
"""


def test_after_kill_9_nothing_that_was_announced_is_missing(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(25):
        announced = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    announced = max([announced, *(int(line) for line in process.stdout.read().split())])
    process.stdout.close()
    process.wait()
    entries = Ledger.read(tmp_path).open_entries()
    assert {f"mark-{one}" for one in range(1, announced + 1)} <= {entry.mark for entry in entries}
    assert sum(entry.unanswered for entry in entries) <= 1


KINDS = ["created", "removed", "nothing_created"]
EVENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(1, 5)), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(events=EVENTS, cut=st.integers(0, 400))
def test_reading_again_gives_the_same_and_a_cut_file_never_invents_anything(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, int]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    with ledger_of(folder) as ledger:
        entries = [ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE) for _ in range(4)]
        for kind, entry, record in events:
            if kind == "nothing_created":
                ledger.nothing_created(entries[entry], "x")
            else:
                getattr(ledger, kind)(entries[entry], str(record))
        assert Ledger.read(folder).entries() == ledger.entries()
        whole = ledger.owned()
    file = folder / "ledger.ndjson"
    file.write_bytes(file.read_bytes()[:-cut] if cut else file.read_bytes())
    for key, ids in Ledger.read(folder).owned().items():
        assert ids <= whole[key]


def run_of(folder: Path) -> tuple[Ledger, Ledger]:
    """The ledger of a controller and that of its worker, as a run opens them."""
    folder.mkdir(exist_ok=True)
    main = Ledger.open(folder / "ledger.ndjson", run="1")
    main.add_writer("gw0", "1")
    return main, Ledger.join(folder / "ledger.ndjson", "gw0")


def deleted(folder: Path) -> None:
    shutil.rmtree(folder)


def moved(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def replaced_by_a_link(folder: Path) -> None:
    moved(folder)
    other = folder.with_name("other")
    shutil.copytree(folder.with_name("elsewhere"), other)
    folder.symlink_to(other)


def emptied(folder: Path) -> None:
    for file in folder.glob("ledger*"):
        os.truncate(file, 0)


def cut(folder: Path) -> None:
    file = folder / "ledger-gw0.ndjson"
    os.truncate(file, file.stat().st_size - 5)


def rewritten(folder: Path) -> None:
    file = folder / "ledger-gw0.ndjson"
    text = file.read_text()
    with file.open("r+") as same:
        same.write(text.replace('"7"', '"8"'))


def an_early_line_changed(folder: Path) -> None:
    """At the same size, and the last line is as it was."""
    file = folder / "ledger-gw0.ndjson"
    text = file.read_bytes()
    with file.open("r+b") as same:
        same.write(text.replace(b"zendesk:CreateTicket", b"zendesk:DeleteTicket", 1))


def linked_to_nothing(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("/dev/null")


def linked_to_an_empty_folder(folder: Path) -> None:
    moved(folder)
    folder.with_name("empty").mkdir()
    folder.symlink_to("empty")


def one_missing(folder: Path) -> None:
    (folder / "ledger-gw0.ndjson").unlink()


def the_controllers_missing(folder: Path) -> None:
    (folder / "ledger.ndjson").unlink()


LOSSES = [deleted, moved, replaced_by_a_link, linked_to_nothing, linked_to_an_empty_folder, emptied, cut, rewritten,
          an_early_line_changed, one_missing, the_controllers_missing]  # fmt: skip


@pytest.mark.parametrize("loss", LOSSES)
def test_nothing_is_created_any_more_once_lines_are_lost(tmp_path: Path, loss: Callable[[Path], None]) -> None:
    main, worker = run_of(tmp_path / "run")
    with main, worker:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        main.receive(worker.unsent_lines())
        loss(tmp_path / "run")
        with pytest.raises(LostLedgerError):
            worker.begin_create(*TICKET, cleanup_steps=DELETE)
        assert main.verify()
        assert [entry.left for entry in main.open_entries()] == [("7",)], "what was told is known from memory"
        assert main.is_cleanup("zendesk", "DELETE", "/api/v2/tickets/7", b"")


@pytest.mark.parametrize("loss", LOSSES)
def test_another_worker_stops_as_well(tmp_path: Path, loss: Callable[[Path], None]) -> None:
    main, worker = run_of(tmp_path / "run")
    main.add_writer("gw1", "1")
    with main, worker, Ledger.join(tmp_path / "run" / "ledger.ndjson", "gw1") as other:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        other.refresh()
        loss(tmp_path / "run")
        with pytest.raises(LostLedgerError):
            other.begin_create(*TICKET, cleanup_steps=DELETE)


@pytest.mark.parametrize("loss", [deleted, moved, replaced_by_a_link, the_controllers_missing, emptied])
def test_no_worker_joins_a_ledger_that_is_lost(tmp_path: Path, loss: Callable[[Path], None]) -> None:
    main, worker = run_of(tmp_path / "run")
    with main, worker:
        loss(tmp_path / "run")
        with pytest.raises(LostLedgerError):
            main.add_writer("gw1", "1")


def test_a_worker_that_finds_a_copy_of_the_ledger_creates_nothing(tmp_path: Path) -> None:
    """The folder was replaced after the controller made the worker's file, and before the worker opened it."""
    main, first = run_of(tmp_path / "run")
    replaced_by_a_link(tmp_path / "run")
    worker = Ledger.join(tmp_path / "run" / "ledger.ndjson", "gw0", main.identities)
    with main, first, worker, pytest.raises(LostLedgerError, match="is another file now"):
        worker.begin_create(*TICKET, cleanup_steps=DELETE)


@pytest.mark.parametrize("loss", [one_missing, the_controllers_missing, rewritten, an_early_line_changed])
def test_a_later_reader_sees_the_loss_too(tmp_path: Path, loss: Callable[[Path], None]) -> None:
    main, worker = run_of(tmp_path / "run")
    with main, worker:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        worker.removed(worker.open_entries()[0].id)
    assert not Ledger.read(tmp_path / "run").lost
    loss(tmp_path / "run")
    assert Ledger.read(tmp_path / "run").lost


def test_a_worker_without_its_file_does_not_begin(tmp_path: Path) -> None:
    main, worker = run_of(tmp_path)
    worker.close()
    one_missing(tmp_path)
    with main, pytest.raises(LostLedgerError):
        Ledger.join(tmp_path / "ledger.ndjson", "gw0")


def test_what_a_worker_told_and_the_disk_does_not_hold_is_a_loss(tmp_path: Path) -> None:
    main, worker = run_of(tmp_path)
    with main, worker:
        before = (tmp_path / "ledger-gw0.ndjson").read_bytes()
        worker.begin_create(*TICKET, cleanup_steps=DELETE)
        main.receive(worker.unsent_lines())
        (tmp_path / "ledger-gw0.ndjson").write_bytes(before)
        assert "holds 1 of 2 lines" in main.verify()


def test_what_a_worker_told_counts_and_not_what_somebody_made_of_its_last_line(tmp_path: Path) -> None:
    """The line says that nothing was created, follows from the line before it, and was read before the worker told."""
    main, worker = run_of(tmp_path)
    with main, worker:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        file = tmp_path / "ledger-gw0.ndjson"
        text = file.read_bytes()
        with file.open("r+b") as same:
            same.write(with_own_digests(text.replace(b'"made"', b'"void"')))
        main.refresh()
        assert main.open_entries() == ()
        main.receive(worker.unsent_lines())
        assert main.lost
        assert [entry.left for entry in main.open_entries()] == [("7",)]
        main.save_copy(tmp_path)
    assert [entry.left for entry in Ledger.read(tmp_path).open_entries()] == [("7",)], "a later sweep knows it too"


def with_own_digests(text: bytes) -> bytes:
    """A file after somebody changed lines of it and corrected their own hashes."""
    lines = [line.rpartition(b',"digest":')[0] + b"}" for line in text.splitlines()]
    return b"".join(line[:-1] + b',"digest":"' + digest(line).encode() + b'"}\n' for line in lines)


def test_a_changed_last_line_is_noticed_though_no_other_line_names_its_hash(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.created(ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
    file = tmp_path / "ledger.ndjson"
    file.write_bytes(file.read_bytes().replace(b'"ids":["7"]', b'"ids":["8"]'))
    read = Ledger.read(tmp_path)
    assert "line 3 is not as it was written" in read.lost
    assert [entry.left for entry in read.open_entries()] == [()], "record 8 is nobody's we know"


def test_a_worker_sees_a_cut_in_what_another_wrote_since_it_last_looked(tmp_path: Path) -> None:
    main, worker = run_of(tmp_path)
    main.add_writer("gw1", "1")
    with main, worker, Ledger.join(tmp_path / "ledger.ndjson", "gw1") as other:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        other.begin_create(*TICKET, cleanup_steps=DELETE)
        cut(tmp_path)
        with pytest.raises(LostLedgerError):
            other.begin_create(*TICKET, cleanup_steps=DELETE)


def test_a_worker_sees_a_line_that_was_glued_to_one_that_was_cut(tmp_path: Path) -> None:
    """The cut line was written since this worker looked; its writer went on behind it before it looked itself."""
    main, worker = run_of(tmp_path)
    main.add_writer("gw1", "1")
    with main, worker, Ledger.join(tmp_path / "ledger.ndjson", "gw1") as other:
        entry = worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE)
        cut(tmp_path)
        worker.created(entry, "7")
        with pytest.raises(LostLedgerError):
            other.begin_create(*TICKET, cleanup_steps=DELETE)


def test_a_rescued_ledger_is_whole_again_but_for_what_is_said_to_be_missing(tmp_path: Path) -> None:
    main, worker = run_of(tmp_path / "run")
    with main, worker:
        worker.created(worker.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
        main.receive(worker.unsent_lines())
        deleted(tmp_path / "run")
        main.verify()
        for folder, missing in (("saved", ""), ("in part", "what gw1 created is not known")):
            (tmp_path / folder).mkdir()
            main.save_copy(tmp_path / folder, missing)
    assert not Ledger.read(tmp_path / "saved").lost
    assert Ledger.read(tmp_path / "saved").open_entries()[0].left == ("7",)
    assert "gw1" in Ledger.read(tmp_path / "in part").lost


@pytest.mark.parametrize("event", [b'{"event":"open","version":4,"line":1,"previous":""}', b'{"event":"made"}'])
def test_a_file_that_this_version_cannot_vouch_for_is_a_loss(tmp_path: Path, event: bytes) -> None:
    (tmp_path / "ledger.ndjson").write_bytes(event.replace(b'"made"', b'"made","line":1,"previous":""') + b"\n")
    assert Ledger.read(tmp_path).lost


def test_a_ledger_of_the_first_version_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "ledger.ndjson").write_text(
        '{"event":"intend","entry":"main-1","vendor":"zendesk","operation":"zendesk:CreateTicket","method":"POST",'
        '"path":"/api/v2/tickets","undo":[["DELETE","/api/v2/tickets/{id}",null]]}\n{"torn\n'
        '{"event":"made","entry":"main-1","ids":["7"]}\n'
    )
    ledger = Ledger.read(tmp_path)
    assert not ledger.lost
    assert ledger.open_entries()[0].left == ("7",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), byte=st.binary(min_size=1, max_size=1))
def test_no_byte_of_a_ledger_changes_unseen(tmp_path_factory: pytest.TempPathFactory, at: int, byte: bytes) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    with ledger_of(folder) as ledger:
        for number in range(3):
            ledger.created(ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), str(number))
        file = folder / "ledger.ndjson"
        whole = file.read_bytes()
        at %= len(whole)
        changed = whole[:at] + byte + whole[at + 1 :]
        with file.open("r+b") as same:
            same.write(changed)
        assert bool(ledger.verify()) is (changed != whole)
        last = whole.rstrip(b"\n").rfind(b"\n")
        if at < last and changed != whole:
            assert Ledger.read(folder).lost, "every line but the last is vouched for by the one behind it"


@given(st.lists(st.text(max_size=8)))
def test_a_list_before_a_create_is_known_to_whoever_reads_the_folder(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    """A later sweep, in another process, tells by it what is new."""
    folder = tmp_path_factory.mktemp("run")
    with Ledger.open(folder / "ledger.ndjson", "gw0") as ledger:
        name = ledger.add_listing("zendesk", "/api/v2/groups", ids)
        ledger.begin_create(*TICKET, search={"before": name})
    known = Ledger.read(folder)
    (entry,) = known.entries()
    assert known.listed_before(entry.search["before"]) == set(ids)
    assert known.listed_before("another") == frozenset()


def test_a_record_of_one_org_is_nobody_s_in_another(tmp_path: Path) -> None:
    """Two sandboxes may give the same id."""
    with ledger_of(tmp_path) as ledger:
        for target in ("eu", "us"):
            ledger.begin_create(target, *TICKET[1:], kinds=["ticket"], cleanup_steps=DELETE)
        ledger.created("main-1", "7")
        assert ledger.owns("eu", frozenset({"ticket"}), "7")
        assert not ledger.owns("us", frozenset({"ticket"}), "7")
        assert ledger.is_cleanup("eu", "DELETE", "/api/v2/tickets/7", b"")
        assert not ledger.is_cleanup("us", "DELETE", "/api/v2/tickets/7", b"")
        assert (ledger.entry_of("eu", "7"), ledger.entry_of("us", "7")) == ("main-1", None)
        ledger.created("main-2", "7")
        ledger.removed("main-1", "7")
        assert [entry.target for entry in ledger.open_entries()] == ["us"]


def test_a_ledger_that_names_no_targets_is_of_those_that_its_manifest_names(tmp_path: Path) -> None:
    """Until December 2026 a line named the vendor alone."""
    path = tmp_path / "ledger.ndjson"
    with Ledger.open(path) as ledger:
        ledger.created(ledger.begin_create(*TICKET, kinds=["ticket"], cleanup_steps=DELETE), "7")
    old = Chain()
    for line in path.read_text().splitlines():
        event = {name: value for name, value in json.loads(line).items() if name != "target"}
        old.follow(old.line_of(event))
    path.write_bytes(b"".join(line + b"\n" for line in old.lines))
    with Ledger.open(path, "sweep", target_of={"zendesk": "acme"}) as swept:
        assert swept.owns("acme", frozenset({"ticket"}), "7")
        assert [(entry.target, entry.vendor) for entry in swept.open_entries()] == [("acme", "zendesk")]
    assert Ledger.read(tmp_path).owns("zendesk", frozenset({"ticket"}), "7")
