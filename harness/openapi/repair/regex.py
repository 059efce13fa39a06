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
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    text = _quantifiers(_flags(_tokens(_quotes(text))))
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
    return re.sub(r"\\Q(.*?)(?:\\E|\Z)", lambda found: re.escape(found[1]), text, flags=re.S)


def _tokens(text: str) -> str:
    out: list[str] = []
    index, depth = 0, 0
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            named = re.compile(r"\\([pP])\{\^?(\w+)\}").match(text, index)
            long = re.compile(r"\\x\{([0-9A-Fa-f]+)\}").match(text, index)
            if named and named[2] in _CLASSES:
                out.append(_property(named[1], named[2], inside=depth > 0))
                index = named.end()
            elif long:
                out.append(re.escape(chr(int(long[1], 16))))
                index = long.end()
            else:
                out.append(
                    _SIMPLE.get(text[index + 1], text[index : index + 2]) if not depth else text[index : index + 2]
                )
                index += 2
            continue
        if char == "[":
            depth = 1
        elif char == "]":
            depth = 0
        out.append(char)
        index += 1
    return "".join(out)


def _property(sign: str, name: str, *, inside: bool) -> str:
    if sign == "p":
        return _CLASSES[name] if inside else f"[{_CLASSES[name]}]"
    if name in _NEGATIVES:
        return _NEGATIVES[name] if inside else f"[{_NEGATIVES[name]}]"
    # Inside a class a complement has no short spelling; any character is the nearest that refuses nothing valid.
    return r"\s\S" if inside else f"[^{_CLASSES[name]}]"


def _flags(text: str) -> str:
    """`(?i)` in the middle: the letters up to the end of its group in both cases."""
    while found := re.search(r"\(\?i\)", text):
        end = _group_end(text, found.end())
        inner = re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|([A-Za-z])", _both_cases, text[found.end() : end])
        text = text[: found.start()] + inner + text[end:]
    # Named groups are spelled alike in Java, ECMAScript and Rust, but not in Python; nobody asks for the name.
    return re.sub(r"\(\?<[A-Za-z]\w*>|\(\?>", "(?:", text)


def _both_cases(found: re.Match[str]) -> str:
    return found[1] or f"[{found[2].upper()}{found[2].lower()}]"


def _group_end(text: str, start: int) -> int:
    depth = 0
    for found in re.finditer(r"\\.|\[(?:\\.|[^\]\\])*\]|[()]", text[start:]):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0:
            return start + found.start()
    return len(text)


def _quantifiers(text: str) -> str:
    """Possessive `*+`, `++`, `?+` and `}+` as greedy ones: they match at least as much."""
    return re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|([*+?}])\+", lambda found: found[1] or found[2], text, flags=re.S)


def _admit_digits(found: re.Match[str]) -> str:
    inner = re.sub(r"\\d|0-9", "", found[1])
    return found[0] if inner == found[1] else f"[^{inner}]" if inner else r"[\s\S]"
