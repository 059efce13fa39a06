"""The methods, hosts and paths that headers and parameters name, through every encoding that could hide them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""The methods of RFC 9110 and RFC 5789: a value that is one of them counts, whatever it is called."""

REGISTERED = METHODS | frozenset({"ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK",
                                   "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF",
                                   "MKWORKSPACE", "MOVE", "ORDERPATCH", "PRI", "PROPFIND", "PROPPATCH", "PURGE",
                                   "QUERY", "REBIND", "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK",
                                   "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL"})  # fmt: skip
"""The IANA registry of methods, and PURGE: many are everyday words, so they count only under a name like `method`."""

_NAMES_METHOD = re.compile(r"method|verb|override")
_NAMES_HOST = re.compile(r"host|authority|forwarded-?server|server-?name")
# Not the letters inside of a word: security.
_NAMES_PATH = re.compile(r"\bur[il]|ur[il]s?\b|path|rewrite|redirect")
# Names that frameworks ship: Rack, Rails, Symfony, Laravel, Express, CakePHP (`data[_method]`), ASP.NET, Google.
_OVERRIDE = re.compile(
    r"[\W_]+(?:http)?[\W_]*(?:method|verb)[\W_]*"
    r"|(?:.*[\W_])?x?[\W_]*http[\W_]*(?:method|verb)(?:[\W_].*)?"
    r"|.*(?:method|verb)[\W_]*override.*|.*override[\W_]*(?:http)?[\W_]*(?:method|verb).*"
)
_LIST = re.compile(r"[,;|:=&\0\r\n]+")
_WRAPPERS = " \t\r\n\v\f\0+\"'`()[]{}<>\\/"
_HIDES = re.compile(r"%[0-9a-fA-F]{2}|\\[ux]|&#?\w+;")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_HOST_PAIR = re.compile(r"(?:^|[;,\s])(?:host|authority)\s*=\s*([^;,]*)", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"(?:[a-z0-9.\-]+|\[[0-9a-f:.]+\])(?::\d+)?")
_URL = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//([^/?#\\]*)(.*?)\s*", re.IGNORECASE | re.DOTALL)
_DEPTH = 6
"""How often an encoding is taken off; more layers than that, and no server of any kind would."""

# Letters of other scripts that look like Latin ones, and marks that look like a slash or a dot (Unicode UTS 39).
LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһνοαρτυκιӏɑɡıⅼ∕⁄⧸╱⟋․‧·。．｡∶",
    "aeopcyxijsdqwhvoaptukilagil/////......:",
)


def bare(text: str) -> str:
    """A text with percent-encoding, escapes, entities and look-alike letters undone as often as they were put on."""
    for _ in range(_DEPTH):
        if not _HIDES.search(text):
            break
        text = html.unescape(unquote(_ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)))
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(LOOK_ALIKES))
    return "".join(sign for sign in folded if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")


@lru_cache(maxsize=4096)
def names_method(name: str) -> bool:
    """Whether a name is about a method at all: `Method`, `X-Override-Method`, `httpVerb`."""
    return bool(_NAMES_METHOD.search(bare(name).casefold()))


@lru_cache(maxsize=4096)
def is_override(name: str) -> bool:
    """Whether a name, or a step of `data[_method]`, is a framework's: `_method`, `X-HTTP-Method-Override`."""
    plain = bare(name).casefold()
    if "method" not in plain and "verb" not in plain:
        return False
    printed = "".join(sign for sign in plain.partition("\0")[0] if sign.isprintable())
    return any(_OVERRIDE.fullmatch(step) for step in re.split(r"[\[\].]", printed))


@lru_cache(maxsize=4096)
def methods(name: str, value: str) -> frozenset[str]:
    """The methods that a header or parameter names, in upper case; none for an ordinary one.

    Under an override's name any word counts. Under a name about methods every registered method counts, in any other
    place only the usual ones, and only where they are a whole entry of the value: `GET, DELETE`, not `get well`.
    """
    entries = _entries_of(value)
    if is_override(name):
        return frozenset(token for entry in entries for token in entry.split())
    known = REGISTERED if names_method(name) else METHODS
    return frozenset(token for entry in entries for token in _all_methods(entry.split(), known))


def _entries_of(value: str) -> list[str]:
    if value.isalnum() and value.isascii():
        # Nothing can be hidden in letters and digits.
        return [value.upper()]
    plain = bare(value)
    return [*_entries(plain), *_entries("".join(char for char in plain if char.isprintable()))]


def _entries(text: str) -> Iterator[str]:
    for entry in _LIST.split(text):
        if bared := entry.strip(_WRAPPERS).upper():
            yield bared


def _all_methods(tokens: list[str], known: frozenset[str]) -> list[str]:
    """The tokens where all are methods, or the first one of a request line: `DELETE /path HTTP/1.1`."""
    if tokens and tokens[0] in known and len(tokens) > 1 and "/" in tokens[1]:
        return tokens[:1]
    bared = [token.strip(_WRAPPERS) for token in tokens]
    return bared if known.issuperset(bared) else []


@lru_cache(maxsize=1024)
def role(header: str) -> str:
    """What a header is about by its name: `hosts`, `paths`, or neither."""
    name = bare(header).casefold().replace("_", "-")
    if _NAMES_HOST.search(name):
        return "hosts"
    return "paths" if _NAMES_PATH.search(name) else ""


@lru_cache(maxsize=4096)
def hosts(value: str) -> tuple[str, ...]:
    """Every host that a value names: in a list, quoted, or inside a URL; an empty one for a blank value."""
    if _PLAIN_HOST.fullmatch(lowered := value.strip().lower()):
        return (lowered,)
    entries = [entry.strip(" \t\r\n\"'") for entry in bare(value).split(",")]
    return tuple(url_parts(entry if "//" in entry else f"//{entry}")[0] for entry in entries)


def paired_hosts(value: str) -> tuple[str, ...]:
    """The hosts of `host=` pairs, as in `Forwarded: for=10.0.0.1;host=other.example` (RFC 7239)."""
    return tuple(host for entry in _HOST_PAIR.findall(bare(value)) for host in hosts(entry.strip(" \t\"'")))


def url_parts(value: str) -> tuple[str, str]:
    """Host and the rest of a path or URL; the host is empty for a path."""
    url = _URL.fullmatch(value)
    if not url:
        return "", value.strip()
    return url[1].rpartition("@")[2].strip().lower(), url[2] or "/"
