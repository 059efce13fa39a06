"""One recording, in whatever form, to recorded exchanges."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any, cast

import yaml

from harness.errors import DocumentError
from harness.traffic import har
from harness.traffic.json_stream import Cursor, OversizeError, TruncatedError
from harness.traffic.readers import (
    api_gateway_log,
    fiddler_archive,
    mitmproxy_flows,
    opened_recording,
    table,
    yaml_data,
)
from harness.traffic.readers.attached_files import NOTHING_ATTACHED, UNREADABLE_MEMBER, AttachedFiles, in_archive
from harness.traffic.readers.opened_recording import bounded, encoding_of, is_archive, opened, unpacked_stream
from harness.traffic.readers.recording_format import Reading, RecordingFormat
from harness.traffic.recorded_exchange import BROKEN, RecordedExchange
from harness.unjudged import FILE, OTHER_FILE

LARGEST = 64 << 20
"""Characters in one value of a text, and in a text that is read whole."""
MOST_GATHERED = 1_000_000
"""Items of one file that wait for those they belong to."""
MOST_MEMBERS = 200_000
"""Files in one archive."""

SUFFIXES = (
    ".har", ".json", ".yaml", ".yml", ".jsonl", ".ndjson", ".mitm", ".flow", ".flows", ".saz", ".chlsj", ".zhar",
    ".zip",
)  # fmt: skip
"""What a folder is searched for; any of them may be packed (`.har.gz`). A file that is named may be called anything."""
PACKED = (".gz", ".zst")

_HAR = re.compile(r'\s*{\s*"log"\s*:')
_ENTRY = re.compile(r'\s*{\s*"(?:startedDateTime|_initiator|pageref)"')
_UNREADABLE = (*BROKEN, zlib.error, RecursionError, EOFError)
_HEAD = 4096


class NoRecordingError(DocumentError):
    """A file that was read, and in which nothing looks like recorded traffic."""


def is_recording(path: PurePath) -> bool:
    """Whether a file in a folder is called as a recording is."""
    return _suffix(path) in SUFFIXES


def _suffix(path: PurePath) -> str:
    """The last suffix, before that of a packing."""
    unpacked = path.with_suffix("") if path.suffix.lower() in PACKED else path
    return unpacked.suffix.lower()


def read(path: Path, attached: AttachedFiles) -> Iterator[RecordedExchange]:
    """The entries of one file. Raises `DocumentError` where it is of no known form or cannot be read."""
    with opened(path) as stream:
        if is_archive(stream.peek(4)):
            yield from _of_archive(str(path), stream)
        else:
            yield from _of_stream(str(path), path, stream, attached)


def _of_archive(name: str, stream: io.BufferedReader) -> Iterator[RecordedExchange]:
    """The sessions of an archive of Fiddler, or all recordings in any other."""
    file = stream if stream.seekable() else io.BytesIO(_whole(name, stream))
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _error(name, f"is a zip file that cannot be read: {error}") from error
    with archive:
        names = archive.namelist()
        if len(names) > MOST_MEMBERS:
            raise _error(name, f"is a zip file of over {MOST_MEMBERS:,} files")
        # No member gives more than it says here.
        if sum(info.file_size for info in archive.infolist()) > opened_recording.LARGEST_UNPACKED:
            raise _error(name, f"unpacks to over {opened_recording.LARGEST_UNPACKED >> 20} MiB")
        if sessions := fiddler_archive.sessions(names):
            yield from _of_sessions(name, archive, sessions)
        else:
            yield from _of_members(name, archive, names)


def _of_sessions(
    name: str, archive: zipfile.ZipFile, sessions: Iterable[tuple[str, str]]
) -> Iterator[RecordedExchange]:
    for index, files in enumerate(sessions):
        try:
            reading = fiddler_archive.read(archive, files)
        except _UNREADABLE as error:
            yield _broken(name, index, error)
        else:
            if not fiddler_archive.is_tunnel(reading):
                yield _entry(name, index, reading)


def _of_members(name: str, archive: zipfile.ZipFile, names: list[str]) -> Iterator[RecordedExchange]:
    """Files that another one refers to are no recordings of their own."""
    taken: set[str] = set()
    refused: list[tuple[str, DocumentError]] = []
    members = [PurePath(inner) for inner in sorted(names) if is_recording(PurePath(inner))]
    if not members:
        raise _error(name, "is a zip file without any recording")
    for member in members:
        inner = member.as_posix()
        attached = in_archive(archive, inner)
        try:
            with archive.open(inner) as packed:
                stream = unpacked_stream(bounded(packed))
                yield from _of_stream(f"{name}/{inner}", member, stream, attached)
        except DocumentError as error:
            refused.append((inner, error))
        except (*UNREADABLE_MEMBER, *_UNREADABLE) as error:
            refused.append((inner, _error(name, f"cannot be unpacked: {error}")))
        taken |= attached.taken
    if len(refused) == len(members):
        raise refused[0][1]
    for inner, refusal in refused:
        if inner not in taken:
            yield left_out(f"{name}/{inner}", refusal)


def _of_stream(
    name: str, path: PurePath, stream: io.BufferedReader, attached: AttachedFiles
) -> Iterator[RecordedExchange]:
    """The entries of one text or dump, by how it begins."""
    head = stream.peek(_HEAD)[:_HEAD]
    if mitmproxy_flows.is_dump(head):
        yield from _of_flows(name, stream)
        return
    encoding = encoding_of(head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    text = io.TextIOWrapper(stream, encoding)
    try:
        if _HAR.match(start) or (_suffix(path) == ".har" and start.startswith("{") and not _ENTRY.match(start)):
            yield from har.read_text(name, text, attached)
        elif start.startswith(("{", "[")):
            yield from _of_values(name, _json_values(name, text), attached)
        else:
            yield from _of_values(name, [_other_value(name, start, _whole(name, text))], attached)
    except UnicodeDecodeError as error:
        raise _error(name, "is neither UTF-8 nor UTF-16 text") from error
    finally:
        text.detach()


def _of_flows(name: str, stream: io.BufferedReader) -> Iterator[RecordedExchange]:
    index = 0
    try:
        for flow in mitmproxy_flows.flows(stream):
            if mitmproxy_flows.is_http(flow):
                yield _read_item(name, index, mitmproxy_flows.FORMAT, flow, NOTHING_ATTACHED)
            index += 1
    except (mitmproxy_flows.BrokenFlowError, ValueError) as error:
        if not index:
            raise _error(name, f"is no whole dump of mitmproxy: {error}") from error
        yield RecordedExchange(name, index, note=f"the rest cannot be read: {error}", lost_file=FILE)


def _json_values(name: str, text: io.TextIOBase) -> Iterator[Any]:
    """One value, or many, one after the other: lines, or as Envoy streams them."""
    cursor = Cursor(cast(Any, text), largest=LARGEST)
    count = 0
    try:
        while not cursor.is_at_end():
            yield cursor.value()
            count += 1
    except TruncatedError:
        if not count:
            raise _error(name, "is not JSON: it ends inside its first value") from None
        yield _Cut()
    except OversizeError:
        raise _error(name, f"has a value of over {LARGEST >> 20} MiB", "Convert it to HAR.") from None
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise _error(name, f"is not JSON (value {count + 1}): {error}", "Mend it, or record it again.") from error


class _Cut:
    """What stands for a value in which the file ends."""


def _other_value(name: str, start: str, text: str) -> Any:
    """The value of a text that is not JSON: messages of a log, or YAML."""
    if api_gateway_log.is_log(start):
        return {"log": text}
    try:
        return yaml_data.load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise _error(name, f"is neither JSON nor YAML: {problem}", "Mend it, or record it again.") from error


def _whole(name: str, stream: Any) -> Any:
    """All of a file that is not too large for that."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _error(name, f"has over {LARGEST >> 20} MiB; this form is read whole", "Convert it to HAR.")
    return data


