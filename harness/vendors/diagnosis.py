"""Diagnosis: the obstacle that an answer of an org or its token host shows, in a sentence, with the remedy for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from harness.exchange import Response
from harness.formats.json_text import NOT_JSON
from harness.vendors.obstacle import Obstacle, OrgError

REMEDIES: Mapping[Obstacle, str] = {
    Obstacle.CONFIGURATION: "Mend deskcheck.toml where it says so.",
    Obstacle.DNS: "Check the host's spelling in deskcheck.toml, then this machine's name servers and VPN.",
    Obstacle.CONNECTION: "Check host and port in deskcheck.toml, and that no firewall stands between.",
    Obstacle.TIMEOUT: "Try again later; where the server is only slow, give more time with --timeout.",
    Obstacle.TLS: "Check that base_url names the host of the API itself, and which certificate it shows.",
    Obstacle.PROXY: "Check the proxy's address, user and password, and that it lets this host through.",
    Obstacle.LOGIN_PAGE: "Set base_url to the host of the API itself; on a guest network, log in to the network first.",
    Obstacle.NOT_THE_API: "Set base_url in deskcheck.toml to the host of the API itself, without a path.",
    Obstacle.UNAVAILABLE: "Nothing is wrong here: try again later, and look at the vendor's status page.",
    Obstacle.WRONG_SECRET: "Set the secret that the target names to one that is active.",
    Obstacle.WRONG_CLIENT: "Check client_id and the client's secret against the OAuth client in the vendor's console.",
    Obstacle.REVOKED: "Give consent anew and store the new refresh token; the old one will never work again.",
    Obstacle.EXPIRED: "Get a new access token.",
    Obstacle.DATA_CENTRE: "Let base_url and token_url name the same data centre.",
    Obstacle.MISSING_SCOPE: "Give consent anew with the scopes that `deskcheck plan` shows.",
    Obstacle.NOT_PERMITTED: "Use credentials of a user who may read the org's records.",
    Obstacle.WRONG_ORG: "Set org_id to an org of this token, or get a token for that org.",
    Obstacle.NO_ORG: "Give consent as a user who belongs to an org.",
    Obstacle.DEAD_ACCOUNT: "Check the subdomain in base_url: no account lives there any more.",
    Obstacle.NO_PROOF: "Only `read` will be allowed, unless deskcheck.toml says disposable = true: losing all of it "
    "must not matter.",
    Obstacle.PRODUCTION: "It is production and is only ever read. Point the target at a sandbox for anything else.",
    Obstacle.CLOCK: "Set this machine's clock (NTP): time stamps that are sent and compared would be wrong.",
    Obstacle.QUOTA: "Wait until the quota is given anew, or plan less: --only, --budget.",
    Obstacle.THROTTLED: "Wait; whatever is sent meanwhile makes the wait longer.",
}
"""What to do about each obstacle, unless the vendor or the place where it shows knows better."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is in the way, where it shows, and what to do. `scopes` are those that a refusal names as missing."""

    obstacle: Obstacle
    what: str
    remedy: str
    scopes: tuple[str, ...] = ()

    def error(self, where: str = "") -> OrgError:
        """The same as an error that ends a command."""
        return OrgError(self.obstacle, self.what, where=where, remedy=self.remedy)


@dataclass(frozen=True, slots=True)
class ObstacleSigns:
    """How the answers of a vendor tell what is in the way.

    `code` reads the error code of a JSON body, and `obstacles` says what it means. `missing_scopes` reads the scopes
    that a refusal names. `pages` are words of pages for people. `absent` is what a 404 on every path means,
    `login_page` what a 401 with a page for people does. `remedies` are those that the vendor's own pages give.
    """

    code: Callable[[Mapping[str, Any]], str] = lambda body: ""
    obstacles: Mapping[str, Obstacle] = field(default_factory=dict)
    missing_scopes: Callable[[Mapping[str, Any]], tuple[str, ...]] = lambda body: ()
    pages: Mapping[str, Obstacle] = field(default_factory=dict)
    absent: Obstacle = Obstacle.NOT_THE_API
    login_page: Obstacle = Obstacle.LOGIN_PAGE
    remedies: Mapping[Obstacle, str] = field(default_factory=dict)

    def diagnosis(self, obstacle: Obstacle, what: str, scopes: tuple[str, ...] = ()) -> Diagnosis:
        """A diagnosis with the remedy for it: the vendor's, else the one that holds for all."""
        return Diagnosis(obstacle, what, self.remedies.get(obstacle, REMEDIES[obstacle]), scopes)


STATUS_ALONE = ObstacleSigns()
"""Of a vendor that has told nothing of its refusals: what HTTP says of a status."""

_BY_STATUS = {
    401: Obstacle.WRONG_SECRET,
    403: Obstacle.NOT_PERMITTED,
    407: Obstacle.PROXY,
    429: Obstacle.THROTTLED,
    # RFC 6585: given by a network that wants a login before it lets anything through.
    511: Obstacle.LOGIN_PAGE,
}
_LOGIN = re.compile(r"log-?_?in|sign-?_?in|/sso|/saml|/oauth|/access/unauthenticated|accounts\.|captive|portal", re.I)
# Headers that a forward proxy adds to an answer of its own (RFC 9110, RFC 9209; Squid).
_PROXY_HEADERS = ("proxy-authenticate", "proxy-status", "x-squid-error")
_PROXY_WORDS = re.compile(rb"\b(squid|zscaler|bluecoat|forcepoint|web proxy|proxy server)\b", re.I)
_MOST_READ = 20_000


