"""The ledger outlives its process: what was written before the kill is read, in any mix of files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import UnfinishedError
from harness.ledger import Ledger
from harness.undo import Step

DELETE = (Step("DELETE", "/api/v2/tickets/{id}"), Step("DELETE", "/api/v2/deleted_tickets/{id}"))
TICKET = ("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets")


def ledger_of(folder: Path, writer: str = "") -> Ledger:
    return Ledger.open(folder / "ledger.ndjson", writer)


def test_a_record_is_ours_from_the_moment_that_its_id_came_back(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.intend(*TICKET, kinds=["ticket", "request"], undo=DELETE)
        assert not ledger.owns("zendesk", frozenset({"ticket"}), "7")
        ledger.made(entry, "7")
        assert ledger.owns("zendesk", frozenset({"ticket"}), "7")
        assert ledger.owns("zendesk", frozenset({"request"}), "7")
        assert ledger.owns("zendesk", frozenset({"*"}), "7")
        assert not ledger.owns("zendesk", frozenset({"user"}), "7"), "id 7 of tickets is not id 7 of users"
        assert not ledger.owns("zoho", frozenset({"ticket"}), "7")


def test_the_line_is_on_disk_before_the_request_leaves(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.intend(*TICKET, kinds=["ticket"], undo=DELETE, mark="deskcheck-1")
        (line,) = (tmp_path / "ledger.ndjson").read_text().splitlines()
        assert json.loads(line)["undo"][0] == ["DELETE", "/api/v2/tickets/{id}", None]


def test_what_is_left_comes_back_newest_first_with_its_steps(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        first = ledger.intend(*TICKET, undo=DELETE)
        second = ledger.intend(*TICKET, undo=DELETE)
        ledger.made(first, "1")
        ledger.made(second, "2", "3")
        ledger.gone(second, "2")
        assert [entry.left for entry in ledger.open_entries()] == [("3",), ("1",)]
        steps = [step.path for _, step in ledger.open_entries()[0].steps()]
        assert steps == ["/api/v2/tickets/3", "/api/v2/deleted_tickets/3"]
        ledger.gone(second, "3")
        ledger.gone(first)
        assert ledger.open_entries() == ()


def test_a_request_without_an_answer_stays_open_and_keeps_its_mark(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.intend(*TICKET, undo=DELETE, mark="deskcheck-9")
        refused = ledger.intend(*TICKET, undo=DELETE)
        ledger.void(refused, "422")
    (entry,) = Ledger.read(tmp_path).open_entries()
    assert entry.unanswered
    assert entry.mark == "deskcheck-9"


def test_a_setting_is_put_back_by_the_request_that_was_kept(tmp_path: Path) -> None:
    back = Step("PATCH", "/api/v1/myPreferences", {"namePattern": "x"})
    with ledger_of(tmp_path) as ledger:
        entry = ledger.keep("zoho", "zoho:updateMyPreferences", "/api/v1/myPreferences", back)
        assert ledger.undoes("zoho", "PATCH", "/api/v1/myPreferences", b'{ "namePattern": "x" }')
        assert not ledger.undoes("zoho", "PATCH", "/api/v1/myPreferences", b'{"namePattern": "y"}')
        ledger.gone(entry)
        assert not ledger.undoes("zoho", "PATCH", "/api/v1/myPreferences", b'{"namePattern": "x"}')


def test_undo_steps_hold_to_the_letter_and_only_while_the_record_is_there(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.intend(*TICKET, undo=DELETE)
        ledger.made(entry, "7")
        assert ledger.undoes("zendesk", "DELETE", "/api/v2/tickets/7", b"")
        assert not ledger.undoes("zendesk", "DELETE", "/api/v2/tickets/8", b"")
        assert not ledger.undoes("zendesk", "DELETE", "/api/v2/tickets/7", b"{}")
        assert not ledger.undoes("zoho", "DELETE", "/api/v2/tickets/7", b"")
        ledger.gone(entry, "7")
        assert not ledger.undoes("zendesk", "DELETE", "/api/v2/tickets/7", b"")


def test_a_body_that_says_a_key_twice_is_no_undo_step(tmp_path: Path) -> None:
    trash = Step("POST", "/api/v1/tickets/moveToTrash", {"ticketIds": ["{id}"]})
    with ledger_of(tmp_path) as ledger:
        ledger.made(ledger.intend("zoho", "zoho:createTicket", "POST", "/api/v1/tickets", undo=[trash]), "7")
        path = "/api/v1/tickets/moveToTrash"
        assert ledger.undoes("zoho", "POST", path, b'{"ticketIds": ["7"]}')
        assert not ledger.undoes("zoho", "POST", path, b'{"ticketIds": ["8"], "ticketIds": ["7"]}')


def test_what_hangs_on_our_record_is_ours_without_an_undo_of_its_own(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        entry = ledger.intend(*TICKET, undo=DELETE)
        ledger.made(entry, "7")
        ledger.adopt("zendesk", ["comment"], ["70"], under=entry)
        assert ledger.owns("zendesk", frozenset({"comment"}), "70")
        assert [one for one, _ in ledger.open_entries()[0].steps()] == ["7", "7"]


def test_workers_see_each_other_without_a_lock(tmp_path: Path) -> None:
    with ledger_of(tmp_path, "gw0") as one, ledger_of(tmp_path, "gw1") as two:
        one.made(one.intend(*TICKET, kinds=["ticket"], undo=DELETE), "7")
        assert two.owns("zendesk", frozenset({"ticket"}), "7")
        assert two.undoes("zendesk", "DELETE", "/api/v2/tickets/7", b"")
        two.gone(two.open_entries()[0].id, "7")
        one.refresh()
        assert one.open_entries() == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger-gw0.ndjson", "ledger-gw1.ndjson"]


def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    with ledger_of(tmp_path) as ledger:
        ledger.made(ledger.intend(*TICKET, kinds=["ticket"], undo=DELETE), "7")
    with (tmp_path / "ledger.ndjson").open("ab") as file:
        file.write(b'{"event":"made","entry":"main-1","ids":["8')
    with ledger_of(tmp_path) as again:
        assert again.open_entries()[0].left == ("7",)
        second = again.intend(*TICKET, undo=DELETE)
        assert second == "main-2", "a new entry must not take the name of an old one"
        again.made(second, "9")
    assert [entry.left for entry in Ledger.read(tmp_path).open_entries()] == [("9",), ("7",)]


def test_an_unwritable_ledger_stops_the_run_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "ledger.ndjson").mkdir()
    with pytest.raises(UnfinishedError, match="ledger cannot be written"):
        ledger_of(tmp_path)


def test_a_full_disk_is_an_error_and_no_silence(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path)
    ledger.close()
    ledger._file = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(UnfinishedError):
        ledger.intend(*TICKET, undo=DELETE)
    ledger.close()


WRITER = """
import sys
from pathlib import Path
from harness.ledger import Ledger
from harness.undo import Step
ledger = Ledger.open(Path(sys.argv[1]) / "ledger.ndjson", "gw0")
count = 0
while True:
    count += 1
    entry = ledger.intend("zendesk", "zendesk:CreateTicket", "POST", "/api/v2/tickets", ["ticket"],
                          [Step("DELETE", "/api/v2/tickets/{id}")], f"mark-{count}")
    print(count, flush=True)
    ledger.made(entry, str(count))
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