def _of_values(name: str, values: Iterable[Any], attached: AttachedFiles) -> Iterator[RecordedExchange]:
    """The items of all values of a text; items of one exchange that are spread over a log are put together."""
    index, form = 0, None
    unknown, first_unknown = 0, None
    gathered: dict[str, tuple[RecordingFormat, list[Any]]] = {}
    for value in values:
        if isinstance(value, _Cut):
            yield RecordedExchange(name, index, note="the file ends inside this entry")
            break
        found = table.find(value, form)
        if found is None:
            first_unknown = first_unknown if unknown else value
            unknown += 1
            continue
        form, items = found
        if form.gather:
            waiting = gathered.setdefault(form.name, (form, []))[1]
            waiting.extend(items)
            if len(waiting) > MOST_GATHERED:
                raise _error(name, f"has over {MOST_GATHERED:,} messages", "Give it in parts.")
            continue
        for entry in _of_items(name, index, form, items, attached):
            yield entry
            index = entry.index + 1
    if form is None:
        raise _of_no_known_form(name, first_unknown)
    for kind, waiting in gathered.values():
        assert kind.gather is not None
        yield from _of_items(name, index, kind, _gathered(kind, waiting), attached)
    if unknown:
        note = f"{unknown:,} values left out: the first {table.unknown(first_unknown)}"
        yield RecordedExchange(name, index, note=note)


def _of_no_known_form(name: str, first: Any) -> DocumentError:
    kind = DocumentError if table.may_hold_traffic(first) else NoRecordingError
    remedy = f"Known forms: {'; '.join(table.names())}. {table.PACKINGS}"
    return kind(table.unknown(first), where=name, remedy=remedy)


def _gathered(form: RecordingFormat, waiting: list[Any]) -> Iterable[Any]:
    try:
        return form.gather(waiting) if form.gather else waiting
    except _UNREADABLE:
        return [None]


def _of_items(
    name: str, first: int, form: RecordingFormat, items: Iterable[Any], attached: AttachedFiles
) -> Iterator[RecordedExchange]:
    index = first
    try:
        for raw in items:
            yield _read_item(name, index, form, raw, attached)
            index += 1
    except _UNREADABLE as error:
        yield _broken(name, index, error)


def _read_item(name: str, index: int, form: RecordingFormat, raw: Any, attached: AttachedFiles) -> RecordedExchange:
    try:
        return _entry(name, index, form.read(raw, attached))
    except _UNREADABLE as error:
        return _broken(name, index, error)


def _entry(name: str, index: int, reading: Reading) -> RecordedExchange:
    return RecordedExchange(name, index, reading.exchange, reading.note, reading.whole)


def _broken(name: str, index: int, error: BaseException) -> RecordedExchange:
    return RecordedExchange(name, index, note=f"the entry cannot be read: {type(error).__name__} {error}")


def left_out(name: str, refusal: DocumentError) -> RecordedExchange:
    """What stands for a file among others that was not read."""
    reason = OTHER_FILE if isinstance(refusal, NoRecordingError) else FILE
    return RecordedExchange(name, 0, note=f"the file is left out: {refusal.what}", lost_file=reason)


def _error(name: str, what: str, remedy: str = "Give a recording of a known form.") -> DocumentError:
    return DocumentError(what, where=name, remedy=remedy)
