"""Archives of Fiddler (`.saz`): a zip file with the raw request and answer of each session."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable

from harness.exchange import Request
from harness.traffic.readers.attached_files import member
from harness.traffic.readers.message_parts import header, status_of
from harness.traffic.readers.raw_http import parse
from harness.traffic.readers.recording_format import NO_ANSWER, Reading, reading
from harness.traffic.recorded_exchange import url

_REQUEST = re.compile(r"raw/(\d{1,9})_c\.txt", re.IGNORECASE)
_OWN_ANSWER = b"[Fiddler] "
"""How a body begins that Fiddler wrote itself because no answer came."""


def sessions(names: Iterable[str]) -> list[tuple[str, str]]:
    """The files of each session's request and answer, in order; none for another archive."""
    found = [(int(match[1]), name) for name in names if (match := _REQUEST.fullmatch(name.replace("\\", "/")))]
    return [(name, name[: -len("c.txt")] + "s.txt") for _, name in sorted(found)]


def read(archive: zipfile.ZipFile, files: tuple[str, str]) -> Reading:
    """One session. Raises one of `BROKEN`."""
    asked = parse(member(archive, files[0]))
    method, target, *_ = [*asked.first.split(), "", ""]
    if "://" not in target:
        target = f"https://{header(asked.headers, 'host')}{target}"
    request = Request(method.upper(), url(target), asked.headers, asked.body)
    try:
        raw = member(archive, files[1])
    except KeyError:
        return NO_ANSWER
    if not raw.strip():
        return NO_ANSWER
    answer = parse(raw)
    if answer.body.startswith(_OWN_ANSWER):
        return NO_ANSWER
    return reading(request, status_of(answer.first.partition(" ")[2]), answer.headers, answer.body)


def is_tunnel(reading: Reading) -> bool:
    """Whether a session is the tunnel that others went through."""
    return reading.exchange is not None and reading.exchange.request.method == "CONNECT"
