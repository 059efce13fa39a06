"""Zendesk Support: basic and bearer credentials, ids that cannot exist, account-wide quota."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from harness.vendors.base import Vendor

if TYPE_CHECKING:
    import httpx

    from harness.settings import Target


def auth(target: Target) -> httpx.Auth | None:
    """Basic with `MAIL/token` (API token) or a bearer token (OAuth), as the target's credentials say."""
    import httpx

    credentials = target.credentials
    if credentials.kind == "basic":
        return httpx.BasicAuth(credentials.user, credentials.secret)
    if credentials.kind == "bearer":
        return _bearer(credentials.secret)
    return None


def _bearer(token: str) -> httpx.Auth:
    import httpx

    class Bearer(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    return Bearer()


def following(query: str, body: Any, rows: int) -> str:
    """By cursor where the answer has one, else by the link to the next page (recorded 2023-09: either or none)."""
    found = body if isinstance(body, dict) else {}
    meta, link = found.get("meta"), found.get("next_page")
    if isinstance(meta, dict) and meta.get("has_more") is True and isinstance(meta.get("after_cursor"), str):
        return urlencode({"page[size]": 100, "page[after]": meta["after_cursor"]})
    return link.partition("?")[2] if isinstance(link, str) else ""


VENDOR = Vendor(
    name="zendesk",
    title="Zendesk Support",
    # Not in the published document; a shipped product relies on it (vendor-behaviour: account.sandbox).
    proof_path="/api/v2/account",
    token_path="/oauth/tokens",
    # Recorded 2023-09: the largest int64 answers 404 RecordNotFound on every family that was tried.
    impossible={"integer": "9223372036854775807", "string": "01ZZZZZZZZZZZZZZZZZZZZZZZZ"},
    # The smallest plan's account limit, requests a minute (vendor page: rate limits).
    quota=200,
    weight=lambda method, path: 1,
    auth=auth,
    first=lambda declared: "",
    following=following,
    # Document: ShowCurrentUser.
    whoami="/api/v2/users/me",
    # Recorded 2023-09, 151 answers: unknown keys get a 2xx and a note of them in x-zendesk-api-warn.
    forgiving=True,
    job_path="/api/v2/job_statuses/{id}",
)
