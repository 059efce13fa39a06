"""Where a text stands inside another, however it is spelled: percent-encoded, escaped, as entities, in any mixture."""

from __future__ import annotations

import html.entities
import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

Span = tuple[int, int]

_HEAD = 64
"""Signs of a text that one pattern matches: patterns of long tokens would take a second to compile."""

# Every repetition has a bound, so that a megabyte of backslashes costs no more than a megabyte of anything else.
_SLASHES = rb"\\{1,16}"
_PERCENT = rb"(?:25){0,4}"
_AMP = rb"(?:amp;){0,4}"
_ZEROS = rb"0{0,16}"
_SIMPLE = {"\b": b"b", "\f": b"f", "\n": b"n", "\r": b"r", "\t": b"t"}
_OCTET = rb"(?<=%)(?:u(?P<wide>[0-9a-fA-F]{4})|(?P<byte>[0-9a-fA-F]{2}))"
_CODE = (
    rb"(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\{1,16}u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|u(?P<unit>[0-9a-fA-F]{4})|[uU]\{0{0,16}(?P<point>[0-9a-fA-F]{1,6})\}|U00(?P<long>[0-9a-fA-F]{6})"
    rb"|x(?P<code>[0-9a-fA-F]{2}))"
)
_ESCAPE = rb"(?<=\\)\\{0,15}" + _CODE
_ENTITY = (
    rb"(?<=&)(?:#0{0,16}(?P<decimal>[0-9]{1,7})|#[xX]0{0,16}(?P<hex>[0-9a-fA-F]{1,6})"
    rb"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));?"
)
_KINDS = ((b"%", _OCTET), (b"\\", _ESCAPE), (b"&", _ENTITY))
_TOKENS = tuple(re.compile(re.escape(mark) + kind) for mark, kind in _KINDS)
# An escape takes all backslashes in front of it, however often it was doubled. Where some of them are the text's own,
# two readers leave those: one of JSON, to which a pair is one backslash (RFC 8259, 7), and one that knows no pairs.
_PAIRED = rb"(?<=\\)(?:(?P<pair>\\)(?=\\{0,31}[uUx])|%s)" % _CODE
_UNPAIRED = rb"(?<=\\)" + _CODE
_TOKEN, *_OWN_BACKSLASHES = (
    re.compile(rb"[%%\\&](?:%s|%s|%s)" % (_OCTET, escape, _ENTITY)) for escape in (_ESCAPE, _PAIRED, _UNPAIRED)
)
_DOUBLED = re.compile(rb"\\\\[uUx]")
_LAYERS = 24
"""Texts at most that decoding makes of a text. Real traffic has two or three."""
_SYNTAX = "%\\&#;" + string.ascii_letters + string.digits
"""What escapes are made of: where one of these is escaped, an escape may lie inside of another."""


@dataclass(frozen=True)
class Layer:
    """A text after some rounds of decoding. `marks` are (end here, end below, length here) of each decoded token."""

    text: bytes
    below: Layer | None = None
    marks: tuple[tuple[int, int, int], ...] = ()

    def source(self, start: int, end: int) -> Span:
        """The part of the text that was there first, of which a part of this one is made."""
        if self.below is None:
            return start, end
        return self.below.source(self._under(start, "start"), self._under(end, "end"))

    @cached_property
    def _ends(self) -> list[int]:
        return [end for end, _, _ in self.marks]

    def _under(self, place: int, side: str) -> int:
        """A place below; what is inside of a token goes to its start or its end."""
        index = bisect_right(self._ends, place)
        before_here, before_below = self.marks[index - 1][:2] if index else (0, 0)
        if index < len(self.marks):
            end, end_below, width = self.marks[index]
            begin = end - width
            if place > begin:
                token_below = before_below + (begin - before_here)
                return token_below if side == "start" else end_below
        return before_below + (place - before_here)


def layers(text: bytes) -> Iterator[Layer]:
    """The text and what decoding makes of it, round after round: all escapes at once, then each kind alone.

    Alone, since a kind that one reader does not know leaves its signs to the next: where `\\x0` stands in front of a
    value that begins with `0`, a reader of JSON takes that zero and a reader of HTML does not. Last, all at once again
    by the readers that leave a text its own backslashes in front of an escape.
    """
    first = Layer(text)
    yield first
    texts = {text}
    queue = [first]
    while queue:
        layer = queue.pop(0)
        for token in _readings(layer.text):
            decoded = _decoded(layer, token)
            if decoded and decoded.text not in texts and len(texts) < _LAYERS:
                texts.add(decoded.text)
                queue.append(decoded)
                yield decoded


def _readings(text: bytes) -> tuple[re.Pattern[bytes], ...]:
    """What may be decoded in one round, each as a pattern of its tokens."""
    every = (_TOKEN, *_TOKENS)
    return (*every, *_OWN_BACKSLASHES) if _DOUBLED.search(text) else every


