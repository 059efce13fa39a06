"""Exchange: one request and its answer, as plain data. Secrets are in it until `masking` takes them out."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.formats.json_text import NotJsonError, read_json

Headers = tuple[tuple[str, str], ...]
"""Header pairs in wire order; names in lower case."""


class BrokenBodyError(ValueError):
    """An answer's body that cannot be read as JSON; the check `json` reports it as well."""


class _Message:
    """What a request and a response have in common."""

    headers: Headers

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty when the header is missing."""
        return self.header("content-type").split(";")[0].strip().lower()


@dataclass(frozen=True)
class Request(_Message):
    """What was sent: absolute `url`, `body` in bytes (empty when there was none)."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The raw path of the URL."""
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs, decoded, blanks kept."""
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)


@dataclass(frozen=True)
class Response(_Message):
    """What came back. `elapsed` is in seconds from first byte out to last byte in."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    elapsed: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The decoded JSON body; raises `BrokenBodyError` where it is none, or nests too deep to be the vendors'."""
        if isinstance(self._json, NotJsonError):
            raise BrokenBodyError(f"the answer's body is not JSON: {self._json}") from self._json
        return self._json

    def json_or(self, default: Any) -> Any:
        """The decoded JSON body, or `default` where it is none."""
        return default if isinstance(self._json, NotJsonError) else self._json

    @cached_property
    def _json(self) -> Any:
        """The value or the error: every check asks for the body of the same answer, which may be large."""
        try:
            return read_json(self.body)
        except NotJsonError as error:
            return error


@dataclass(frozen=True)
class Exchange:
    """One attempt on the wire. `at` is seconds since the epoch; `attempt` counts from 1."""

    request: Request
    response: Response
    at: float = 0.0
    attempt: int = 1


def text_or_base64(body: bytes) -> tuple[str, str]:
    """A body as text with an empty encoding, or as base64 with encoding `base64`, the two forms of HAR."""
    try:
        return body.decode("utf-8"), ""
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"
