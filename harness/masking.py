"""Mask: a pure function that takes every secret out of an exchange; applied before anything is stored or shown."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from harness.exchange import Exchange, Headers, Request, Response
from harness.formats.spellings import Layer, Probe, Span, Spelled, layers

if TYPE_CHECKING:
    from harness.finding import Finding

MASK = "~masked~"
"""What stands where a secret was: safe as it is in URLs, headers, forms and JSON strings."""

SHORTEST = 4
"""Values with fewer bytes are masked only where their place says what they are: they would match everywhere."""

# Fields that carry a secret, by the names that both vendors and OAuth 2 give them (RFC 6749; vendor pages: OAuth).
_FIELDS = (
    "access_token|refresh_token|id_token|api_token|auth_token|authtoken|full_token|token|client_secret|secret"
    "|password|new_password|previous_password|api_key|apikey|client_assertion|assertion"
)
_CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization"})
_COOKIE_HEADERS = frozenset({"cookie", "set-cookie"})
_SECRET_HEADER = re.compile(r"token|secret|password|api-?key|session|csrf", re.IGNORECASE)

_MASK = MASK.encode()
_MASKED = re.compile(re.escape(_MASK))
_PAIR = re.compile(rb"(?i)((?:^|[?&;#])(?:%s|code)=)[^&;#\s\"<>]+" % _FIELDS.encode())
_JSON = re.compile(rb'(?i)("(?:%s)"\s*:\s*")(?:[^"\\]|\\.)+' % _FIELDS.encode(), re.DOTALL)
_PART = re.compile(rb'(?i)(name="?(?:%s)"?\r\n(?:[^\r\n]+\r\n)*\r\n)[^\r\n]+' % _FIELDS.encode())
_HINTS = (b"token", b"secret", b"password", b"key", b"assertion", b"code=")
_USERINFO = re.compile(rb"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{6,}")


@dataclass(frozen=True)
class Mask:
    """Masks by place (authorization, cookies, token and password fields) and by value (`secrets`, however encoded).

    A value is found raw, percent-encoded, escaped as in JSON, as HTML entities, in any mixture of these and one inside
    another, and in base64 of any alignment, in URL, headers and body.

    Use it as a function: `mask(exchange) -> Exchange`; an exchange without secrets comes back as the same object.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __call__(self, exchange: Exchange) -> Exchange:
        """The exchange without its secrets. Masking twice changes nothing more."""
        request, response = exchange.request, exchange.response
        masked_request = Request(
            request.method, self.url(request.url), self.headers(request.headers), self.body(request.body)
        )
        masked_response = Response(
            response.status, self.headers(response.headers), self.body(response.body), response.elapsed
        )
        if masked_request == request and masked_response == response:
            return exchange
        return replace(exchange, request=masked_request, response=masked_response)

    def knowing(self, *secrets: str) -> Mask:
        """A mask that also knows values which arrived later, such as an access token; itself if none is new."""
        new = [secret for secret in dict.fromkeys(secrets) if secret not in self.secrets]
        return Mask((*self.secrets, *new)) if new else self

    def finding(self, finding: Finding) -> Finding:
        """A finding whose words and exchange hold no secret."""
        exchange = None if finding.exchange is None else self(finding.exchange)
        pointer, message, expected = map(self.text, (finding.pointer, finding.message, finding.expected))
        return replace(finding, pointer=pointer, message=message, expected=expected, exchange=exchange)

    def text(self, text: str) -> str:
        """A message or a log line without the known values."""
        return _through(self._values, text)

    def url(self, url: str) -> str:
        """A URL without user info, secret query fields and known values."""

        def change(raw: bytes) -> bytes:
            return _PAIR.sub(rb"\1" + _MASK, _USERINFO.sub(rb"\1" + _MASK + b"@", self._values(raw)))

        return _through(change, url)

    def body(self, body: bytes) -> bytes:
        """A form, JSON, multipart or any other body without secret fields and known values."""
        body = self._values(body)
        lowered = body.lower()
        # Most bodies hold none of these words, and looking for them is far cheaper than the patterns.
        if any(hint in lowered for hint in _HINTS):
            for pattern in (_PAIR, _JSON, _PART):
                body = pattern.sub(rb"\1" + _MASK, body)
        return body

    def headers(self, headers: Headers) -> Headers:
        """Header pairs whose names stay: the scheme of a credential and the name of a cookie stay too."""
        return tuple((name, self._header(name.lower(), value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name in _CREDENTIAL_HEADERS:
            return _without_credential(value)
        if name in _COOKIE_HEADERS:
            return self.text(_without_cookie_values(name, value))
        if _SECRET_HEADER.search(name):
            return MASK if value else ""
        may_be_url = "=" in value or "@" in value
        return self.url(value) if may_be_url else self.text(value)

    def _values(self, raw: bytes) -> bytes:
        if not self._known or not raw:
            return raw
        if self._probe.finds(raw):
            spans = sorted(layer.source(*span) for layer in layers(raw) for span in self._spans(layer))
        elif any(needle in raw for needle in self._needles):
            spans = sorted(self._spans(Layer(raw), escaped=False))
        else:
            return raw
        return _covered(raw, spans) if spans else raw

    def _spans(self, layer: Layer, escaped: bool = True) -> Iterator[Span]:
        """Where known values stand in a layer; the mask itself stays, even if a value is the word in it."""
        masks = [match.start() for match in _MASKED.finditer(layer.text)] if _MASK in layer.text else []
        for spelled in self._spelled:
            for start, end in spelled.spans(layer, escaped):
                before = bisect_right(masks, start) - 1
                is_in_mask = before >= 0 and start < masks[before] + len(_MASK)
                if not is_in_mask:
                    yield start, end
        if self._holds_base64(layer.text):
            for stretch in _BASE64.finditer(layer.text):
                if self._holds_base64(stretch[0]):
                    yield stretch.span()

    def _holds_base64(self, text: bytes) -> bool:
        return any(core in text for core in self._cores)

    @cached_property
    def _known(self) -> tuple[bytes, ...]:
        """The values that are long enough to look for, as bytes."""
        raw = (secret.encode("utf-8", "surrogatepass") for secret in self.secrets)
        return tuple(secret for secret in raw if len(secret) >= SHORTEST)

    @cached_property
    def _spelled(self) -> tuple[Spelled, ...]:
        """Each value, and what is left of one that holds escapes itself when they are decoded."""
        decoded = (layer.text for secret in self._known for layer in layers(secret))
        texts = dict.fromkeys(_text(raw) for raw in decoded if len(raw) >= SHORTEST)
        return tuple(Spelled(text) for text in texts if text)

    @cached_property
    def _needles(self) -> tuple[bytes, ...]:
        """What a text without escapes must hold if it holds a value."""
        return (*(spelled.raw for spelled in self._spelled), *self._cores)

    @cached_property
    def _probe(self) -> Probe:
        base64_characters = "+/-_=" if self._cores else ""
        return Probe((*(spelled.text for spelled in self._spelled), base64_characters))

    @cached_property
    def _cores(self) -> tuple[bytes, ...]:
        """What base64 shows of each value wherever it lies in a longer text, in both alphabets."""
        standard = {core for secret in self._known for core in _base64_cores(secret)}
        return tuple(standard | {core.translate(_URL_SAFE) for core in standard})


_remembered: list[str] = []


def remember(*secrets: str) -> None:
    """Take these values out of every message of this process from now on, also of errors that nobody foresaw.

    The one thing that a process knows of all its targets: where a traceback is written, no target is at hand.
    """
    _remembered.extend(secret for secret in secrets if secret and secret not in _remembered)


def printable(text: str) -> str:
    """A message without the secrets that this process remembers."""
    return Mask(tuple(_remembered)).text(text) if _remembered else text


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _through(change: Callable[[bytes], bytes], text: str) -> str:
    return change(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    """A decoded value as text; nothing when it is none, as the values themselves always are."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return ""


def _without_credential(value: str) -> str:
    """The scheme stays: `Basic ~masked~`."""
    scheme, _, credential = value.strip().partition(" ")
    if credential:
        return f"{scheme} {MASK}"
    return MASK if scheme else ""


def _without_cookie_values(name: str, value: str) -> str:
    """Names and attributes stay: `session=~masked~; Path=/; Secure`."""
    parts = value.split(";")
    # What follows the first pair of a Set-Cookie header are attributes (RFC 6265, 4.1).
    cookies, attributes = (parts[:1], parts[1:]) if name == "set-cookie" else (parts, [])
    return ";".join([*map(_without_cookie_value, cookies), *attributes]).strip()


def _without_cookie_value(cookie: str) -> str:
    name, equals, _ = cookie.partition("=")
    if equals:
        return f"{name}={MASK}"
    return f" {MASK}" if cookie.strip() else cookie


def _covered(raw: bytes, spans: list[Span]) -> bytes:
    """The text with one mask for every stretch that the spans cover together."""
    stretches = [spans[0]]
    for start, end in spans[1:]:
        first, last = stretches[-1]
        if start < last:
            stretches[-1] = first, max(last, end)
        else:
            stretches.append((start, end))
    pieces, at = [], 0
    for start, end in stretches:
        pieces += [raw[at:start], _MASK]
        at = end
    return b"".join([*pieces, raw[at:]])


def _base64_cores(secret: bytes) -> Iterator[bytes]:
    """The characters that are the secret's alone, for each of the three places where it can begin.

    A character holds six bits, so the first and last ones may be shared with neighbours: those are left out.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret)
        begin = (offset * 8 + 5) // 6
        core = encoded[begin : (offset + len(secret)) * 8 // 6]
        if len(core) >= SHORTEST:
            yield core
