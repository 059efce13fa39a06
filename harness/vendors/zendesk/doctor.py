"""What `deskcheck doctor` asks a Zendesk account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.vendors.doctor_line import DoctorLine, Examination, ok, problem
from harness.vendors.vendor import DoctorQuestions

LOGIN_REMEDY = "Check user and secret_env, and that the token is active in the admin centre."


def login(body: Mapping[str, Any]) -> DoctorLine:
    """Without credentials, too, the answer is 200: then the user has no id (seen on a live account, 2026-09)."""
    user = body.get("user")
    if not isinstance(user, dict) or not user.get("id"):
        return problem("login", "the org takes us for nobody (anonymous user)", LOGIN_REMEDY)
    return ok("login", f"user {user['id']}, role {user.get('role')}")


def scopes(org: Examination) -> Iterator[DoctorLine]:
    """An OAuth token names its scopes; an API token may do whatever its user may."""
    if org.target.credentials.kind == "basic":
        yield ok("scopes", "an API token may do whatever its user may")
        return
    names = _scopes_of(org)
    if not names:
        yield DoctorLine("scopes", "unknown", "the org does not say which scopes the token has")
    elif missing := sorted({"read", "write"} - set(names)):
        message = f"{', '.join(names)}; without {', '.join(missing)} some operations will answer 403"
        yield DoctorLine("scopes", "unknown", message)
    else:
        yield ok("scopes", ", ".join(names))


def _scopes_of(org: Examination) -> list[str]:
    try:
        body = org.ask("/api/v2/oauth/tokens/current").json
    except ValueError:
        return []
    token = body.get("token") if isinstance(body, dict) else None
    return [str(scope) for scope in token.get("scopes") or ()] if isinstance(token, dict) else []


DOCTOR = DoctorQuestions(login, LOGIN_REMEDY, scopes, login_path="/api/v2/users/me")