def diagnose(answer: Response, signs: ObstacleSigns) -> Diagnosis | None:
    """The obstacle that one answer of an org shows; None where it shows none.

    A 404 alone shows none: see `absent`. So does a 4xx about the request.
    """
    body = answer.json_or(NOT_JSON)
    if 300 <= answer.status < 400:
        return _redirect(answer, signs)
    if isinstance(body, dict) and (refusal := _refusal(answer.status, body, signs)):
        return refusal
    if body is NOT_JSON and answer.body and (page := _page(answer, signs)):
        return page
    obstacle = Obstacle.UNAVAILABLE if answer.status >= 500 else None
    obstacle = _BY_STATUS.get(answer.status, obstacle)
    if obstacle is None:
        return _no_object(answer, body, signs)
    return signs.diagnosis(obstacle, f"the org answers {answer.status}{_code(body, signs)}")


def may_be_refusal(answer: Response, signs: ObstacleSigns) -> bool:
    """Whether an org could have given this answer to any request alike, because of an obstacle.

    Such an answer is empty, a page, or a refusal in the vendor's form; another object is the operation's own.
    """
    if answer.status not in (404, *_BY_STATUS) and answer.status < 500 and not 300 <= answer.status < 400:
        return False
    body = answer.json_or(NOT_JSON)
    return not isinstance(body, dict | list) or (isinstance(body, dict) and bool(signs.code(body)))


def absent(signs: ObstacleSigns) -> Diagnosis:
    """What it means that an org answers 404 on each path that every org has."""
    return signs.diagnosis(signs.absent, "the org answers 404 on every path that an org must have")


def _redirect(answer: Response, signs: ObstacleSigns) -> Diagnosis | None:
    """An API does not send its callers elsewhere; a 304 is an answer of its own."""
    location = answer.header("location")
    if answer.status == 304 or not location:
        return None
    shown = _short(location.split("?")[0].split("#")[0], 120)
    obstacle = Obstacle.LOGIN_PAGE if _LOGIN.search(location) else Obstacle.NOT_THE_API
    return signs.diagnosis(obstacle, f"the org answers {answer.status} and points to {_without_user(shown)}")


def _refusal(status: int, body: Mapping[str, Any], signs: ObstacleSigns) -> Diagnosis | None:
    """What a JSON body says by its code, or by the scopes that it names."""
    if status < 400:
        return None
    what = f"the org answers {status}{_code(body, signs)}"
    if scopes := signs.missing_scopes(body):
        names = ", ".join(_short(scope) for scope in scopes)
        return signs.diagnosis(Obstacle.MISSING_SCOPE, f"{what}: the token lacks {names}", scopes)
    obstacle = signs.obstacles.get(signs.code(body))
    return signs.diagnosis(obstacle, what) if obstacle else None


def _page(answer: Response, signs: ObstacleSigns) -> Diagnosis | None:
    """What a body that is no JSON says: a page for people, of the vendor, a proxy or a guest network."""
    text = answer.body[:_MOST_READ].decode("utf-8", "replace").lower()
    kind = answer.media_type or "no media type"
    what = f"the org answers {answer.status} with {_short(kind)}, which holds no JSON and is not the API's"
    for words, obstacle in signs.pages.items():
        if words in text:
            return signs.diagnosis(obstacle, f"{what} ({words!r})")
    if not is_page(answer):
        return None
    if answer.status == 407 or _is_of_proxy(answer):
        return signs.diagnosis(Obstacle.PROXY, f"a proxy answers {answer.status} in the org's place")
    if answer.status == 401:
        return signs.diagnosis(signs.login_page, what)
    if answer.status == 511 or (answer.status < 500 and 'type="password"' in text):
        return signs.diagnosis(Obstacle.LOGIN_PAGE, f"{what}: it asks for a password")
    if answer.status >= 500 or answer.status == 429:
        return None
    return signs.diagnosis(Obstacle.NOT_THE_API, what)


def is_page(answer: Response) -> bool:
    """Whether a body is a page for people, whatever its media type says."""
    beginning = answer.body[:_MOST_READ].lstrip()[:200].lower()
    return beginning.startswith(b"<") and b"<?xml" not in beginning[:5]


def _is_of_proxy(answer: Response) -> bool:
    """Whether a forward proxy says that it gave this answer itself."""
    if any(answer.header(name) for name in _PROXY_HEADERS):
        return True
    return answer.status >= 400 and bool(_PROXY_WORDS.search(answer.body[:_MOST_READ]))


def _no_object(answer: Response, body: Any, signs: ObstacleSigns) -> Diagnosis | None:
    """A success that holds no JSON at all, where the questions of an opening always get an object."""
    if answer.status != 200 or isinstance(body, dict | list):
        return None
    kind = _short(answer.media_type) if answer.body else "nothing"
    message = f"the org answers with {kind or 'no media type'}, which holds no JSON"
    return signs.diagnosis(Obstacle.NOT_THE_API, message)


def _code(body: Any, signs: ObstacleSigns) -> str:
    code = signs.code(body) if isinstance(body, dict) else ""
    return f" ({_short(code)})" if code else ""


def _short(text: str, most: int = 60) -> str:
    """A server's word for a person to read: one line, and not long."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _without_user(url: str) -> str:
    """A URL without user and password."""
    try:
        authority = urlsplit(url).netloc
    except ValueError:  # a bracket that is not closed
        return "an address that is none"
    return url.replace(authority, authority.rpartition("@")[2], 1) if "@" in authority else url
