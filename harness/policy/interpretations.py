"""Every path and method that some server could read out of one request line, its headers and its form fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote_to_bytes

from harness.exchange import Headers
from harness.policy import disguise
from harness.policy.disguise import LOOK_ALIKES

LIMIT = 256
"""With more readings than this a path counts as unreadable; 100,000 generated hostile lines stay below."""

_PLAIN = re.compile(r"[A-Za-z0-9_\-/~]*\Z")
_EXTENSION = re.compile(r"\.[A-Za-z0-9_+\-]{0,16}(?=\Z|/\Z)")
_ESCAPE = re.compile(r"%(?:[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")
_BLANK = "\t\n\r\x0b\x0c\x00 \xa0\u3000\u200b\u200c\u200d\u2060\ufeff\xad"


class TooManyError(ValueError):
    """A path with more readings than `LIMIT`."""


@lru_cache(maxsize=4096)
def paths(raw: str) -> frozenset[str]:
    """All readings of a raw path, itself among them; a plain one (letters, digits, `-_~`) has only itself.

    The closure of every step in `STEPS` in any order and number: what one server does first, another does last.
    Case is not a step, as matching ignores it. Raises `TooManyError` beyond `LIMIT`.
    """
    if _PLAIN.match(raw) and "//" not in raw:
        return frozenset((raw,))
    readings = {raw}
    queue = [raw]
    # A ligature may unfold to several letters; no ordinary path grows much beyond that.
    longest = 4 * len(raw) + 64
    while queue:
        path = queue.pop()
        for reading in chain.from_iterable(step(path) for step in STEPS):
            if reading in readings:
                continue
            readings.add(reading)
            queue.append(reading)
            if len(readings) > LIMIT or len(reading) > longest:
                raise TooManyError(raw)
    return frozenset(readings)


def _decoded(path: str) -> Iterator[str]:
    """Percent-decoding, once a step, so that twice encoded comes out too; overlong and broken UTF-8 read leniently."""
    if not _ESCAPE.search(path):
        return
    data = unquote_to_bytes(path)
    yield data.decode("utf-8", "replace")
    # Bytes that are not ASCII are decoded only once: what was decoded before is text by now.
    if path.isascii() and not data.isascii():
        yield data.decode("latin-1")
        yield _overlong(data)
    if "%u" in path:
        yield re.sub(r"%u([0-9A-Fa-f]{4})", lambda escape: chr(int(escape[1], 16)), path)


def _overlong(data: bytes) -> str:
    """UTF-8 as decoders of old took it: two or three bytes for a character that fits in one (`%c0%af` is `/`)."""
    out, at = [], 0
    while at < len(data):
        byte = data[at]
        size = 1 + (byte >= 0xC0) + (byte >= 0xE0)
        tail = data[at + 1 : at + size]
        if len(tail) < size - 1:
            size, tail = 1, b""
        point = byte & {1: 0xFF, 2: 0x1F, 3: 0x0F}[size]
        for low in tail:
            point = point << 6 | low & 0x3F
        out.append(chr(point))
        at += size
    return "".join(out)


def _slashed(path: str) -> Iterator[str]:
    if "\\" in path:
        yield path.replace("\\", "/")


def _collapsed(path: str) -> Iterator[str]:
    if "//" in path:
        yield re.sub(r"/{2,}", "/", path)


def _undotted(path: str) -> Iterator[str]:
    """Dot segments resolved, with empty segments counted or not."""
    parts = path.split("/")
    if any(part in (".", "..") for part in parts):
        yield _resolve(parts)
        yield _resolve(["", *[part for part in parts if part]])


def _resolve(parts: list[str]) -> str:
    out: list[str] = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "..":
            if len(out) > 1:
                out.pop()
            if last:
                out.append("")
        elif part != ".":
            out.append(part)
        elif last:
            out.append("")
    return "/".join(out) or "/"


def _unparametered(path: str) -> Iterator[str]:
    """`;name=value` after a segment dropped, up to the next slash or up to the end."""
    if ";" in path:
        yield re.sub(r";[^/]*", "", path)
        yield path.split(";", 1)[0]


def _cut(path: str) -> Iterator[str]:
    """What is left where an inner `?`, `#` or NUL ends the path."""
    for mark in "?#\x00":
        if mark in path:
            yield path.split(mark, 1)[0]


def _unextended(path: str) -> Iterator[str]:
    """`.json`, any other extension, or a lone dot at the end dropped."""
    if "." in path.rsplit("/", 2 if path.endswith("/") else 1)[-1] or path.rstrip("/").endswith("."):
        yield _EXTENSION.sub("", path)
        yield path.rstrip("/").rstrip(".")


def _trimmed(path: str) -> Iterator[str]:
    """Blanks and control characters dropped: at the end, around segments, or everywhere."""
    if any(mark in path for mark in _BLANK) or "+" in path:
        yield "/".join(part.strip(_BLANK + "+") for part in path.split("/"))
        yield "".join(mark for mark in path if mark not in _BLANK)
        yield path.replace("+", " ")


def _unaccented(path: str) -> Iterator[str]:
    """Look-alikes folded as databases and frameworks do: compatibility forms, accents, letters of other scripts."""
    if not path.isascii():
        yield unicodedata.normalize("NFKC", path)
        yield "".join(
            mark
            for mark in unicodedata.normalize("NFKD", path.translate(LOOK_ALIKES))
            if not unicodedata.combining(mark)
        )
        yield "".join(
            mark for mark in path if not (unicodedata.category(mark) in ("Cf", "Cc") or "\ufe00" <= mark <= "\ufe0f")
        )
        yield "".join(chr(ord(mark) & 0xFF) for mark in path)


STEPS: tuple[Callable[[str], Iterator[str]], ...] = (
    _decoded,
    _slashed,
    _collapsed,
    _undotted,
    _unparametered,
    _cut,
    _unextended,
    _trimmed,
    _unaccented,
)


@dataclass(frozen=True, slots=True)
class HeaderOverrides:
    """What headers name in place of the request's own: methods (`X-HTTP-Method-Override`), paths (`X-Original-URL`)
    and hosts (`X-Forwarded-Host`, and `Host` itself). Paths keep their query.
    """

    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


def header_overrides(headers: Headers) -> HeaderOverrides:
    """What all headers together name, judged by the words of a header's name and by its value."""
    every = [_named_by(name, value) for name, value in headers]
    naming = [overrides for overrides in every if overrides is not _NO_OVERRIDES]
    # Nearly always one: the header `Host`.
    if len(naming) == 1:
        return naming[0]
    return HeaderOverrides(
        tuple(method for overrides in naming for method in overrides.methods),
        tuple(path for overrides in naming for path in overrides.paths),
        tuple(host for overrides in naming for host in overrides.hosts),
    )


