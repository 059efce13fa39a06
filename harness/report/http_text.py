"""A request and its answer as text to read: first line, headers, body."""

from __future__ import annotations

from harness.exchange import Headers, Request, Response, text_or_base64
from harness.report import text

LONGEST_BODY = 50_000
"""Characters of a body that are shown; a report holds many, and `results.ndjson` has each whole."""


def request_text(request: Request) -> str:
    """The request, as it was sent to the URL in its first line."""
    return _message(f"{request.method} {request.url}", request.headers, request.body)


def answer_text(response: Response) -> str:
    """The answer, from its status to its body."""
    return _message(f"HTTP {response.status}", response.headers, response.body)


def _message(first_line: str, headers: Headers, body: bytes) -> str:
    head = [first_line, *(f"{name}: {value}" for name, value in headers)]
    return text.visible("\n".join([*head, "", _shown(body)]), keep="\n\t").rstrip("\n") + "\n"


def _shown(body: bytes) -> str:
    """The body as text, in base64 where it is none; cut where it is too long to read."""
    shown, encoding = text_or_base64(body)
    if encoding:
        shown = f"({len(body):,} bytes that are no text, in base64)\n{shown}"
    if len(shown) <= LONGEST_BODY:
        return shown
    return f"{shown[:LONGEST_BODY]}\n({len(shown) - LONGEST_BODY:,} more characters in results.ndjson)"
