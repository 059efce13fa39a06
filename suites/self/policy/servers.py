"""Lenient servers of many habits, written without a look at the guard: line in, method and path acted on out."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, unquote_to_bytes

from hostile import Line

Server = Callable[[Line], tuple[str, str]]


def _split(target: str) -> tuple[str, str]:
    path, _, query = target.partition("?")
    return path, query


def strict(line: Line) -> tuple[str, str]:
    """Takes the bytes as they are, as the sandbox's own strict parser would."""
    return line.method, _split(line.target)[0]


def nginx(line: Line) -> tuple[str, str]:
    """Decodes once, merges slashes, resolves dot segments, cuts at NUL."""
    path = unquote(_split(line.target)[0], errors="replace").split("\0")[0]
    path = re.sub(r"/{2,}", "/", path)
    return line.method, posixpath.normpath(path) if path.startswith("/") else path


def rails(line: Line) -> tuple[str, str]:
    """Rack: method override by header and form field; the format behind the last dot is dropped."""
    path, query = _split(line.target)
    method = line.method
    headers = {name.lower().replace("_", "-"): value for name, value in line.headers}
    form = dict(parse_qsl(line.body.decode("latin-1")))
    named = form.get("_method") or dict(parse_qsl(query)).get("_method") or headers.get("x-http-method-override", "")
    if method == "POST" and named.strip():
        method = named.strip().upper()
    path = unquote(path, errors="replace").rstrip("/")
    return method, re.sub(r"\.\w+\Z", "", path)


def tomcat(line: Line) -> tuple[str, str]:
    """Path parameters out first, then decoding, then dot segments."""
    path = re.sub(r";[^/]*", "", _split(line.target)[0])
    path = unquote(path, errors="replace").replace("\\", "/")
    return line.method, posixpath.normpath(re.sub(r"/{2,}", "/", path))


def iis(line: Line) -> tuple[str, str]:
    """Backslashes are slashes, case does not count, decoded twice, blanks and dots at the end are dropped."""
    path = unquote(unquote(_split(line.target)[0], errors="replace"), errors="replace").replace("\\", "/")
    path = posixpath.normpath(re.sub(r"/{2,}", "/", path))
    return line.method, "/".join(part.rstrip(". ") for part in path.split("/"))


def unicode_folding(line: Line) -> tuple[str, str]:
    """Normalises to compatibility forms after decoding, and takes accents off."""
    path = unicodedata.normalize("NFKD", unquote(_split(line.target)[0], errors="replace"))
    return line.method, "".join(one for one in path if not unicodedata.combining(one))


def overlong(line: Line) -> tuple[str, str]:
    """An old UTF-8 decoder: two bytes for an ASCII character are fine."""
    data = unquote_to_bytes(_split(line.target)[0])
    text = re.sub(rb"[\xc0\xc1]([\x80-\xbf])", lambda m: bytes([(m[0][0] & 0x1F) << 6 | m[1][0] & 0x3F]), data)
    return line.method, posixpath.normpath(text.decode("utf-8", "replace"))


def override_header(line: Line) -> tuple[str, str]:
    """Takes any override header for any method; of a list the last entry."""
    named = [value for name, value in line.headers if "method" in name.lower()]
    method = named[-1].split(",")[-1].strip().upper() if named else line.method
    return method, nginx(line)[1]


def rewritten(line: Line) -> tuple[str, str]:
    """A reverse proxy's rewrite header wins over the request line."""
    named = [
        value for name, value in line.headers if name.lower() in ("x-original-url", "x-rewrite-url", "x-forwarded-uri")
    ]
    return (line.method, nginx(Line(line.method, named[-1]))[1]) if named else nginx(line)


def trimmed(line: Line) -> tuple[str, str]:
    """Strips blanks and control characters around segments, invisible ones anywhere."""
    path = unquote(_split(line.target)[0], errors="replace").replace("+", " ")
    path = "".join(one for one in path if unicodedata.category(one) != "Cf")
    return line.method, "/".join(part.strip(" \t\r\n\0\xa0") for part in path.split("/")).rstrip("/")


def twice(line: Line) -> tuple[str, str]:
    """Two servers in a row, both decoding: a gateway of Tomcat's kind before one of Rails' kind."""
    _, path = tomcat(line)
    return rails(Line(line.method, path, line.headers, line.body))


SERVERS: tuple[Server, ...] = (
    strict, nginx, rails, tomcat, iis, unicode_folding, overlong, override_header, rewritten, trimmed, twice,
)  # fmt: skip
