"""No mixture of spellings hides a secret: what every decoder makes of a masked text holds it no more."""

from __future__ import annotations

import html
import json
import random
import re
import time
from collections.abc import Callable
from html.entities import html5
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from harness.exchange import Exchange, Request, Response
from harness.formats.spellings import Probe, Spelled, layers
from harness.masking import MASK, Mask

NAMES = {sign: name for name, sign in html5.items() if len(sign) == 1}


def surrogates(sign: str) -> list[int]:
    data = sign.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def octets(sign: str) -> bytes:
    return sign.encode("utf-8", "surrogatepass")


SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent, lower": lambda sign: "".join(f"%{byte:02x}" for byte in octets(sign)),
    "percent, upper": lambda sign: "".join(f"%{byte:02X}" for byte in octets(sign)),
    "percent, twice": lambda sign: "".join(f"%25{byte:02x}" for byte in octets(sign)),
    "percent, thrice": lambda sign: "".join(f"%2525{byte:02X}" for byte in octets(sign)),
    "escaped, lower": lambda sign: "".join(f"\\u{unit:04x}" for unit in surrogates(sign)),
    "escaped, upper": lambda sign: "".join(f"\\u{unit:04X}" for unit in surrogates(sign)),
    "escaped, in a string of a string": lambda sign: "".join(f"\\\\u{unit:04x}" for unit in surrogates(sign)),
    "escaped, short": lambda sign: f"\\x{ord(sign):02x}" if ord(sign) < 0x80 else sign,
    "escaped, in braces": lambda sign: f"\\u{{{ord(sign):x}}}",
    "slash": lambda sign: "\\/" if sign == "/" else sign,
    "json": lambda sign: json.dumps(sign)[1:-1],
    "decimal": lambda sign: f"&#{ord(sign)};",
    "decimal, zeros": lambda sign: f"&#000{ord(sign)};",
    "hex": lambda sign: f"&#x{ord(sign):x};",
    "hex, upper": lambda sign: f"&#X00{ord(sign):X};",
    "named": lambda sign: f"&{NAMES[sign]}" if sign in NAMES else sign,
    "escaped entity": lambda sign: f"&amp;#{ord(sign)};",
    "percent of an entity": lambda sign: "".join(f"%{ord(one):02x}" for one in f"&#{ord(sign)};"),
    "percent of an escape": lambda sign: "".join(f"%5C{one[1:]}" for one in [f"\\u{u:04x}" for u in surrogates(sign)]),
    "entity of a percent": lambda sign: "".join(f"&#37;{byte:02x}" for byte in octets(sign)),
    "escape of a percent": lambda sign: "".join(f"\\u0025{byte:02X}" for byte in octets(sign)),
}
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=8, max_size=40)
SIGNS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=8, max_size=20)
SECRETS = (LETTERS | SIGNS | ANY).filter(lambda one: not set(one) <= set(MASK) and MASK not in one)
AROUND = st.text('xyz &%\\#;=/"{}0', max_size=12) | st.text(max_size=12)


def mixed(secret: str, ways: list[str]) -> str:
    return "".join(SPELLINGS[way](sign) for sign, way in zip(secret, ways, strict=True))


def unescaped(text: str) -> str:
    """All backslashes in front of an escape belong to it: what is left after any number of rounds."""
    text = re.sub(r"\\+u\{([0-9a-fA-F]+)\}", lambda one: chr(int(one[1], 16)), text)
    units = re.sub(r"\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))", lambda one: chr(int(one[1] or one[2], 16)), text)
    return re.sub(r'\\+([/"\\])', r"\1", joined(units))


def unescaped_last(text: str) -> str:
    """Only the last backslash belongs to an escape, as Python's codec `raw_unicode_escape` reads it."""
    return joined(re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), text))


def unescaped_once(text: str) -> str:
    """One round of a JSON string, which halves the backslashes in front of an escape."""
    pattern = r'\\(?:u([0-9a-fA-F]{4})|([/"\\]))'
    return joined(re.sub(pattern, lambda one: chr(int(one[1], 16)) if one[1] else one[2], text))


def joined(units: str) -> str:
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


DECODERS: tuple[Callable[[str], str], ...] = (unquote, html.unescape, unescaped, unescaped_last, unescaped_once)


def everything_in(text: str, rounds: int = 5) -> set[str]:
    """All that decoders make of a text, whatever the order that they are used in."""
    found, new = {text}, {text}
    for _ in range(rounds):
        new = {decode(one) for one in new for decode in DECODERS} - found
        found |= new
    return found


@st.composite
def mixtures(draw: st.DrawFn) -> tuple[str, str]:
    r"""A secret and a spelling of it that some reader understands.

    A secret's own backslash may look like the doubling of an escape behind it, as in `\\u0030`. Where one such place
    must be the one and another the other, no reader gets the secret: that is no spelling.
    """
    secret = draw(SECRETS)
    one_way = st.sampled_from(sorted(SPELLINGS)).map(lambda way: [way] * len(secret))
    any_way = st.lists(st.sampled_from(sorted(SPELLINGS)), min_size=len(secret), max_size=len(secret))
    spelled = mixed(secret, draw(one_way | any_way))
    assume("\\" not in secret or any(secret in one for one in everything_in(spelled, rounds=8)))
    return secret, spelled


@given(mixture=mixtures(), before=AROUND, after=AROUND)
def test_nothing_is_left_from_which_the_secret_decodes(mixture: tuple[str, str], before: str, after: str) -> None:
    secret, spelled = mixture
    masked = Mask((secret,)).text(before + spelled + after)
    assert not any(secret in one for one in everything_in(masked))


