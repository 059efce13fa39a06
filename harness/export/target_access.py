"""How a stand-alone test reaches an org: the target's own variables, and the call that gets an access token.

No credential is written into a test: not the secrets, and not the user or the client that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from harness.exchange import Exchange
from harness.export.standalone import Access, EnvironmentVariable, TokenCall
from harness.formats.json_text import read_json
from harness.secret_references import SecretReference
from harness.target import Credentials, Target
from harness.vendors import VENDORS
from harness.vendors.token_grant import TokenGrant


def access_of(target: Target, references: Mapping[str, SecretReference], scheme: str) -> Access:
    """The access to a target whose secrets are where `references` say; `scheme` is that of its signed requests.

    The embedded sandbox has variables of its own, which `deskcheck sandbox` prints the values of.
    """
    vendor = VENDORS[target.vendor]
    prefix = _upper(target.vendor if target.embedded else target.name)
    lasting = "" if target.embedded else target.base_url
    access = Access(f"{prefix}_URL", (), scheme)
    access = _reading(access, EnvironmentVariable(access.base_url, "the base URL, without the API's own path", lasting))
    if vendor.org_header and target.org_id:
        access = replace(access, org_header=vendor.org_header, org=f"{prefix}_ORG_ID")
        access = _reading(access, EnvironmentVariable(access.org, "the org's id", target.org_id))
    if not scheme:
        return access
    names = _names(target, references, prefix)
    kind = vendor.auth_kind(target.credentials.kind)
    if kind.grant is not None:
        grant = kind.grant(replace(target, credentials=names))
        return _with_token(access, grant, names, prefix, is_embedded=target.embedded)
    access = replace(access, secret=names.secret)
    if scheme.lower() != "basic":
        return _reading(access, EnvironmentVariable(names.secret, "the access token"))
    access = _reading(access, EnvironmentVariable(names.user, "the user, as in deskcheck.toml"))
    return _reading(replace(access, user=names.user), EnvironmentVariable(names.secret, "the API token"))


def _reading(access: Access, *variables: EnvironmentVariable) -> Access:
    """The access with further variables."""
    return replace(access, inputs=(*access.inputs, *variables))


def scheme_of(exchanges: tuple[Exchange, ...]) -> str:
    """The scheme of the first signed request; empty where none is signed."""
    headers = (exchange.request.header("authorization") for exchange in exchanges)
    return next((header.partition(" ")[0] for header in headers if header), "")


def _variable(references: Mapping[str, SecretReference], key: str, otherwise: str) -> str:
    """The variable that holds a secret for deskcheck, or one of its own where it lies elsewhere."""
    reference = references.get(key)
    return reference.name if reference and reference.scheme == "env" else otherwise


def _names(target: Target, references: Mapping[str, SecretReference], prefix: str) -> Credentials:
    """Credentials that hold the names of the variables in place of the values."""
    own = target.credentials
    user, secret = VENDORS[target.vendor].curl_variables if target.embedded else (f"{prefix}_USER", f"{prefix}_SECRET")
    return Credentials(
        own.kind,
        user=user,
        secret=_variable(references, "secret", secret) if own.secret else "",
        client_id=f"{prefix}_CLIENT_ID" if own.client_id else "",
        client_secret=_variable(references, "client_secret", f"{prefix}_CLIENT_SECRET") if own.client_secret else "",
        scope=own.scope,
    )


def _with_token(access: Access, grant: TokenGrant, names: Credentials, prefix: str, *, is_embedded: bool) -> Access:
    """The access with the call that gets a token; with a token by variable where each call ends the one before."""
    if grant.rotates:
        access = replace(access, secret=f"{prefix}_ACCESS_TOKEN")
        why = "an access token; its refresh token works once only, and deskcheck keeps that"
        return _reading(access, EnvironmentVariable(access.secret, why))
    request = grant.ask(None)
    text = request.body.decode()
    fields = read_json(text) if request.media_type.endswith("json") else dict(parse_qsl(text))
    host = access.base_url
    if access.inputs[0].default != grant.token_url:
        host = f"{prefix}_TOKEN_URL"
        lasting = "" if is_embedded else grant.token_url
        access = _reading(access, EnvironmentVariable(host, "the host that gives access tokens", lasting))
    call = TokenCall(
        host + request.url.removeprefix(grant.token_url),
        request.media_type,
        tuple((name, str(value)) for name, value in fields.items()),
    )
    meanings = {names.secret: "a secret", names.client_id: "as in deskcheck.toml", names.client_secret: "a secret"}
    given = [EnvironmentVariable(name, meanings[name]) for name in fields.values() if name and name in meanings]
    return _reading(replace(access, token=call), *given)


def _upper(name: str) -> str:
    """A target's name as the beginning of a variable's."""
    text = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    return text if text[:1].isalpha() else f"TARGET_{text}"
