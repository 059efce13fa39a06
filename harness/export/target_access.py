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
    base = EnvironmentVariable(
        f"{prefix}_URL", "the base URL, without the API's own path", "" if target.embedded else target.base_url
    )
    org = (
        EnvironmentVariable(f"{prefix}_ORG_ID", "the org's id", target.org_id)
        if vendor.org_header and target.org_id
        else None
    )
    access = Access(
        base.name, (base, *([org] if org else [])), scheme, org_header=vendor.org_header if org else "",
        org=org.name if org else "",
    )  # fmt: skip
    if not scheme:
        return access
    user, secret = vendor.curl_variables if target.embedded else (f"{prefix}_USER", "")
    secret = secret or _variable(references, "secret", f"{prefix}_SECRET")
    if grant := _grant(target, secret, prefix, references):
        return _with_token(access, grant, prefix, is_embedded=target.embedded)
    if scheme.lower() == "basic":
        inputs = (
            EnvironmentVariable(user, "the user, as in deskcheck.toml"),
            EnvironmentVariable(secret, "the API token"),
        )
        return replace(access, user=user, secret=secret, inputs=(*access.inputs, *inputs))
    return replace(access, secret=secret, inputs=(*access.inputs, EnvironmentVariable(secret, "the access token")))


def scheme_of(exchanges: tuple[Exchange, ...]) -> str:
    """The scheme of the first signed request; empty where none is signed."""
    headers = (exchange.request.header("authorization") for exchange in exchanges)
    return next((header.partition(" ")[0] for header in headers if header), "")


def _variable(references: Mapping[str, SecretReference], key: str, otherwise: str) -> str:
    """The variable that holds a secret for deskcheck, or one of its own where it lies elsewhere."""
    reference = references.get(key)
    return reference.name if reference and reference.scheme == "env" else otherwise


def _grant(target: Target, secret: str, prefix: str, references: Mapping[str, SecretReference]) -> TokenGrant | None:
    """The token grant of a target whose credentials are the names of their variables."""
    kind = VENDORS[target.vendor].auth_kind(target.credentials.kind)
    if kind.grant is None:
        return None
    names = Credentials(
        kind.name,
        secret=secret if target.credentials.secret else "",
        client_id=f"{prefix}_CLIENT_ID" if target.credentials.client_id else "",
        client_secret=_variable(references, "client_secret", f"{prefix}_CLIENT_SECRET")
        if target.credentials.client_secret else "",
        scope=target.credentials.scope,
    )  # fmt: skip
    return kind.grant(replace(target, credentials=names))


def _with_token(access: Access, grant: TokenGrant, prefix: str, *, is_embedded: bool) -> Access:
    """The access with the call that gets a token; with a token by variable where each call ends the one before."""
    if grant.rotates:
        name = f"{prefix}_ACCESS_TOKEN"
        held = EnvironmentVariable(
            name, "an access token; its refresh token works once only, so deskcheck keeps that for itself"
        )
        return replace(access, secret=name, inputs=(*access.inputs, held))
    request = grant.ask(None)
    text = request.body.decode()
    fields = read_json(text) if request.media_type.endswith("json") else dict(parse_qsl(text))
    names = [value for value in fields.values() if str(value).isupper()]
    base = f"{prefix}_URL"
    lasting = "" if is_embedded else grant.token_url
    host = EnvironmentVariable(f"{prefix}_TOKEN_URL", "the host that gives access tokens", lasting)
    is_own_host = any(one.name == base and one.default == grant.token_url for one in access.inputs)
    if is_own_host:
        host = next(one for one in access.inputs if one.name == base)
    path = request.url.removeprefix(grant.token_url)
    call = TokenCall(host.name + path, request.media_type, tuple((name, str(value)) for name, value in fields.items()))
    inputs = [
        EnvironmentVariable(name, "as in deskcheck.toml" if name.endswith("_ID") else "a secret") for name in names
    ]
    own_host = () if is_own_host else (host,)
    return replace(access, token=call, inputs=(*access.inputs, *own_host, *inputs))


def _upper(name: str) -> str:
    """A target's name as the beginning of a variable's."""
    text = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()
    return text if text[:1].isalpha() else f"TARGET_{text}"