def _decoded(layer: Layer, token: re.Pattern[bytes]) -> Layer | None:
    """One round: each token becomes what it stands for; None when there is no token."""
    pieces: list[bytes] = []
    marks: list[tuple[int, int, int]] = []
    at = size = 0
    for match in token.finditer(layer.text):
        if meaning := _meaning(match):
            pieces += (layer.text[at : match.start()], meaning)
            size += match.start() - at + len(meaning)
            at = match.end()
            marks.append((size, at, len(meaning)))
    if not marks:
        return None
    return Layer(b"".join([*pieces, layer.text[at:]]), layer, tuple(marks))


def _meaning(token: re.Match[bytes]) -> bytes:
    """What a token stands for, in UTF-8; nothing for what only looks like a token."""
    kind, digits = token.lastgroup or "", token[token.lastgroup or 0]
    if kind == "pair":
        return digits
    if kind in ("byte", "code"):
        return bytes((int(digits, 16),))
    if kind == "name":
        name = digits.decode()
        return (html.entities.html5.get(name + ";") or html.entities.html5.get(name, "")).encode()
    if kind == "low":
        point = 0x10000 + ((int(token["high"], 16) & 0x3FF) << 10) + (int(digits, 16) & 0x3FF)
    else:
        point = int(digits, 10 if kind == "decimal" else 16)
    return chr(point).encode("utf-8", "surrogatepass") if point < 0x110000 else b""


@dataclass(frozen=True)
class Probe:
    """A cheap test whether a text holds any escape that could hide a part of one of `texts`.

    Ordinary traffic escapes blanks, quotes, brackets and line ends; secrets are letters and digits, which need no
    escape. So the test nearly always says no, and the costly search is left out.
    """

    texts: tuple[str, ...]

    def finds(self, text: bytes) -> bool:
        """Whether the costly search is needed."""
        return any(mark in text and pattern.search(text) for mark, pattern in self._patterns)

    @cached_property
    def _patterns(self) -> tuple[tuple[bytes, re.Pattern[bytes]], ...]:
        """One pattern for each sign that begins an escape: patterns that begin with a fixed byte are the fast ones."""
        signs = {*"".join(self.texts), *_SYNTAX}
        octets = {byte for sign in signs for byte in sign.encode("utf-8", "surrogatepass")}
        octets |= {ord(sign) for sign in signs if ord(sign) < 0x100}
        pairs = b"|".join(_hex(byte, 2) for byte in sorted(octets))
        wide = b"|".join(_hex(ord(sign), 4) for sign in sorted(signs) if ord(sign) < 0x10000)
        simple = [*_simple({*"".join(self.texts)})]
        named = signs if "&" in "".join(self.texts) else signs - {"&"}
        names = sorted(name for sign in named for name in _names().get(sign, ()))
        patterns = [
            (b"%", b"%%(?:u|%s)" % pairs),
            (b"\\", rb"\\(?:u(?:\{|[dD][89abAB]|%s)|U|x(?:%s))" % (wide, pairs)),
            (b"&", b"&(?:%s)" % b"|".join([*_numbers(signs), *(re.escape(name.encode()) for name in names)])),
        ]
        if simple:
            patterns.append((b"\\", rb"\\(?:%s)" % b"|".join(simple)))
        if " " in signs:
            patterns.append((b"+", rb"\+"))
        return tuple((mark, re.compile(pattern)) for mark, pattern in patterns)


