"""Why a request of one org's chain would speak for, or to, another org of the same run; reads included."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import parse_qsl

from harness.exchange import Request
from harness.policy.context import ApiBase, PolicyContext
from harness.policy.ownership import names_org


def credentials_of_another(request: Request, context: PolicyContext) -> str:
    """Whether the request carries a configured secret of another org of the run, as a sentence; empty when not."""
    if not context.foreign_secrets:
        return ""
    for secret in _secrets_in(request):
        if owner := context.foreign_secrets.get(secret):
            return f"it carries credentials of target {owner}"
    return ""


def org_of_another(query: list[tuple[str, str]], request: Request, api_base: ApiBase, context: PolicyContext) -> str:
    """Whether the request names another org of the run, where all orgs of a vendor share one host; empty when not."""
    owners = {
        other.org_id: other.name
        for other in context.others
        if other.vendor == api_base.vendor and other.org_id not in ("", api_base.target.org_id)
    }
    if not owners:
        return ""
    for name, value in (*request.headers, *query):
        if names_org(name, api_base.vendor) and value.strip() in owners:
            return f"{name} {value} is the org of target {owners[value.strip()]}"
    return ""


def _secrets_in(request: Request) -> Iterator[str]:
    """What stands in the places of a request where credentials do: an Authorization header, a form."""
    for name, value in request.headers:
        if name.casefold() == "authorization":
            scheme, _, rest = value.strip().partition(" ")
            yield rest.strip()
            if scheme.casefold() == "basic":
                yield _password(rest.strip())
    if b"=" in request.body and _is_form(request):
        yield from (value for _, value in parse_qsl(request.body.decode("latin-1")))


def _password(encoded: str) -> str:
    """The password of basic credentials; empty for what are none."""
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace").partition(":")[2]
    except ValueError:
        return ""


def _is_form(request: Request) -> bool:
    return any(name.casefold() == "content-type" and "urlencoded" in value for name, value in request.headers)
