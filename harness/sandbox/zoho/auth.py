"""Authentication and permission: the token, its data centre and scopes, and the organisation that a request names."""

from __future__ import annotations

from harness.sandbox.call import Call, Reply
from harness.sandbox.org import Org
from harness.sandbox.zoho import errors, organisations
from harness.sandbox.zoho.oauth import Accounts, GrantedToken, centre

# Gives the organisation's id, so it needs none (client report: works without, the document lists it).
_BOOTSTRAP = "getOrganizations"
# The wider modules whose scopes cover these too (vendor page: OAuth scopes).
_WIDER_MODULES = {"tasks": "activities", "calls": "activities", "events": "activities", "products": "settings"}


def authenticate(org: Org, call: Call) -> Reply | None:
    """401 without a live access token. It counts in the header only; `Bearer` is documented for Desk too."""
    if call.state.get("auth_ignored") or _needs_no_token(call):
        return None
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if not value:
        return errors.refuse("UNAUTHORIZED")
    token = org.state_of(Accounts).tokens.get(value.strip())
    if scheme not in ("Zoho-oauthtoken", "Bearer") or token is None or token.until <= call.now:
        return errors.refuse("INVALID_OAUTH")
    if token.centre != centre(call):
        return Reply(401, "<html><head><title>Zoho Accounts</title></head></html>", {}, "text/html;charset=UTF-8")
    call.state["token"] = token
    return None


def _needs_no_token(call: Call) -> bool:
    """Whether the document asks for neither a scope nor an organisation: the lists of countries and the like."""
    operation = call.operation
    return (
        operation is not None
        and not operation.scopes
        and not any(parameter.name == "orgId" for parameter in operation.parameters)
    )


def permit(org: Org, call: Call) -> Reply | None:
    """403 where the token has none of the scopes that the operation takes."""
    token = call.state.get("token")
    wanted = call.operation.scopes if call.operation is not None else ()
    if not isinstance(token, GrantedToken) or not wanted or any(covers(token.scopes, scope) for scope in wanted):
        return None
    return errors.refuse("SCOPE_MISMATCH")


def covers(held: tuple[str, ...], wanted: str) -> bool:
    """Whether scopes contain one, `ALL` and the wider module included; letter case differs within the document."""
    if "*" in held:
        return True
    *modules, verb = [part for part in wanted.lower().split(".") if part != "desk"]
    names = {".".join(modules), *modules, *(_WIDER_MODULES.get(module, module) for module in modules)}
    covering = {f"{name}.{kind}" for name in names for kind in (verb, "all")}
    return any(scope.lower().removeprefix("desk.") in covering for scope in held)


def organisation(org: Org, call: Call) -> Reply | None:
    """422 without the id of an organisation, 403 for one that the token is not for, 500 for what is no number.

    No id and the id of no organisation are one mistake (client reports, live 2025 and 2026). The header counts before
    the query.
    """
    if call.operation is None or call.operation.operation_id == _BOOTSTRAP or _needs_no_token(call):
        return None
    header, query = call.headers.get("orgid", ""), call.arg("orgId")
    named = header or query
    if not named:
        return None if call.state.get("auth_ignored") else errors.argument("orgId", "parameter")
    if not (named.isascii() and named.isdigit()):
        return errors.refuse("INTERNAL_SERVER_ERROR")
    if named not in organisations.KNOWN:
        return errors.argument("orgId", "parameter")
    if named not in organisations.reached(call):
        return errors.refuse("OAUTH_ORG_MISMATCH")
    return errors.argument("orgId") if query and not query.isdigit() else None