@dataclass(frozen=True)
class Spelled:
    """A text, and where it stands inside another in any spelling."""

    text: str

    def spans(self, layer: Layer, escaped: bool = True) -> Iterator[Span]:
        """Where the text stands in a layer: raw, and where escapes are worth a search in any mixture of spellings."""
        at = layer.text.find(self.raw)
        while at >= 0:
            yield at, at + len(self.raw)
            at = layer.text.find(self.raw, at + len(self.raw))
        for head in self._head.finditer(layer.text) if escaped else ():
            yield head.start(), self._end(layer.text, head.end())

    def _end(self, text: bytes, at: int) -> int:
        """The end of what follows the head; a text that was cut off is as secret as far as it goes."""
        for sign in self._signs[_HEAD:]:
            if not (spelling := _pattern_of(sign).match(text, at)):
                break
            at = spelling.end()
        return at

    @cached_property
    def raw(self) -> bytes:
        """The text as it is, in UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def _signs(self) -> list[str]:
        """The signs; backslashes in a row count as one sign, since their spellings cannot be told apart."""
        return re.findall(r"\\+|[^\\]", self.text, re.DOTALL)

    @cached_property
    def _head(self) -> re.Pattern[bytes]:
        """Begins with a set of bytes, which the regex engine matches faster than alternatives."""
        first, *rest = self._signs[:_HEAD]
        # A run of backslashes matches only where it begins: the end of a longer run matches raw.
        begin = rb"(?<!\\)(?<!%5[cC])" + _run(first) if first[0] == "\\" else _by_first_byte(_tails(first))
        return re.compile(begin + b"".join(_group(sign) for sign in rest), re.DOTALL)


def _numbers(signs: Iterable[str]) -> Iterator[bytes]:
    """What stands behind an ampersand for any of these signs, or begins an entity of an entity."""
    points = sorted(ord(sign) for sign in signs)
    yield b"#%s(?:%s)(?![0-9])" % (_ZEROS, b"|".join(b"%d" % point for point in points))
    yield b"#[xX]%s(?:%s)(?![0-9a-fA-F])" % (_ZEROS, b"|".join(_hex(point) for point in points))
    yield rb"(?:amp|AMP);?(?=#|[aA][mM][pP]|[A-Za-z][A-Za-z0-9]{1,31};)"


def _simple(signs: Iterable[str]) -> Iterator[bytes]:
    """What stands behind a backslash in place of these signs, where it is no number."""
    for sign in sorted(signs):
        if sign in _SIMPLE:
            yield _SIMPLE[sign]
        elif not sign.isalnum():
            yield re.escape(sign.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=1024)
def _pattern_of(sign: str) -> re.Pattern[bytes]:
    return re.compile(_group(sign), re.DOTALL)


def _group(sign: str) -> bytes:
    if sign[0] == "\\":
        return _run(sign)
    return b"(?:%s)" % b"|".join(re.escape(first) + tail for first, tail in _tails(sign))


def _by_first_byte(tails: list[tuple[bytes, bytes]]) -> bytes:
    firsts = b"".join(re.escape(first) for first in sorted({first for first, _ in tails}))
    return b"[%s](?:%s)" % (firsts, b"|".join(b"(?<=%s)%s" % (re.escape(first), tail) for first, tail in tails))


def _tails(sign: str) -> list[tuple[bytes, bytes]]:
    """All spellings of one sign, each as its first byte and a pattern for the rest."""
    raw = sign.encode("utf-8", "surrogatepass")
    tails = [
        (raw[:1], re.escape(raw[1:])),
        (b"%", _percent(raw) + b"|" + _PERCENT + b"u" + _hex(ord(sign) % 0x10000, 4)),
        (b"\\", rb"\\{0,15}(?:%s)" % b"|".join(_escapes(sign, raw))),
        (b"&", _AMP + b"(?:%s);?" % b"|".join(_entities(sign))),
    ]
    if sign == " ":
        tails.append((b"+", b""))
    return [(first, b"(?:%s)" % tail) for first, tail in tails]


def _percent(raw: bytes) -> bytes:
    return (b"%" + _PERCENT).join([b"", *(_hex(byte, 2) for byte in raw)]).removeprefix(b"%")


def _escapes(sign: str, raw: bytes) -> Iterator[bytes]:
    """What may stand behind a backslash."""
    point = ord(sign)
    if point < 0x10000:
        yield b"u" + _hex(point, 4)
    else:
        high, low = 0xD800 + (point - 0x10000 >> 10), 0xDC00 + (point - 0x10000 & 0x3FF)
        yield b"u" + _hex(high, 4) + _SLASHES + b"u" + _hex(low, 4)
    yield rb"[uU]\{%s%s\}" % (_ZEROS, _hex(point))
    yield b"U" + _hex(point, 8)
    yield (_SLASHES + b"x").join([b"", *(_hex(byte, 2) for byte in raw)]).removeprefix(_SLASHES)
    if 0x80 <= point < 0x100:
        yield b"x" + _hex(point, 2)
    yield from _simple(sign)


def _entities(sign: str) -> Iterator[bytes]:
    """What may stand behind an ampersand."""
    yield b"#%s%d" % (_ZEROS, ord(sign))
    yield b"#[xX]%s%s" % (_ZEROS, _hex(ord(sign)))
    yield from (re.escape(name.encode()) for name in _names().get(sign, ()))


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """The entity names of each sign."""
    names: dict[str, list[str]] = {}
    for name, sign in html.entities.html5.items():
        if name.endswith(";"):
            names.setdefault(sign, []).append(name[:-1])
    return names


def _run(slashes: str) -> bytes:
    """Backslashes in a row, each of which may have been doubled a few times."""
    backslash = rb"\\(?:u005[cC]|x5[cC])?|%%%s5[cC]|&%s(?:#%s92|#[xX]%s5[cC]|bsol);?" % (_PERCENT, _AMP, _ZEROS, _ZEROS)
    return b"(?:%s){%d,%d}" % (backslash, len(slashes), 16 * len(slashes))


def _hex(number: int, width: int = 1) -> bytes:
    """A number in hexadecimal digits of any case."""
    digits = f"{number:0{width}x}"
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits).encode()
