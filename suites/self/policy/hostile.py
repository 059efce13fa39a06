"""Hostile request lines: ordinary operations bent so that two readers of the line may see two operations.

Knows nothing of the harness: it takes templates and gives lines, so the same lines can be thrown at the guard and at
any server. The same seed gives the same lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Template = tuple[str, str]
"""Method and path template with the base path in front: `PUT`, `/zendesk/api/v2/tickets/{ticket_id}`."""


@dataclass(frozen=True)
class Line:
    """One request: `target` is the raw path with query, as it would stand in the request line."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


OVERRIDES = (
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "x_http_method_override",
    "X-Original-Method",
)
REROUTES = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_LOOKS = str.maketrans(
    {"a": "\u0430", "e": "\u0435", "o": "\u043e", "c": "\u0441", "p": "\u0440", "i": "\u0456", "s": "\u0455"}
)


def lines(
    templates: Sequence[Template], count: int, seed: int = 0, ids: Sequence[str] = ("1", "35436")
) -> Iterator[Line]:
    """`count` hostile lines over the templates: each bends one of them in one to three ways."""
    source = random.Random(seed)
    siblings = sorted({part for _, path in templates for part in path.split("/") if part and "{" not in part})
    for _ in range(count):
        method, template = source.choice(templates)
        path = re.sub(r"{[^{}]+}", lambda _: source.choice((*ids, source.choice(siblings))), template)
        line = Line(method, path)
        for bend in source.choices(BENDS, k=source.choice((1, 1, 2, 3))):
            line = bend(line, source, templates, ids)
        yield line


Bend = Callable[[Line, random.Random, Sequence[Template], Sequence[str]], Line]


def _path(change: Callable[[str, random.Random], str]) -> Bend:
    """A bend of the path alone."""

    def bend(line: Line, source: random.Random, templates: Sequence[Template], ids: Sequence[str]) -> Line:
        del templates, ids
        path, mark, query = line.target.partition("?")
        return Line(line.method, change(path, source) + mark + query, line.headers, line.body)

    return bend


def _segment(change: Callable[[str, random.Random], str]) -> Bend:
    """A bend of one segment."""

    def bend(path: str, source: random.Random) -> str:
        parts = path.split("/")
        at = source.randrange(1, len(parts)) if len(parts) > 1 else 0
        parts[at] = change(parts[at], source)
        return "/".join(parts)

    return _path(bend)


def _encode(text: str, source: random.Random, share: float = 0.5) -> str:
    style = source.choice(("%{:02x}", "%{:02X}"))
    return "".join(
        "".join(style.format(byte) for byte in one.encode()) if source.random() < share or not one.isascii() else one
        for one in text
    )


def _overlong(text: str) -> str:
    return "".join(
        f"%{0xC0 | ord(one) >> 6:02x}%{0x80 | ord(one) & 0x3F:02x}" if one in "/.md" else one for one in text
    )


def _climb(path: str, source: random.Random) -> str:
    """A detour that ends where the path did: `/x/../`, encoded or not, somewhere on the way."""
    parts = path.split("/")
    at = source.randrange(1, len(parts))
    up = source.choice(
        ("..", "%2e%2e", "%2E.", "..;", "%252e%252e", "..%00", ".%2e;a=b", "%c0%ae%c0%ae", "\uff0e\uff0e")
    )
    word = source.choice(("x", "tickets", "1", ".", "%2f"))
    return "/".join([*parts[:at], word, up, *parts[at:]])


def _graft(line: Line, source: random.Random, templates: Sequence[Template], ids: Sequence[str]) -> Line:
    """A harmless path in front, climbed out of again, and the real one behind."""
    _, other = source.choice(templates)
    other = re.sub(r"{[^{}]+}", source.choice(ids), other)
    up = source.choice(("..", "%2e%2e", "..%2f..", "%252e%252e", "..;x", "..\\"))
    slash = source.choice(("/", "%2f", "%2F", "\\", "%5c", "//", "%252f"))
    path = other + slash + slash.join([up] * other.count("/")) + line.target
    return Line(line.method, path, line.headers, line.body)


def _rename(line: Line, source: random.Random, templates: Sequence[Template], ids: Sequence[str]) -> Line:
    """A reading method with an override header, field or query parameter that names the real one."""
    del templates, ids
    shown = source.choice(("GET", "POST", "HEAD"))
    way = source.randrange(4)
    named = source.choice((line.method, line.method.lower(), f" {line.method} ", f"{shown}, {line.method}"))
    if way == 0:
        mark = "&" if "?" in line.target else "?"
        return Line(shown, f"{line.target}{mark}_method={line.method.lower()}", line.headers, line.body)
    if way == 1:
        form = (("Content-Type", "application/x-www-form-urlencoded"),)
        return Line("POST", line.target, (*line.headers, *form), f"_method={line.method}".encode())
    return Line(shown, line.target, (*line.headers, (source.choice(OVERRIDES), named)), line.body)


def _reroute(line: Line, source: random.Random, templates: Sequence[Template], ids: Sequence[str]) -> Line:
    """A header that names the real path, under a harmless one."""
    harmless = [path for method, path in templates if method == "GET" and "{" not in path]
    del ids
    shown = source.choice(harmless) if harmless else "/"
    return Line(line.method, shown, (*line.headers, (source.choice(REROUTES), line.target)), line.body)


def _other_method(line: Line, source: random.Random, templates: Sequence[Template], ids: Sequence[str]) -> Line:
    del templates, ids
    return Line(source.choice(METHODS), line.target, line.headers, line.body)


BENDS: tuple[Bend, ...] = (
    _segment(lambda text, source: _encode(text, source)),
    _segment(lambda text, source: _encode(text, source).replace("%", "%25")),
    _segment(lambda text, source: _overlong(text) if text.isascii() else text),
    _segment(lambda text, source: text.upper() if source.random() < 0.5 else text.swapcase()),
    _segment(lambda text, source: text + source.choice((";a=b", ";", ";jsessionid=1", "%3ba=b"))),
    _segment(lambda text, source: text + source.choice(("%00", "%20", "%09", "%0a", "+", "%c2%a0", "%e2%80%8b", "."))),
    _segment(lambda text, source: source.choice(("%20", "%09", "%00", "")) + text),
    _segment(lambda text, source: "".join(_FULL_WIDTH.get(one, one) if source.random() < 0.4 else one for one in text)),
    _segment(lambda text, source: text.translate(_LOOKS)),
    _segment(lambda text, source: text.replace("e", source.choice(("\u00e9", "e\u0301", "%C3%A9")), 1)),
    _segment(lambda text, source: source.choice(("\\", "%5c", "%2f", "/", "%252f")) + text),
    _path(_climb),
    _path(lambda path, source: path.replace("/", source.choice(("//", "/./", "/%2e/", "\\", "%2f", "///")), 2)),
    _path(
        lambda path, source: path + source.choice((".json", ".JSON", "%2ejson", ".xml", ".", "/", "//", "/.", ".json/"))
    ),
    _path(
        lambda path, source: path + source.choice(("%3fx=1", "%23x", "%00.png", "/..;/", "/%2e%2e/", "%0d%0aX:%20y"))
    ),
    _path(
        lambda path, source: source.choice(("http://127.0.0.1", "//other.example", "/.", "/%2e", "/zendesk/..")) + path
    ),
    _graft,
    _rename,
    _reroute,
    _other_method,
)
