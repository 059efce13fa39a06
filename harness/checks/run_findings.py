"""Findings that `judge` cannot make from one exchange and the contract: a run hands over what else it knows."""

from __future__ import annotations

from collections.abc import Iterator

from harness.exchange import Exchange, Request
from harness.finding import Finding

INVALID_ACCEPTED = ("negative_data_rejection", "missing_required_header")
"""The generator's checks of an invalid case that was answered with a success."""
IGNORED_AUTH = "ignored_auth"
"""A success without credentials: the generator's check, and ours where it knows too little of the credentials."""
ANSWER = "answer"
"""The check that an answer of any kind comes."""
SERVER_ERROR = "server_error"
"""The check that the server does not fail."""


def no_answer(key: str, message: str, request: Request | None = None) -> Iterator[Finding]:
    """A request to the operation `key` got no usable answer."""
    yield Finding(key, ANSWER, 0, "", message, "an HTTP answer", request=request)


def foreign_answer(key: str, exchange: Exchange, what: str) -> Iterator[Finding]:
    """An answer that no document describes, and that a proxy may have given in place of the org."""
    yield Finding(key, SERVER_ERROR, exchange.response.status, "", what, "an answer of the org's own")


def ignored_auth(key: str, exchange: Exchange) -> Iterator[Finding]:
    """A request that was sent without credentials is answered as if it had some."""
    if exchange.response.is_success:
        # The words of the generator's own check, so that both make the same finding.
        message = "API accepts requests without authentication"
        yield Finding(key, IGNORED_AUTH, exchange.response.status, "", message, message, exchange=exchange)


def generated(
    key: str, check: str, exchange: Exchange, title: str, broken: str = "", expected: str = ""
) -> Iterator[Finding]:
    """A check of the generator's failed with `title`; `broken` is what the generator did to make the case invalid.

    `expected` names the cause where `broken` is drawn by chance: another seed breaks the same part in another way.
    """
    message = f"accepted: {broken}" if broken else title
    yield Finding(key, check, exchange.response.status, "", message, expected or broken or title, exchange=exchange)


def failed_test(key: str, message: str, statement: str = "") -> Iterator[Finding]:
    """A hand-written test failed by an assertion of its own: `statement`, whose message may hold ids of the org."""
    yield Finding(key, "suite", 0, "", message, statement or message)
