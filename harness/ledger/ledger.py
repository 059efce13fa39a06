"""The ledger: every entry of a run, written before its request leaves and known to all processes of the run.

One line of JSON is one event. Every process appends to a file of its own (`ledger.ndjson` of the controller,
`ledger-gw0.ndjson` of a worker, ...), and a reader takes them all together, so no lock is needed. The controller's
file names the others (`writer`), so that one which vanishes is missed.

    {"event": "open", "version": 2, "run": "20261126-1", "writer": "main", "line": 1, "previous": ""}
    {"event": "intend", "entry": "main-1", "vendor": "zendesk", "operation": "zendesk:CreateTicket", "method": "POST",
     "path": "/api/v2/tickets", "kinds": ["ticket"], "mark": "deskcheck-7f3a",
     "undo": [["DELETE", "/api/v2/tickets/{id}", null]], "line": 2, "previous": "5f0c..."}
    {"event": "made", "entry": "main-1", "ids": ["35436"], "line": 3, "previous": "9d41..."}
    {"event": "gone", "entry": "main-1", "ids": ["35436"], "line": 4, "previous": "c7e2..."}
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.ledger import chain
from harness.ledger.chain import BrokenChainError, LostLedgerError
from harness.ledger.entries import Entries
from harness.ledger.entry import Entry, rows
from harness.ledger.file import Identity, LedgerFile, beside, create, unwritable
from harness.resources.cleanup import CleanupStep

MAIN = "main"
"""The controller: its file has the plain name."""

SWEEP = "sweep"
"""A sweep, which writes down what it removed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one process says of its file: lines, the number of the first of them, and whether it found any file lost."""

    writer: str
    first: int
    lines: tuple[str, ...]
    lost: str = ""


@dataclass
class Ledger(AbstractContextManager["Ledger"]):
    """The entries of the run whose files lie beside `path`; `writer` names the process that appends, if one does.

    `lost` says what is wrong with a file as soon as anything is. Then nothing may be created any more, and what this
    process knows in memory is all that can be relied upon. `unwritten` says why the newest events are not on disk.
    """

    path: Path
    writer: str = ""
    lost: str = ""
    unwritten: str = ""
    _files: dict[str, LedgerFile] = field(default_factory=dict)
    _known: Entries = field(default_factory=Entries)
    _told: int = 0
    _count: int = 0

    @classmethod
    def open(cls, path: Path, writer: str = MAIN, run: str = "") -> Ledger:
        """Open the ledger of a run for appending, with a new file of this writer's own where it has none yet.

        Raises `UnfinishedError` when it cannot be written: without a ledger nothing may be created.
        """
        ledger = cls(path, writer)
        own = ledger._file(writer)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not own.path.exists():
                create(own.path, run, writer)
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
        ledger = cls(path, writer)
        for name, identity in (files or {}).items():
            ledger._file(name).identity = identity
        own = ledger._file(writer)
        try:
            own.open()
        except OSError as error:
            ledger._lose(own, f"cannot be opened ({error.strerror})")
            raise ledger._loss() from error
        ledger._catch_up()
        return ledger

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """All entries below a run's folder, for looking only; `lost` says whether anything is missing."""
        ledger = cls(folder / "ledger.ndjson")
        ledger.refresh()
        ledger.verify()
        return ledger

    def enlist(self, writer: str, run: str = "") -> None:
        """Make the file of another process of the run, and write down that there is one.

        Raises `UnfinishedError` where that cannot be written, and `LostLedgerError` where earlier lines are lost: the
        process must not begin then.
        """
        if self.check():
            raise self._loss()
        file = self._file(writer)
        try:
            create(file.path, run, writer)
        except OSError as error:
            raise unwritable(file.path, error) from error
        self._follow(file, file.read())
        self._announce({"event": chain.WRITER, "writer": writer})

    @property
    def identities(self) -> Mapping[str, Identity]:
        """Which files on the disk are the ledger, by the process that writes them."""
        return {writer: file.identity for writer, file in self._files.items() if file.identity}

    def intend(
        self,
        vendor: str,
        operation: str,
        method: str,
        path: str,
        kinds: Iterable[str] = (),
        undo: Sequence[CleanupStep] = (),
        mark: str = "",
        search: Mapping[str, str] | None = None,
    ) -> str:
        """Write down a request that may create something, before it leaves; the entry's id.

        Raises `LostLedgerError` where earlier lines are lost, and `UnfinishedError` where the disk takes no more.
        """
        more = {"kinds": sorted(kinds), "undo": rows(undo), "mark": mark, "search": search or {}}
        return self._begin("intend", vendor, operation, method, path, **more)

    def list_before(self, vendor: str, collection: str, ids: Iterable[str]) -> str:
        """Write down what a collection holds before an unmarked create; the name by which entries point to it."""
        name = f"{self.writer}-listed-{len(self._known.listed) + 1}"
        self._announce({"event": "listed", "entry": name, "vendor": vendor, "path": collection, "ids": list(ids)})
        return name

    def listed(self, name: str) -> frozenset[str]:
        """The ids that a list held before a create; none for an unknown name."""
        return self._known.listed.get(name, frozenset())

    def keep(self, vendor: str, operation: str, path: str, put_back: CleanupStep) -> str:
        """Write down how a setting was, as the request that puts it back, before it is changed; the entry's id."""
        return self._begin("keep", vendor, operation, put_back.method, path, undo=rows([put_back]))

    def made(self, entry: str, *ids: str) -> None:
        """The vendor answered: these ids exist now because of the entry."""
        self._append({"event": "made", "entry": entry, "ids": list(ids)})

    def adopt(self, vendor: str, kinds: Iterable[str], ids: Iterable[str], under: str) -> None:
        """Ids that the vendor's answer shows inside a record of ours: they go when `under` goes, and are ours."""
        self._append({"event": "adopt", "entry": under, "vendor": vendor, "kinds": sorted(kinds), "ids": list(ids)})

    def void(self, entry: str, why: str) -> None:
        """The vendor answered that nothing was created."""
        self._append({"event": "void", "entry": entry, "why": why})

    def gone(self, entry: str, *ids: str) -> None:
        """These ids, or all of the entry, no longer exist; a setting is back."""
        self._append({"event": "gone", "entry": entry, "ids": list(ids)})

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order in which they were written down."""
        return tuple(sorted(self._known.by_id.values(), key=lambda entry: entry.at))

    def open_entries(self) -> tuple[Entry, ...]:
        """What is still to be taken back, newest first: the order in which teardown goes."""
        return tuple(entry for entry in reversed(self.entries()) if not entry.closed)

    @property
    def empty(self) -> bool:
        """Whether there is not one line, not even the first of the controller."""
        return not self._file(MAIN).chain.lines

    def owned(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(vendor, kind) to the ids that this run created, removed ones included: those ids are never given again."""
        return self._known.owned()

    def owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        """Whether this run created a record of one of `kinds` (any, for `*`) with this id, in whatever process."""
        return self._known.own(vendor, kinds, value) or (self.refresh() and self._known.own(vendor, kinds, value))

    def undoes(self, vendor: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is, to the letter, a step that takes back something that is still there.

        Of what other processes made it knows what the last `refresh` showed: a sweep begins with one.
        """
        return self._known.undo(vendor, method, path, body)

    def entry_of(self, vendor: str, record: str) -> str | None:
        """The entry that made a record which is still there, if this run did."""
        fits = (one.id for one in self._known.by_id.values() if one.vendor == vendor and record in one.left)
        return next(fits, None)

    def refresh(self) -> bool:
        """Read what other processes appended since; whether there was anything."""
        found = False
        for path in beside(self.path):
            writer = path.stem.removeprefix(self.path.stem).removeprefix("-") or MAIN
            file = self._file(writer)
            found |= self._follow(file, file.read())
        return found

    def check(self) -> str:
        """Look at every file for signs that its lines are not there any more; `lost`."""
        for file in self._files.values():
            if damage := file.damage():
                self._lose(file, damage)
        return self.lost

    def verify(self) -> str:
        """Compare every file, from its first byte, with what this process knows; `lost`, empty where all is there."""
        self.check()
        for file in [*self._files.values()]:
            file.seen, file.size, file.torn = 0, 0, False
            self._follow(file, file.read())
            unread = len(file.chain.lines) - file.seen
            if file.torn and not file.chain.plain:
                self._lose(file, f"line {file.seen + 1} is no event")
            elif unread and not self.unwritten:
                self._lose(file, f"holds {file.seen} of {file.seen + unread} lines")
        main, others = self._file(MAIN), [file for name, file in self._files.items() if name not in (MAIN, SWEEP)]
        if not main.chain.lines and any(not file.chain.plain for file in others):
            self._lose(main, "cannot be found")
        return self.lost

    def untold(self) -> Told:
        """What this process wrote since the last call, to be heard by another process of the run."""
        lines = self._file(self.writer).chain.lines
        first, self._told = self._told + 1, len(lines)
        return Told(self.writer, first, tuple(line.decode() for line in lines[first - 1 :]), self.lost)

    def hear(self, told: Told) -> None:
        """Take in what another process of the run wrote: it is known from now on, whatever becomes of the file."""
        file = self._file(told.writer)
        self.lost = self.lost or told.lost
        for number, line in enumerate(told.lines, told.first):
            self._follow(file, file.tell(line.encode(), number))

    def rescue(self, folder: Path, missing: str = "") -> None:
        """Write all that is known into files in `folder`, for a later sweep; `missing` says what is not known.

        Raises `OSError` where that is not possible.
        """
        if missing:
            own = self._file(self.writer).chain
            own.follow(own.line_of({"event": chain.LOST, "why": missing}))
        for file in self._files.values():
            text = b"".join(line + b"\n" for line in file.chain.lines)
            fresh = folder / f".{file.path.name}.rescued"
            fresh.write_bytes(text)
            fresh.rename(folder / file.path.name)

    def close(self) -> None:
        """Close the file; what is written stays."""
        for file in self._files.values():
            file.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _catch_up(self) -> None:
        self.refresh()
        self.check()
        self._told = len(self._file(self.writer).chain.lines)
        self._count = sum(1 for one in self._known.by_id if one.startswith(f"{self.writer}-"))

    def _file(self, writer: str) -> LedgerFile:
        """The file of a process, known from now on."""
        if writer not in self._files:
            name = self.path.name if writer == MAIN else f"{self.path.stem}-{writer}{self.path.suffix}"
            self._files[writer] = LedgerFile(self.path.with_name(name))
        return self._files[writer]

    def _begin(self, event: str, vendor: str, operation: str, method: str, path: str, **more: Any) -> str:
        """Announce an entry: nothing is sent unless all that was written before is still there, and this is too."""
        self.refresh()
        if self.check():
            raise self._loss()
        entry = f"{self.writer}-{self._count + 1}"
        fixed = {"event": event, "entry": entry, "at": time.time(), "vendor": vendor, "operation": operation}
        self._announce({**fixed, "method": method, "path": path, **more})
        self._count += 1
        return entry

    def _announce(self, event: dict[str, Any]) -> None:
        """Append an event that has to be on disk before anything follows from it."""
        file = self._file(self.writer)
        try:
            file.append(event)
        except OSError as error:
            file.retract()
            raise unwritable(file.path, error) from error
        self.unwritten = ""
        self._known.apply(event)

    def _append(self, event: dict[str, Any]) -> None:
        """Append an event that has happened already: it is known even where the disk does not take it."""
        self._known.apply(event)
        file = self._file(self.writer)
        try:
            file.append(event)
        except OSError as error:
            self.unwritten = str(unwritable(file.path, error))
        else:
            self.unwritten = ""

    def _follow(self, file: LedgerFile, events: Iterator[dict[str, Any]]) -> bool:
        """Apply the events of one file; whether there were any."""
        found = False
        try:
            for event in events:
                found = True
                self._take(file, event)
        except BrokenChainError as error:
            self._lose(file, str(error))
        return found

    def _take(self, file: LedgerFile, event: dict[str, Any]) -> None:
        match event["event"]:
            case chain.OPEN:
                pass
            case chain.WRITER:
                self._file(str(event["writer"])).expected = True
            case chain.LOST:
                self._lose(file, str(event["why"]))
            case _:
                self._known.apply(event)

    def _lose(self, file: LedgerFile, why: str) -> None:
        self.lost = self.lost or f"{file.path.name} {why}"

    def _loss(self) -> LostLedgerError:
        return LostLedgerError(
            f"the ledger is lost: {self.lost}",
            where=str(self.path.parent),
            remedy="Nothing more is created. The report says what is known to be left; look in the org for the rest.",
        )
