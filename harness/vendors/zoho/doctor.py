"""What `deskcheck doctor` asks a Zoho Desk organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.exchange import Response
from harness.openapi.catalog import Operation
from harness.target import Target
from harness.vendors.doctor_line import DoctorLine, Examination, ok, problem
from harness.vendors.vendor import DoctorQuestions
from harness.vendors.zoho.auth import ORG_HEADER

# A token's scopes are shown by what it may list; larger sets of scopes prove nothing about any one of them.
FEW = 2


def login(body: Mapping[str, Any]) -> DoctorLine:
    """The proof is shown to whoever has a token."""
    return ok("login", "a fresh access token was given and taken")


def refusal(body: Mapping[str, Any], target: Target) -> DoctorLine | None:
    """A good token that is not for the configured org."""
    if body.get("errorCode") != "OAUTH_ORG_MISMATCH":
        return None
    remedy = "Leave org_id out of deskcheck.toml once: doctor then lists the token's own."
    return problem("login", f"the token is not for org_id {target.org_id!r}", remedy)


def scopes(org: Examination) -> Iterator[DoctorLine]:
    """A token does not name its scopes: each set of few scopes is tried with a list (any scope of a set is enough)."""
    held: list[str] = []
    missing: list[str] = []
    for operation in _probes(org.reads):
        names = " or ".join(sorted(operation.scopes))
        (missing if _is_denied(org.ask(operation.path)) else held).append(names)
    message = f"{len(held)} of {len(held) + len(missing)} kinds of record can be read; writing cannot be told from here"
    if missing:
        remedy = f"Grant at consent: {', '.join(missing)}. Their operations will answer 403."
        yield problem("scopes", message, remedy)
    else:
        yield ok("scopes", message)


def _probes(reads: Iterable[Operation]) -> list[Operation]:
    """For each set of few scopes the first list that needs one of them and no argument."""
    probes: dict[frozenset[str], Operation] = {}
    for operation in reads:
        scopes = frozenset(operation.scopes)
        if 0 < len(scopes) <= FEW and _is_plain_list(operation):
            probes.setdefault(scopes, operation)
    return list(probes.values())


def _is_plain_list(operation: Operation) -> bool:
    if operation.method != "GET" or "{" in operation.path or operation.path.endswith(("search", "ount", "File")):
        return False
    return not any(parameter.required and parameter.name != ORG_HEADER for parameter in operation.parameters)


def _is_denied(answer: Response) -> bool:
    try:
        body = answer.json
    except ValueError:
        return False
    return answer.status == 403 and isinstance(body, dict) and body.get("errorCode") == "SCOPE_MISMATCH"


DOCTOR = DoctorQuestions(
    login,
    # The hosts of a data centre share their ending, and a token of one is nothing to another.
    login_remedy="Check the data centre: base_url and token_url must end alike (.com, .eu, .in, ...).",
    scopes=scopes,
    refusal=refusal,
)
