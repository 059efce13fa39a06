"""The ledger: what a run creates, written down before each request leaves and read by all processes of the run.

One line of JSON is one event. Every process appends to a file of its own (`ledger.ndjson` of the controller,
`ledger-gw0.ndjson` of a worker, ...), and a reader takes them all together, so no lock is needed. The controller's
file names the others (`writer`), so that a missing one is noticed.

    {"event": "open", "version": 3, "run": "20261126-1", "writer": "main", "orgs": [{"target": "acme", ...}],
     "line": 1, "previous": "", "digest": "5f0c..."}
    {"event": "intend", "entry": "main-1", "vendor": "zendesk", "target": "acme",
     "operation": "zendesk:CreateTicket", "method": "POST", "path": "/api/v2/tickets", "kinds": ["ticket"],
     "mark": "deskcheck-7f3a", "undo": [["DELETE", "/api/v2/tickets/{id}", null]],
     "line": 2, "previous": "5f0c...", "digest": "9d41..."}
    {"event": "made", "entry": "main-1", "ids": ["35436"], "line": 3, "previous": "9d41...", "digest": "c7e2..."}
    {"event": "gone", "entry": "main-1", "ids": ["35436"], "line": 4, "previous": "c7e2...", "digest": "10ab..."}
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.ledger import chain
from harness.ledger.entries import Entries
from harness.ledger.entry import Entry, rows
from harness.ledger.file import Identity, create, unwritable
from harness.ledger.files import MAIN, LedgerFiles, LedgerLines
from harness.ledger.org_identity import OrgIdentity
from harness.resources.cleanup import CleanupStep


@dataclass
class Ledger(LedgerFiles, AbstractContextManager["Ledger"]):
    """The files of a run, appended to by the process that `writer` names, and what they add up to."""

    writer: str = ""
    _sent: int = 0
    _entry_count: int = 0

    @classmethod
    def open(
        cls,
        path: Path,
        writer: str = MAIN,
        run: str = "",
        orgs: Iterable[OrgIdentity] = (),
        given: Mapping[str, Path] | None = None,
        target_of: Mapping[str, str] | None = None,
    ) -> Ledger:
        """Open the ledger of a run for appending, with a new file of this writer's own where it has none yet.

        `orgs` are those that the run is about; `given` as in `LedgerFiles`; `target_of` are the targets by vendor, for
        an older ledger that names none. Raises `UnfinishedError` when it cannot be written: without a ledger nothing
        may be created.
        """
        entries = Entries(target_of=target_of or {})
        ledger = cls(path, run=run, orgs=tuple(orgs), given=given or {}, writer=writer, _entries=entries)
        own = ledger.file(writer)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not own.path.exists():
                create(own.path, run, writer, ledger.orgs)
            own.open()
        except OSError as error:
            raise unwritable(own.path, error) from error
        ledger._catch_up()
        return ledger

    @classmethod
    def join(cls, path: Path, writer: str, files: Mapping[str, Identity] | None = None) -> Ledger:
        """The ledger of a process for which the controller made a file; raises `LostLedgerError` where it is gone.

        `files` are the controller's `identities`: a copy of the folder is not where it looks.
        """
        ledger = cls(path, writer=writer)
        ledger.expect(files or {})
        own = ledger.file(writer)
        try:
            own.open()
        except OSError as error:
            ledger.lose(own, f"cannot be opened ({error.strerror})")
            raise ledger.loss from error
        ledger._catch_up()
        return ledger

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """All entries in a run's folder, for reading only; `lost` says whether anything is missing."""
        return cls.read_files(folder / "ledger.ndjson", {})

    @classmethod
    def read_files(cls, path: Path, given: Mapping[str, Path]) -> Ledger:
        """The same of files that lie anywhere; `path` and `given` as in `LedgerFiles`."""
        ledger = cls(path, given=given)
        ledger.refresh()
        ledger.verify()
        return ledger

    # --- what is written down before a request leaves ----------------------------------------------------------------

    def begin_create(
        self,
        target: str,
        operation: str,
        method: str,
        path: str,
        kinds: Iterable[str] = (),
        cleanup_steps: Sequence[CleanupStep] = (),
        mark: str = "",
        search: Mapping[str, str] | None = None,
    ) -> str:
        """Write down a request that may create something in the target's org, before it leaves; the entry's id.

        Raises `LostLedgerError` where earlier lines are lost, and `UnfinishedError` where the disk takes no more.
        """
        more = {"kinds": sorted(kinds), "undo": rows(cleanup_steps), "mark": mark, "search": search or {}}
        return self._begin("intend", target, operation, method, path, **more)

    def begin_change(self, target: str, operation: str, path: str, restore: CleanupStep) -> str:
        """Write down how a setting was, as the request that restores it, before it is changed; the entry's id."""
        return self._begin("keep", target, operation, restore.method, path, undo=rows([restore]))

    def add_listing(self, vendor: str, collection: str, ids: Iterable[str]) -> str:
        """Write down what a collection held before an unmarked create; the name by which entries point to it."""
        name = f"{self.writer}-listed-{len(self._entries.listed) + 1}"
        self._announce({"event": "listed", "entry": name, "vendor": vendor, "path": collection, "ids": list(ids)})
        return name

    # --- what is written down after its answer -----------------------------------------------------------------------

    def created(self, entry: str, *ids: str) -> None:
        """The vendor answered: these ids exist now because of the entry."""
        self._append({"event": "made", "entry": entry, "ids": list(ids)})

    def created_within(self, vendor: str, kinds: Iterable[str], ids: Iterable[str], entry: str) -> None:
        """Ids that an answer shows inside a record of ours: they are ours, and go when the record of `entry` goes."""
        self._append({"event": "adopt", "entry": entry, "vendor": vendor, "kinds": sorted(kinds), "ids": list(ids)})

    def nothing_created(self, entry: str, why: str) -> None:
        """The vendor answered that nothing was created."""
        self._append({"event": "void", "entry": entry, "why": why})

    def removed(self, entry: str, *ids: str) -> None:
        """These ids, or all of the entry, no longer exist; a setting is back."""
        self._append({"event": "gone", "entry": entry, "ids": list(ids)})

    # --- what it adds up to ------------------------------------------------------------------------------------------

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order in which they were written down."""
        return tuple(sorted(self._entries.by_id.values(), key=lambda entry: entry.at))

    def open_entries(self) -> tuple[Entry, ...]:
        """What is still to be removed or restored, newest first: the order in which teardown goes."""
        return tuple(entry for entry in reversed(self.entries()) if not entry.closed)

    def entry_of(self, target: str, record: str) -> str | None:
        """The entry that created a record which is still there in the target's org, if this run did."""
        entries = self._entries.by_id.values()
        return next((entry.id for entry in entries if entry.target == target and record in entry.left), None)

    def listed_before(self, name: str) -> frozenset[str]:
        """The ids that a list held before a create; none for an unknown name."""
        return self._entries.listed.get(name, frozenset())

    def owned(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(target, kind) to the ids that this run created, removed ones included: those ids are never given again."""
        return self._entries.owned()

    def owns(self, target: str, kinds: frozenset[str], value: str) -> bool:
        """Whether this run created a record of one of `kinds` (any, for `*`) with this id in the target's org, in
        whatever process.
        """
        if self._entries.owns(target, kinds, value):
            return True
        return self.refresh() and self._entries.owns(target, kinds, value)

    def is_cleanup(self, target: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is, to the letter, a step that removes or restores something still there in that org.

        What other processes created counts as of the last `refresh`: a sweep begins with one.
        """
        return self._entries.is_cleanup(target, method, path, body)

    # --- the other processes of the run ------------------------------------------------------------------------------

    def add_writer(self, writer: str, run: str = "") -> None:
        """Make the file of another process of the run, and write down that there is one.

        Raises `UnfinishedError` where that cannot be written, and `LostLedgerError` where earlier lines are lost: the
        process must not begin then.
        """
        if self.check():
            raise self.loss
        self.add_file(writer, run)
        self._announce({"event": chain.WRITER, "writer": writer})

    def unsent_lines(self) -> LedgerLines:
        """What this process wrote since the last call, for another process of the run."""
        lines = self.file(self.writer).chain.lines
        unsent = lines[self._sent :]
        first, self._sent = self._sent + 1, len(lines)
        return LedgerLines(self.writer, first, tuple(line.decode() for line in unsent), self.lost)

    def save_copy(self, folder: Path, missing: str = "") -> None:
        """Write all lines into files in `folder`, for a later sweep; `missing` says which are not there.

        Raises `OSError` where that is not possible.
        """
        if missing:
            own = self.file(self.writer).chain
            own.follow(own.line_of({"event": chain.LOST, "why": missing}))
        self.save(folder)

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- appending ---------------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Read what is there already: a writer that starts again goes on counting where it stopped."""
        self.refresh()
        self.check()
        self._sent = len(self.file(self.writer).chain.lines)
        self._entry_count = sum(1 for entry in self._entries.by_id if entry.startswith(f"{self.writer}-"))

    def _begin(self, event: str, target: str, operation: str, method: str, path: str, **more: Any) -> str:
        """Announce an entry: nothing is sent unless all that was written before is still there, and this is too."""
        self.refresh()
        if self.check():
            raise self.loss
        entry = f"{self.writer}-{self._entry_count + 1}"
        head = {"event": event, "entry": entry, "at": time.time(), "vendor": operation.partition(":")[0]}
        self._announce({**head, "target": target, "operation": operation, "method": method, "path": path, **more})
        self._entry_count += 1
        return entry

    def _announce(self, event: dict[str, Any]) -> None:
        """Append an event that has to be on disk before anything follows from it."""
        file = self.file(self.writer)
        try:
            file.append(event)
        except OSError as error:
            file.retract()
            raise unwritable(file.path, error) from error
        self.unwritten = ""
        self._entries.apply(event)

    def _append(self, event: dict[str, Any]) -> None:
        """Append an event that has happened already: it counts even where the disk does not take it."""
        self._entries.apply(event)
        file = self.file(self.writer)
        try:
            file.append(event)
        except OSError as error:
            self.unwritten = str(unwritable(file.path, error))
        else:
            self.unwritten = ""
