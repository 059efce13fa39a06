"""The append-only record of what a run created or must put back, written and synced before a request leaves.

One line of JSON is one event. Every process writes its own file beside the others (`ledger.ndjson`,
`ledger-gw0.ndjson`, ...), and a reader takes them all together, so no lock is needed. A process killed in the middle
of a line leaves a torn one: readers skip it, and the next writer starts on a new line.

    {"event": "intend", "entry": "main-1", "vendor": "zendesk", "operation": "zendesk:CreateTicket", "method": "POST",
     "path": "/api/v2/tickets", "kinds": ["ticket"], "mark": "deskcheck-7f3a",
     "undo": [["DELETE", "/api/v2/tickets/{id}", null]]}
    {"event": "made", "entry": "main-1", "ids": ["35436"]}
    {"event": "gone", "entry": "main-1", "ids": ["35436"]}
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from harness.errors import UnfinishedError
from harness.undo import Step


@dataclass(frozen=True, slots=True)
class Entry:
    """One request that may have created something, or one setting to put back.

    `kinds` are the words by which paths and bodies call such a record (ticket, request). `ids` came back from the
    vendor, `gone` of them are removed. `undo` are the steps that take one record back, in order; of a setting, the
    one that puts it back. `mark` is the text by which a sweep finds a record whose id never arrived. `closed` says
    that nothing is left to do.
    """

    id: str
    vendor: str
    operation: str
    method: str
    path: str
    kinds: frozenset[str] = frozenset()
    undo: tuple[Step, ...] = ()
    mark: str = ""
    at: float = 0.0
    ids: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    setting: bool = False
    closed: bool = False

    @property
    def left(self) -> tuple[str, ...]:
        """Ids that are still there."""
        return tuple(one for one in self.ids if one not in self.gone)

    @property
    def unanswered(self) -> bool:
        """Whether the request left and nobody knows what became of it."""
        return not self.closed and not self.setting and not self.ids

    def steps(self) -> Iterator[tuple[str, Step]]:
        """What is to be sent to take back all that is left: id (empty for a setting) and step."""
        if self.setting and not self.closed:
            yield from (("", step) for step in self.undo)
        for one in self.left:
            yield from ((one, step.of(one)) for step in self.undo)


@dataclass
class Ledger:
    """An open ledger: this process appends to `path`; entries of sibling files are known too, after `refresh`."""

    path: Path
    writer: str = "main"
    _file: int = -1
    _entries: dict[str, Entry] = field(default_factory=dict)
    _early: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _read: dict[Path, int] = field(default_factory=dict)
    _ids: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _steps: dict[tuple[str, str, str], list[tuple[str, str, Any]]] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def open(cls, path: Path, writer: str = "") -> Ledger:
        """Open the ledger of a run for appending; `writer` (a worker's name) gives a process its own file.

        Raises `UnfinishedError` when it cannot be written: without a ledger nothing may be created.
        """
        own = path.with_name(f"{path.stem}-{writer}{path.suffix}") if writer else path
        ledger = cls(own, writer or "main")
        try:
            own.parent.mkdir(parents=True, exist_ok=True)
            ledger._file = os.open(own, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            ledger._mend()
            _sync_folder(own.parent)
        except OSError as error:
            raise _unwritable(own, error) from error
        ledger.refresh()
        ledger._count = sum(1 for one in ledger._entries if one.startswith(f"{ledger.writer}-"))
        return ledger

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """All entries below a run's folder, for looking only."""
        ledger = cls(folder / "ledger.ndjson")
        ledger.refresh()
        return ledger

    def intend(
        self,
        vendor: str,
        operation: str,
        method: str,
        path: str,
        kinds: Iterable[str] = (),
        undo: Sequence[Step] = (),
        mark: str = "",
    ) -> str:
        """Write down a request that may create something, before it leaves; the entry's id."""
        return self._begin("intend", vendor, operation, method, path, kinds=sorted(kinds), undo=_rows(undo), mark=mark)

    def keep(self, vendor: str, operation: str, path: str, put_back: Step) -> str:
        """Write down how a setting was, as the request that puts it back, before it is changed; the entry's id."""
        return self._begin("keep", vendor, operation, put_back.method, path, undo=_rows([put_back]))

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
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.at))

    def open_entries(self) -> tuple[Entry, ...]:
        """What is still to be taken back, newest first: the order in which teardown goes."""
        return tuple(entry for entry in reversed(self.entries()) if not entry.closed)

    def owned(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(vendor, kind) to the ids that this run created, removed ones included: those ids are never given again."""
        return {key: frozenset(ids) for key, ids in self._ids.items()}

    def owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        """Whether this run created a record of one of `kinds` (any, for `*`) with this id, in whatever process."""
        return self._owns(vendor, kinds, value) or (self.refresh() and self._owns(vendor, kinds, value))

    def undoes(self, vendor: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is, to the letter, a step that takes back something that is still there.

        Of what other processes made it knows what the last `refresh` showed: a sweep begins with one.
        """
        found = self._steps.get((vendor, method, path), ())
        return any(self._is_left(entry, record) and _same(wanted, body) for entry, record, wanted in found)

    def entry_of(self, vendor: str, record: str) -> str | None:
        """The entry that made a record which is still there, if this run did."""
        fits = (one.id for one in self._entries.values() if one.vendor == vendor and record in one.left)
        return next(fits, None)

    def refresh(self) -> bool:
        """Read what other processes appended since; whether there was anything."""
        news = [event for path in sorted(self.path.parent.glob(_siblings(self.path))) for event in self._news(path)]
        for event in news:
            self._apply(event)
        return bool(news)

    def close(self) -> None:
        """Close the file; what is written stays."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self, event: str, vendor: str, operation: str, method: str, path: str, **more: Any) -> str:
        self._count += 1
        entry = f"{self.writer}-{self._count}"
        fixed = {"event": event, "entry": entry, "at": time.time(), "vendor": vendor, "operation": operation}
        self._append({**fixed, "method": method, "path": path, **more})
        return entry

    def _append(self, event: dict[str, Any]) -> None:
        """One write, one sync: after this returns the line outlives the process and the machine's power."""
        line = json.dumps(event, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
        try:
            if os.write(self._file, line) != len(line):
                raise OSError("only a part of the line was written")
            os.fsync(self._file)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._read[self.path] = self._read.get(self.path, 0) + len(line)
        self._apply(event)

    def _mend(self) -> None:
        """End a torn last line, so that what follows is not lost with it."""
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")

    def _news(self, path: Path) -> Iterator[dict[str, Any]]:
        """The events of whole lines behind what was read before; lines that are no event are torn ones."""
        start = self._read.get(path, 0)
        try:
            if path.stat().st_size <= start:
                return
            with path.open("rb") as file:
                file.seek(start)
                data = file.read()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read[path] = start + len(whole)
        for line in whole.splitlines():
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and isinstance(event.get("entry"), str):
                yield event

    def _apply(self, event: Mapping[str, Any]) -> None:
        entry = self._entries.get(event["entry"])
        if event["event"] in ("intend", "keep"):
            if entry is None:
                self._entries[event["entry"]] = fresh = _entry(event)
                if fresh.setting:
                    self._note_steps(fresh, [""])
                for late in self._early.pop(event["entry"], ()):
                    self._apply(late)
        elif entry is None:
            # Another file's line came first; its entry stands in a file that is read later.
            self._early.setdefault(event["entry"], []).append(dict(event))
        else:
            self._entries[entry.id] = self._changed(entry, event)

    def _changed(self, entry: Entry, event: Mapping[str, Any]) -> Entry:
        ids = tuple(str(one) for one in event.get("ids", ()))
        match event["event"]:
            case "made":
                self._own(entry.vendor, entry.kinds, ids)
                self._note_steps(entry, ids)
                return replace(entry, ids=tuple(dict.fromkeys((*entry.ids, *ids))))
            case "adopt":
                self._own(entry.vendor, event["kinds"], ids)
                return entry
            case "void":
                return replace(entry, closed=not entry.ids)
            case "gone":
                gone = entry.gone | frozenset(ids or entry.ids)
                return replace(entry, gone=gone, closed=not ids or gone >= frozenset(entry.ids))
        return entry

    def _own(self, vendor: str, kinds: Iterable[str], ids: Iterable[str]) -> None:
        for kind in (*kinds, "*"):
            self._ids.setdefault((vendor, kind), set()).update(ids)

    def _owns(self, vendor: str, kinds: frozenset[str], value: str) -> bool:
        return any(value in self._ids.get((vendor, kind), ()) for kind in kinds)

    def _note_steps(self, entry: Entry, ids: Iterable[str]) -> None:
        """Remember the requests that take these records (or, for a setting, the empty id) back."""
        for one in ids:
            for step in entry.undo:
                real = step.of(one) if one else step
                self._steps.setdefault((entry.vendor, real.method, real.path), []).append((entry.id, one, real.body))

    def _is_left(self, entry: str, record: str) -> bool:
        known = self._entries[entry]
        return not known.closed and (record in known.left or known.setting)


def _entry(event: Mapping[str, Any]) -> Entry:
    return Entry(
        id=event["entry"],
        vendor=str(event.get("vendor", "")),
        operation=str(event.get("operation", "")),
        method=str(event.get("method", "")),
        path=str(event.get("path", "")),
        kinds=frozenset(event.get("kinds", ())),
        undo=tuple(Step(*row) for row in event.get("undo", ())),
        mark=str(event.get("mark", "")),
        at=float(event.get("at", 0.0)),
        setting=event["event"] == "keep",
    )


def _rows(steps: Iterable[Step]) -> list[list[Any]]:
    return [[step.method, step.path, step.body] for step in steps]


def _same(wanted: Any, body: bytes) -> bool:
    """Whether a body says what the step says, however it is spaced; repeated keys make it another one."""
    if wanted is None:
        return not body
    try:
        return bool(json.loads(body, object_pairs_hook=_once) == wanted)
    except ValueError:
        return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _siblings(path: Path) -> str:
    return f"{path.stem.partition('-')[0]}*{path.suffix}"


def _sync_folder(folder: Path) -> None:
    """A new file's name is only on disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> UnfinishedError:
    return UnfinishedError(
        f"the ledger cannot be written: {error.strerror or error}",
        where=str(path),
        remedy="Nothing is created without it. Free space or correct the folder's permissions, and run again.",
    )