EVENTS = st.lists(
    st.tuples(st.sampled_from(["made", "gone", "void"]), st.integers(0, 3), st.integers(1, 5)), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(events=EVENTS, cut=st.integers(0, 400))
def test_reading_again_gives_the_same_and_a_cut_file_never_invents_anything(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, int]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    with ledger_of(folder) as ledger:
        entries = [ledger.intend(*TICKET, kinds=["ticket"], undo=DELETE) for _ in range(4)]
        for kind, entry, record in events:
            if kind == "void":
                ledger.void(entries[entry], "x")
            else:
                getattr(ledger, kind)(entries[entry], str(record))
        assert Ledger.read(folder).entries() == ledger.entries()
        whole = ledger.owned()
    file = folder / "ledger.ndjson"
    file.write_bytes(file.read_bytes()[:-cut] if cut else file.read_bytes())
    for key, ids in Ledger.read(folder).owned().items():
        assert ids <= whole[key]


@given(st.lists(st.text(max_size=8)))
def test_a_list_before_a_create_is_known_to_whoever_reads_the_folder(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str]
) -> None:
    """A later sweep, in another process, tells by it what is new."""
    folder = tmp_path_factory.mktemp("run")
    with Ledger.open(folder / "ledger.ndjson", "gw0") as ledger:
        name = ledger.list_before("zendesk", "/api/v2/groups", ids)
        ledger.intend(*TICKET, search={"before": name})
    known = Ledger.read(folder)
    (entry,) = known.entries()
    assert known.listed(entry.search["before"]) == set(ids)
    assert known.listed("another") == frozenset()
