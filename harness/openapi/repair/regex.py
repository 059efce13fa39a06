"""Java's regular expressions in the words that ECMAScript, Rust and Python share."""

from __future__ import annotations

import html
import re
import warnings
from functools import lru_cache

# All but ASCII and the surrogates, which no UTF-8 text can hold.
_BEYOND_ASCII = "\x80-\ud7ff\ue000-\U0010ffff"
_CLASSES = {
    "ASCII": r"\x00-\x7F",
    "Alnum": "0-9A-Za-z",
    "Alpha": "A-Za-z",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1F\x7F",
    "Digit": "0-9",
    "Graph": "!-~",
    "Lower": "a-z",
    "Print": " -~",
    "Punct": r"!-\/:-@\[-`{-~",
    "Space": r"\s",
    "Upper": "A-Z",
    "XDigit": "0-9A-Fa-f",
    # Unicode's categories have no spelling that all three share; the nearest that refuses nothing valid.
    **dict.fromkeys(("L", "Lu", "Ll", "IsAlphabetic", "IsLetter"), r"\w"),
    **dict.fromkeys(("N", "Nd", "IsDigit"), r"\d"),
    **dict.fromkeys(("Z", "Zs", "IsWhite_Space"), r"\s"),
    **dict.fromkeys(("InBasicLatin", "IsBasicLatin", "InBasic_Latin", "IsASCII"), r"\x00-\x7F"),
}
_NEGATIVES = {name: _BEYOND_ASCII for name, text in _CLASSES.items() if text == r"\x00-\x7F"}
_SIMPLE = {"h": r"[ \t]", "A": "^", "Z": "$", "z": "$", "R": r"(?:\r\n|\n|\r)", "G": ""}
_PROPERTY = re.compile(r"\\([pP])\{\^?(\w+)\}")
_CODE_POINT = re.compile(r"\\x\{([0-9A-Fa-f]+)\}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#39);")
_SUSPECT = re.compile(r"\\[pPhAZzRGQEXK]|\(\?[^:=!<]|\(\?<[^=!]|&&|[*+?}]\+|\\x\{|&(?:amp|lt|gt|quot|#39);|\[\^")


@lru_cache(maxsize=4096)
def translate(pattern: str, digits: bool = False) -> str | None:
    """`pattern` without what only Java understands; unchanged where nothing is; None where nothing can be done.

    `digits` says that values are known to hold digits: a negated class that refuses all of them is then opened.
    """
    if not _SUSPECT.search(pattern):
        return pattern
    text = re.sub(r"\\P\{I[ns]BasicLatin\}", _BEYOND_ASCII, pattern) if "[" in pattern else pattern
    if not _SUSPECT.search(text):
        return text
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = _quantifiers(_flags(_escapes(_quotes(text))))
    if digits:
        text = re.sub(r"\[\^((?:\\.|[^\]\\])*)\]", _admit_digits, text)
    with warnings.catch_warnings():
        # Sets within sets mean another thing to each engine, of which Python only warns.
        warnings.simplefilter("error")
        try:
            re.compile(text)
        except (re.error, OverflowError, Warning):
            return None
    return text


def _quotes(text: str) -> str:
    r"""`\Q...\E` spelled with escapes."""
    return re.sub(r"\\Q(.*?)(?:\\E|\Z)", lambda quoted: re.escape(quoted[1]), text, flags=re.S)


def _escapes(text: str) -> str:
    """Java's escapes, property classes among them, one by one."""
    out: list[str] = []
    index, in_class = 0, False
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            token, index = _escape(text, index, in_class)
            out.append(token)
            continue
        if char in "[]":
            in_class = char == "["
        out.append(char)
        index += 1
    return "".join(out)


def _escape(text: str, index: int, in_class: bool) -> tuple[str, int]:
    """What the escape at `index` is in the shared words, and where it ends."""
    named = _PROPERTY.match(text, index)
    if named and named[2] in _CLASSES:
        return _property(named[1], named[2], inside=in_class), named.end()
    if code_point := _CODE_POINT.match(text, index):
        return re.escape(chr(int(code_point[1], 16))), code_point.end()
    escape = text[index : index + 2]
    return (escape if in_class else _SIMPLE.get(escape[1], escape)), index + 2


def _property(sign: str, name: str, *, inside: bool) -> str:
    if sign == "p":
        return _CLASSES[name] if inside else f"[{_CLASSES[name]}]"
    if name in _NEGATIVES:
        return _NEGATIVES[name] if inside else f"[{_NEGATIVES[name]}]"
    # Inside a class a complement has no short spelling; any character is the nearest that refuses nothing valid.
    return r"\s\S" if inside else f"[^{_CLASSES[name]}]"


def _flags(text: str) -> str:
    """`(?i)` in the middle: the letters up to the end of its group in both cases."""
    while flag := re.search(r"\(\?i\)", text):
        end = _group_end(text, flag.end())
        inner = re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|([A-Za-z])", _both_cases, text[flag.end() : end])
        text = text[: flag.start()] + inner + text[end:]
    # Named groups are spelled alike in Java, ECMAScript and Rust, but not in Python; no rule uses the name.
    return re.sub(r"\(\?<[A-Za-z]\w*>|\(\?>", "(?:", text)


def _both_cases(match: re.Match[str]) -> str:
    escape_or_class, letter = match.groups()
    return escape_or_class or f"[{letter.upper()}{letter.lower()}]"


def _group_end(text: str, start: int) -> int:
    depth = 0
    for token in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]", text[start:]):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth < 0:
            return start + token.start()
    return len(text)


def _quantifiers(text: str) -> str:
    """Possessive `*+`, `++`, `?+` and `}+` as greedy ones: they match at least as much."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|([*+?}])\+", lambda token: token[1] or token[2], text, flags=re.S)


def _admit_digits(negated_class: re.Match[str]) -> str:
    inner = re.sub(r"\\d|0-9", "", negated_class[1])
    if inner == negated_class[1]:
        return negated_class[0]
    return f"[^{inner}]" if inner else r"[\s\S]"
