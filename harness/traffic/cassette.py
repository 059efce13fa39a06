"""Cassettes of betamax (JSON) and of VCR in its dialects (YAML or JSON) to recorded exchanges."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from harness.errors import DocumentError
from harness.exchange import Exchange, Headers, Request, Response
from harness.formats.json_text import read_json
from harness.traffic.recorded_exchange import BROKEN, RecordedExchange, seconds, text, url

LARGEST = 64 << 20
"""Bytes in one file, and in one body once it is unpacked: cassettes are read whole."""

# betamax and the VCR of Ruby say the first, vcrpy says the second.
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"
"""How packed bodies begin."""
_LISTS = ("http_interactions", "interactions")


def read(path: Path) -> Iterator[RecordedExchange]:
    """Every interaction of a cassette, in order; a broken one gives an `RecordedExchange` with a note.

    Raises `DocumentError` for a file that cannot be read or is no cassette.
    """
    data = _load(path)
    lists = [data[key] for key in _LISTS if isinstance(data.get(key), list)] if isinstance(data, dict) else []
    if not lists:
        raise DocumentError(
            "is neither HAR nor a cassette (no `log`, `http_interactions` or `interactions`)",
            where=str(path),
            remedy="Give HAR 1.2, or a cassette of betamax or VCR.",
        )
    for index, raw in enumerate(lists[0]):
        try:
            yield RecordedExchange(str(path), index, exchange_of(raw))
        except (*BROKEN, zlib.error) as error:
            note = f"the interaction cannot be read: {type(error).__name__} {error}"
            yield RecordedExchange(str(path), index, note=note)


class _CassetteLoader(yaml.CSafeLoader):
    """Plain data and `!!binary`; a bare `=` stays text."""


_CassetteLoader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)
_CassetteLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def _load(path: Path) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(
                f"has over {LARGEST >> 20} MiB; cassettes are read whole", where=str(path), remedy="Convert it to HAR."
            )
        raw = path.read_bytes()
        return read_json(raw) if raw.lstrip()[:1] == b"{" else yaml.load(raw, Loader=_CassetteLoader)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", where=str(path), remedy="Check the path.") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DocumentError(
            f"is neither JSON nor YAML: {problem}", where=str(path), remedy="Mend it, or record it again."
        ) from error


def exchange_of(raw: dict[str, Any]) -> Exchange:
    """One interaction to an exchange; a compressed body is unpacked.

    Raises one of `BROKEN` or `zlib.error` for one that is not as expected.
    """
    request, response = raw["request"], raw["response"]
    status = response["status"]
    code = status["code"] if isinstance(status, dict) else status
    headers = _headers(response.get("headers"))
    return Exchange(
        Request(
            text(request["method"]).upper(),
            url(request.get("uri") or request["url"]),
            _headers(request.get("headers")),
            _body(request.get("body")),
        ),
        Response(int(code), headers, _unpacked(_body(response.get("body")), headers)),
        at=seconds(raw.get("recorded_at")),
    )


def _headers(raw: Any) -> Headers:
    """Both forms: a mapping to one value or several, and a list of pairs."""
    pairs = raw.items() if isinstance(raw, dict) else raw or ()
    return tuple(
        (text(name).lower(), text(value))
        for name, values in pairs
        for value in (values if isinstance(values, list) else [values])
    )


def _body(raw: Any) -> bytes:
    """A body as text, bytes, or a mapping with `string` or `base64_string`."""
    if isinstance(raw, dict):
        if raw.get("base64_string"):
            return base64.b64decode(raw["base64_string"])
        raw = raw.get("string")
    if isinstance(raw, bytes):
        return raw
    return text(raw).encode("utf-8", "surrogatepass") if raw else b""


def _unpacked(body: bytes, headers: Headers) -> bytes:
    """The body without gzip or deflate; recorders that unpack leave the header, so its first bytes count too."""
    encoding = next((value.strip().lower() for name, value in headers if name == "content-encoding"), "")
    first = body[:1]
    if encoding == "gzip" and body[:2] == _GZIP:
        return _inflate(body, 31)
    if encoding == "deflate" and first not in (b"{", b"["):
        # With a zlib header as RFC 9110 wants it, or bare as some servers send it.
        return _inflate(body, 15 if first == _ZLIB else -15)
    if encoding in ("br", "zstd") and not first.isascii():
        raise ValueError(f"the body is packed with {encoding}")
    return body


def _inflate(body: bytes, window: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    out = unpacker.decompress(body, LARGEST)
    if unpacker.unconsumed_tail:
        raise ValueError(f"the body unpacks to over {LARGEST >> 20} MiB")
    return out
