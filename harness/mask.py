"""Mask: a pure stage that takes every secret out of an exchange before anyone keeps it."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from harness.exchange import Exchange, Headers, Request, Response

if TYPE_CHECKING:
    from harness.checks.finding import Finding

MASK = "~masked~"
"""What stands where a secret was: safe as it is in URLs, headers, forms and JSON strings."""

SHORTEST = 4
"""Values with fewer bytes are masked only where their place says what they are: they would match everywhere."""

# Fields that carry a secret, by the names that both vendors and OAuth 2 give them (RFC 6749; vendor pages: OAuth).
_FIELDS = (
    "access_token|refresh_token|id_token|api_token|auth_token|authtoken|full_token|token|client_secret|secret"
    "|password|new_password|previous_password|api_key|apikey|client_assertion|assertion"
)
_SCHEMED = frozenset({"authorization", "proxy-authorization"})
_COOKIES = frozenset({"cookie", "set-cookie"})
_SECRET_HEADER = re.compile(r"token|secret|password|api-?key|session|csrf", re.IGNORECASE)

_MASK = MASK.encode()
_PAIR = re.compile(rb"(?i)((?:^|[?&;#])(?:%s|code)=)[^&;#\s\"<>]+" % _FIELDS.encode())
_JSON = re.compile(rb'(?i)("(?:%s)"\s*:\s*")(?:[^"\\]|\\.)+' % _FIELDS.encode(), re.DOTALL)
_PART = re.compile(rb'(?i)(name="?(?:%s)"?\r\n(?:[^\r\n]+\r\n)*\r\n)[^\r\n]+' % _FIELDS.encode())
_HINTS = (b"token", b"secret", b"password", b"key", b"assertion", b"code=")
_USERINFO = re.compile(rb"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{6,}")


@dataclass(frozen=True)
class Mask:
    """Masks by place (authorization, cookies, token and password fields) and by value (`secrets`, however encoded).

    A value is found raw, percent-encoded, JSON- or HTML-escaped and in base64 of any alignment, in URL, headers and
    body. Use it as a function: `mask(exchange) -> Exchange`; an exchange without secrets comes back as the same object.
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
        new = [one for one in dict.fromkeys(secrets) if one not in self.secrets]
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
        if name in _SCHEMED:
            scheme, space, credential = value.strip().partition(" ")
            return f"{scheme} {MASK}" if space and credential else MASK if scheme else ""
        if name in _COOKIES:
            return self.text(_cookie(name, value))
        if _SECRET_HEADER.search(name):
            return MASK if value else ""
        return self.url(value) if "=" in value or "@" in value else self.text(value)

    def _values(self, raw: bytes) -> bytes:
        if self._pattern is None:
            return raw
        if any(core in raw for core in self._cores):
            raw = _BASE64.sub(lambda run: _MASK if any(core in run[0] for core in self._cores) else run[0], raw)
        return self._pattern.sub(_MASK, raw)

    @cached_property
    def _known(self) -> tuple[bytes, ...]:
        """The values that are long enough to look for, as bytes."""
        raw = (secret.encode("utf-8", "surrogatepass") for secret in self.secrets)
        return tuple(secret for secret in raw if len(secret) >= SHORTEST)

    @cached_property
    def _pattern(self) -> re.Pattern[bytes] | None:
        """Every plain spelling of every value, and base64 whose signs are spelled; the longest first."""
        texts = {secret.decode("utf-8", "surrogatepass") for secret in self._known}
        texts |= {core.decode() for core in self._cores if not core.isalnum()}
        if not texts:
            return None
        # The mask itself comes first: a value such as "mask" must not match inside it.
        patterns = [re.escape(_MASK), *(_spellings(text) for text in sorted(texts, key=len, reverse=True))]
        return re.compile(b"|".join(patterns))

    @cached_property
    def _cores(self) -> tuple[bytes, ...]:
        """What base64 shows of each value wherever it lies in a longer text, in both alphabets."""
        standard = {core for secret in self._known for core in _base64_cores(secret)}
        return tuple(standard | {core.translate(_URL_SAFE) for core in standard})


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _through(change: Callable[[bytes], bytes], text: str) -> str:
    return change(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")


def _cookie(name: str, value: str) -> str:
    """Names and attributes stay: `session=~masked~; Path=/; Secure`."""
    parts = value.split(";")
    secret = parts[:1] if name == "set-cookie" else parts
    masked = [f"{one.partition('=')[0]}={MASK}" if "=" in one else f" {MASK}" if one.strip() else one for one in secret]
    return ";".join([*masked, *parts[len(secret) :]]).strip()


def _spellings(text: str) -> bytes:
    """A pattern for a text in which any sign may be percent-encoded, JSON-escaped or HTML-escaped, or not."""
    return b"".join(re.escape(sign.encode()) if sign.isascii() and sign.isalnum() else _sign(sign) for sign in text)


def _sign(sign: str) -> bytes:
    raw = sign.encode("utf-8", "surrogatepass")
    exact = {raw, json.dumps(sign)[1:-1].encode(), html.escape(sign).encode("utf-8", "surrogatepass")}
    exact |= {b" ": {b"+"}, b"/": {rb"\/"}, b"'": {b"&#39;"}}.get(raw, set())
    hexadecimal = b"".join(b"%%%02X" % byte for byte in raw)
    options = [*(re.escape(form) for form in sorted(exact)), b"(?i:%s)" % hexadecimal]
    if not sign.isascii():
        options.append(b"(?i:%s)" % re.escape(json.dumps(sign)[1:-1].encode()))
    return b"(?:%s)" % b"|".join(options)


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