_NO_OVERRIDES = HeaderOverrides()


@lru_cache(maxsize=4096)
def _named_by(name: str, value: str) -> HeaderOverrides:
    """What one header names: most name nothing, and are the same in every request."""
    role = disguise.role(name)
    methods = sorted(disguise.methods(name, value))
    hosts = list(disguise.hosts(value) if role == "hosts" else disguise.paired_hosts(value))
    paths: list[str] = []
    if role == "paths":
        host, path = disguise.url_parts(value)
        paths.append(path)
        hosts += [host] if host else []
    if not (methods or paths or hosts):
        return _NO_OVERRIDES
    return HeaderOverrides(tuple(methods), tuple(paths), tuple(hosts))


def methods(method: str, headers: Iterable[str] = (), fields: Iterable[tuple[str, str]] = ()) -> frozenset[str]:
    """The method itself, those that `headers` name, and every one that a parameter names, in upper case.

    HEAD is read as GET: servers run the same code for both.
    """
    named = [method, *headers]
    for name, value in fields:
        named += disguise.methods(name, value)
    if len(named) == 1 and method in _USUAL:
        return _USUAL[method]
    names = {word.upper() for text in named for word in re.split(r"[,;\s]+", text) if word}
    return frozenset(map(_run_as, names)) or frozenset(("",))


def _run_as(method: str) -> str:
    return "GET" if method == "HEAD" else method


_USUAL = {method: frozenset((_run_as(method),)) for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")}
