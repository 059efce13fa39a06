"""An exchange to the curl command that sends it again, quoted for a POSIX shell, secrets as variables."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator

from harness.exchange import Request
from harness.masking import MASK
from harness.vendors import VENDORS

VARIABLES = ("API_USER", "API_TOKEN")
"""What stands for the user and for the secret of a vendor that is no longer known."""

# curl writes these itself, and a stale length or an encoding that it cannot undo would break the request.
_OWN_HEADERS = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "user-agent"})
# Linux refuses one argument over 128 KiB; a pipe has no such limit.
_LONGEST = 100_000


def curl(request: Request, vendor: str, secret_variable: str = "") -> str:
    """The command, one option a line. Masked values become variables: the secret the one in which its target keeps it,
    where there is one, else the vendor's.
    """
    user, token = VENDORS[vendor].curl_variables if vendor in VENDORS else VARIABLES
    token = secret_variable or token
    piped = _piped(request.body)
    options = [*_method(request), *_headers(request, user, token), *_body(request.body, piped, token)]
    lines = [f"curl -sS {' '.join([*_flags(request), quote(request.url, token)])}", *options]
    command = " \\\n  ".join(lines)
    return f"printf %s {base64.b64encode(request.body).decode()} | base64 -d |\n{command}" if piped else command


def quote(text: str, variable: str) -> str:
    """One shell word that stands for exactly this text; what was masked is read from the variable."""
    parts = [shlex.quote(part) if part else "" for part in text.split(MASK)]
    return f'"${variable}"'.join(parts) or "''"


def _flags(request: Request) -> Iterator[str]:
    if re.search(r"[\[\]{}]", request.url):
        yield "--globoff"
    if re.search(r"/\.{1,2}(/|$|\?)", request.url):
        yield "--path-as-is"


def _method(request: Request) -> Iterator[str]:
    if request.method == "HEAD":
        yield "--head"
    elif request.method != "GET" or request.body:
        yield f"-X {shlex.quote(request.method)}"


def _headers(request: Request, user: str, token: str) -> Iterator[str]:
    for name, value in request.headers:
        if name in _OWN_HEADERS or name.startswith("@"):
            continue
        if name == "authorization" and value.lower() == f"basic {MASK}":
            yield f'-u "${user}:${token}"'
        elif value.strip():
            yield f"-H {quote(f'{name}: {value}', token)}"
        else:
            yield f"-H {shlex.quote(f'{name};')}"
    if request.body and not request.header("content-type"):
        yield "-H content-type:"


def _piped(body: bytes) -> bool:
    """Whether a body cannot be an argument: no text, a NUL in it, or too long."""
    try:
        return "\0" in body.decode("utf-8") or len(body) > _LONGEST
    except UnicodeDecodeError:
        return True


def _body(body: bytes, piped: bool, token: str) -> Iterator[str]:
    if piped:
        yield "--data-binary @-"
    elif body:
        # Not --data-binary: that would read a file where the body begins with an at sign.
        yield f"--data-raw {quote(body.decode('utf-8'), token)}"
