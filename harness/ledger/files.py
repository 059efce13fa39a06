"""All ledger files of a run as one process has read them, and which of their lines are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.ledger import chain
from harness.ledger.chain import BrokenChainError, LostLedgerError
from harness.ledger.entries import Entries
from harness.ledger.file import Identity, LedgerFile, beside, create, unwritable
from harness.ledger.org_identity import OrgIdentity, from_rows

MAIN = "main"
"""The controller: its file has the plain name."""

SWEEP = "sweep"
"""A sweep, which writes down what it removed."""


def file_of(path: Path, writer: str) -> Path:
    """The file of a process, where `path` is that of the controller."""
    return path if writer == MAIN else path.with_name(f"{path.stem}-{writer}{path.suffix}")


def writer_of(path: Path, file: Path) -> str:
    """The process that a file belongs to by its name, where `path` is that of the controller."""
    return file.stem.removeprefix(path.stem).removeprefix("-") or MAIN


@dataclass(frozen=True, slots=True)
class LedgerLines:
    """What one process sends of its file: lines, the number of the first, and which file it found lost, if any."""

    writer: str
    first: int
    lines: tuple[str, ...]
    lost: str = ""


@dataclass
class LedgerFiles:
    """The files beside `path`, each by the process that writes it, and what their lines add up to.

    `given` are files that lie elsewhere or are called otherwise; then only they and those that they name are read.
    `run` and `orgs` are what the files say of the run and of its orgs.
    `lost` says what is wrong with a file as soon as anything is. Then nothing may be created any more, and only what
    this process has in memory can be relied upon. `unwritten` says why the newest lines are not on disk.
    """

    path: Path
    lost: str = ""
    unwritten: str = ""
    run: str = ""
    orgs: tuple[OrgIdentity, ...] = ()
    given: Mapping[str, Path] = field(default_factory=dict)
    _entries: Entries = field(default_factory=Entries)
    _by_writer: dict[str, LedgerFile] = field(default_factory=dict)

    def file(self, writer: str) -> LedgerFile:
        """The file of a process, one of the ledger's from now on."""
        if writer not in self._by_writer:
            self._by_writer[writer] = LedgerFile(self.given.get(writer) or file_of(self.path, writer))
        return self._by_writer[writer]

    def add_file(self, writer: str, run: str) -> None:
        """Make the file of another process of the run. Raises `UnfinishedError` where it cannot be written."""
        file = self.file(writer)
        try:
            create(file.path, run, writer, self.orgs)
        except OSError as error:
            raise unwritable(file.path, error) from error
        self._follow(file, file.read())

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the files that the controller's file names and that are not there, or of that file itself."""
        absent = [file.path.name for file in self._by_writer.values() if file.expected and not file.path.exists()]
        main = self.file(MAIN)
        return tuple(absent if main.chain.lines else [main.path.name, *absent])

    @property
    def identities(self) -> Mapping[str, Identity]:
        """Which files on the disk are the ledger, by the process that writes them."""
        return {writer: file.identity for writer, file in self._by_writer.items() if file.identity}

    def expect(self, identities: Mapping[str, Identity]) -> None:
        """From now on only these files on the disk are the ledger: a copy of the folder is not."""
        for writer, identity in identities.items():
            self.file(writer).identity = identity

    def refresh(self) -> bool:
        """Read what other processes appended since; whether there was anything."""
        any_events = False
        for file in self._files():
            any_events |= self._follow(file, file.read())
        return any_events

    def _files(self) -> Iterator[LedgerFile]:
        """The files beside `path`; or those that were given, and then those that they name."""
        if not self.given:
            yield from (self.file(writer_of(self.path, path)) for path in beside(self.path))
            return
        read: set[str] = set()
        for writer in (*self.given, *self._by_writer):
            self.file(writer)
        while unread := [writer for writer in self._by_writer if writer not in read]:
            read.add(unread[0])
            yield self.file(unread[0])

    def check(self) -> str:
        """Check every file for signs that its lines are not there any more; `lost`."""
        for file in self._by_writer.values():
            if damage := file.damage():
                self.lose(file, damage)
        return self.lost

    def verify(self) -> str:
        """Compare every file, from its first byte, with this process' lines; `lost`, empty if none is missing."""
        self.check()
        for file in [*self._by_writer.values()]:
            file.on_disk, file.size, file.torn = 0, 0, False
            self._follow(file, file.read())
            missing = len(file.chain.lines) - file.on_disk
            if file.torn and not file.chain.plain:
                self.lose(file, f"line {file.on_disk + 1} is no event")
            elif missing and not self.unwritten:
                self.lose(file, f"holds {file.on_disk} of {file.on_disk + missing} lines")
        if self.empty and self._others_have_lines():
            self.lose(self.file(MAIN), "cannot be found")
        return self.lost

    @property
    def empty(self) -> bool:
        """Whether there is not one line of the controller, not even the first."""
        return not self.file(MAIN).chain.lines

    def _others_have_lines(self) -> bool:
        """Whether a worker has a file that the controller's, had it been there, would have named."""
        workers = [file for writer, file in self._by_writer.items() if writer not in (MAIN, SWEEP)]
        return any(not file.chain.plain for file in workers)

    def receive(self, sent: LedgerLines) -> None:
        """Take in what another process of the run wrote: from now on it is in memory, whatever becomes of the file."""
        file = self.file(sent.writer)
        self.lost = self.lost or sent.lost
        for number, line in enumerate(sent.lines, sent.first):
            self._follow(file, file.receive(line.encode(), number))

    def save(self, folder: Path) -> None:
        """Write all lines into files in `folder`, for a later sweep. Raises `OSError` where it cannot."""
        for file in self._by_writer.values():
            text = b"".join(line + b"\n" for line in file.chain.lines)
            scratch = folder / f".{file.path.name}.rescued"
            scratch.write_bytes(text)
            scratch.rename(folder / file.path.name)

    def close(self) -> None:
        """Close all files; what is written stays."""
        for file in self._by_writer.values():
            file.close()

    def lose(self, file: LedgerFile, why: str) -> None:
        """Remember that a file is lost; the first loss is reported."""
        self.lost = self.lost or f"{file.path.name} {why}"

    @property
    def loss(self) -> LostLedgerError:
        """The error that says so."""
        return LostLedgerError(
            f"the ledger is lost: {self.lost}",
            where=str(self.path.parent),
            remedy="Nothing more is created. The report says what is known to be left; look in the org for the rest.",
        )

    def _follow(self, file: LedgerFile, events: Iterator[dict[str, Any]]) -> bool:
        """Apply the events of one file; whether there were any."""
        any_events = False
        try:
            for event in events:
                any_events = True
                self._apply(file, event)
        except BrokenChainError as error:
            self.lose(file, str(error))
        return any_events

    def _apply(self, file: LedgerFile, event: dict[str, Any]) -> None:
        match event["event"]:
            case chain.OPEN:
                self._apply_header(event)
            case chain.WRITER:
                self.file(str(event["writer"])).expected = True
            case chain.LOST:
                self.lose(file, str(event["why"]))
            case _:
                self._entries.apply(event)

    def _apply_header(self, event: Mapping[str, Any]) -> None:
        """What a file says of itself. Raises `BrokenChainError` where it is of another run: its names mean others."""
        run = str(event.get("run") or "")
        if self.run and run and run != self.run:
            raise BrokenChainError(f"is of the run {run}, not of {self.run}")
        self.run = self.run or run
        self.orgs = self.orgs or from_rows(event.get("orgs"))