@given(mixture=mixtures())
@example(mixture=("0000000\\0", "&#48;" * 7 + r"\\u002530"))
@example(mixture=(r"00\0000000000000000", r"&#48;%252530\\u002530" + "&#48;" * 13 + r"&#37;30%5Cu0030"))
def test_every_place_of_an_exchange_is_masked(mixture: tuple[str, str]) -> None:
    secret, spelled = mixture
    headers = (("x-echo", spelled),)
    body = f'{{"echo": "{spelled}"}}'.encode("utf-8", "surrogatepass")
    exchange = Exchange(Request("GET", f"https://h.example/a/{spelled}", headers, body), Response(200, headers, body))
    masked = Mask((secret,))(exchange)
    for side in (masked.request, masked.response):
        assert spelled not in side.headers[0][1]
        assert not any(secret in one for one in everything_in(side.body.decode("utf-8", "surrogatepass")))
    assert not any(secret in one for one in everything_in(masked.request.url))


def signs_escaped(text: str) -> str:
    """As writers do that escape some signs and leave backslashes as they are."""
    return text.replace("%", "\\u0025").replace("&", "\\u0026")


def json_escaped(text: str) -> str:
    return signs_escaped(text.replace("\\", "\\\\"))


def json_escaped_twice(text: str) -> str:
    return json_escaped(json_escaped(text))


@pytest.mark.parametrize("escaped", [signs_escaped, json_escaped, json_escaped_twice])
@pytest.mark.parametrize("slashes", ["\\", "\\" * 2, "\\" * 3])
@pytest.mark.parametrize("sign", ["0", "é", "😀"])
@pytest.mark.parametrize("spelling", ["percent, upper", "percent, twice", "decimal", "hex", "named", "escaped entity"])
def test_a_backslash_of_the_secret_is_none_of_the_escape_behind_it(
    spelling: str, sign: str, slashes: str, escaped: Callable[[str], str]
) -> None:
    secret, inside = (f"abcdefGHIJ{slashes}{last}" for last in (sign, SPELLINGS[spelling](sign)))
    assert Mask((secret,)).text(f"say {escaped(inside)} now") == f"say {MASK} now"


def test_two_backslashes_are_one_or_none_as_in_json_of_json() -> None:
    spelled = json_escaped_twice(r"%61bcdefGHIJ\%30")
    assert Mask((r"abcdefGHIJ\0",)).text(f"say {spelled} now") == f"say {MASK} now"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_of_letters_is_found_in_each_spelling(spelling: str) -> None:
    secret = "abcdefGHIJ42"
    text = f"say {mixed(secret, [spelling] * len(secret))} now"
    assert Mask((secret,)).text(text) == f"say {MASK} now"


@pytest.mark.parametrize("length", [1, 63, 64, 65, 500])
@pytest.mark.parametrize("spelling", ["raw", "percent, twice", "escaped, upper", "decimal, zeros"])
def test_a_long_secret_is_masked_to_its_end(length: int, spelling: str) -> None:
    secret = "S3cr" + "abcdefghij"[length % 10] * length
    assert Mask((secret,)).text(f"<{mixed(secret, [spelling] * len(secret))}>") == f"<{MASK}>"


@pytest.mark.parametrize("text", ["%41%42", "\\u0041", "&#65;&amp;", "a%2541", "100 % \\ & more", "&nosuch; %zz \\uzz"])
def test_what_is_no_secret_stays_as_it_is_spelled(text: str) -> None:
    assert Mask(("another-secret",)).text(text) == text


def test_a_secret_that_looks_escaped_itself_is_found_raw_and_decoded() -> None:
    mask = Mask(("p%41ss&#119;ord",))
    for spelled in ("p%41ss&#119;ord", "p%2541ss%26%23119%3Bord", "pAssword"):
        assert mask.text(f"({spelled})") == f"({MASK})"


@given(text=AROUND | st.text(), secret=SECRETS)
def test_the_cheap_look_misses_nothing_that_the_search_finds(text: str, secret: str) -> None:
    raw = (text + secret[1:]).encode("utf-8", "surrogatepass")
    hidden = [layer for layer in layers(raw) for _ in Spelled(secret).spans(layer)]
    assert not hidden or secret.encode("utf-8", "surrogatepass") in raw or Probe((secret,)).finds(raw)


@pytest.mark.parametrize(
    "unit", ["\\", "&", "&amp;", "%25", "%", "&#0", "&#x0", "\\u005c", "\\\\x", "A;", "&#65;", "25"]
)
@pytest.mark.parametrize("secret", ["\\" * 12 + "x", "A;" * 10 + "x", "%25" * 8 + "x", "&amp;" * 8 + "x", "&#65;" * 6])
def test_no_text_makes_the_search_explode(unit: str, secret: str) -> None:
    """Not a limit for speed: a pattern that backtracks without bounds would not end in days."""
    begun = time.process_time()
    Mask((secret,)).body(unit.encode() * (100_000 // len(unit)))
    assert time.process_time() - begun < 30


def test_random_bytes_are_masked_or_left_and_never_fail() -> None:
    source = random.Random(7)
    mask = Mask(("S3cretToken", "\\\\&&%%"))
    for _ in range(300):
        body = bytes(source.choices(b"%\\&#;ux0123456789abcdefS3cretToken\xff\xc3\xa9", k=200))
        once = mask.body(body)
        assert mask.body(once) == once
