"""Obstacle: why an org cannot be tested, one word for each thing that a person would mend differently."""

from __future__ import annotations

from enum import StrEnum

from harness.errors import DeskcheckError, GateError, UnfinishedError, UsageError


class Obstacle(StrEnum):
    """What keeps us from an org; each has its own remedy and, by `exit_code`, its own end of the process."""

    CONFIGURATION = "configuration"
    DNS = "dns"
    CONNECTION = "connection"  # nobody listens, or the network is cut
    TIMEOUT = "timeout"
    TLS = "tls"
    PROXY = "proxy"
    LOGIN_PAGE = "login page"  # a redirect to a place where people log in
    NOT_THE_API = "not the API"  # HTML, or a redirect to elsewhere
    UNAVAILABLE = "unavailable"  # 5xx
    WRONG_SECRET = "wrong secret"
    WRONG_CLIENT = "wrong client"
    REVOKED = "revoked refresh token"
    EXPIRED = "expired token"
    DATA_CENTRE = "wrong data centre"
    MISSING_SCOPE = "missing scope"
    NOT_PERMITTED = "not permitted"  # a good token whose user may not
    WRONG_ORG = "wrong org"
    NO_ORG = "no org"
    DEAD_ACCOUNT = "dead account"
    NO_PROOF = "no sandbox proof"
    PRODUCTION = "production"
    CLOCK = "clock"
    QUOTA = "quota"  # too little is left
    THROTTLED = "throttled"


_LATER = frozenset(
    {
        Obstacle.DNS,
        Obstacle.CONNECTION,
        Obstacle.TIMEOUT,
        Obstacle.TLS,
        Obstacle.PROXY,
        Obstacle.UNAVAILABLE,
        Obstacle.QUOTA,
        Obstacle.THROTTLED,
    }
)
_REFUSED = frozenset({Obstacle.NO_PROOF, Obstacle.PRODUCTION})


def exit_code(obstacle: Obstacle) -> int:
    """What the process ends with: 4 where the same configuration may do later, 3 for the gate, else 2."""
    if obstacle in _LATER:
        return UnfinishedError.exit_code
    return GateError.exit_code if obstacle in _REFUSED else UsageError.exit_code


class OrgError(DeskcheckError):
    """An org or its token host cannot be used; `obstacle` says why, and `exit_code` follows from it."""

    def __init__(self, obstacle: Obstacle, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.obstacle = obstacle
        self.exit_code = exit_code(obstacle)
