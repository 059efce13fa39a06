"""One request and its context to a verdict: six rules in order, pure, and closed by default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from harness.exchange import Request
from harness.policy import bodies, interpretations, override_parameters, ownership
from harness.policy.context import ApiBase, PolicyContext, split_url
from harness.policy.interpretations import Renamed
from harness.policy.operation_router import Hit
from harness.policy.override_parameters import MethodClaim
from harness.policy.permit import READ_ONLY
from harness.risk.escalate import UNREADABLE, raised
from harness.risk.tier import Assessment, Tier
from harness.vendors import VENDORS


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allow or refuse one request.

    `rule` says what refused it: `host`, `operation` (none is known), `reading` or `method-override` (a server could
    read it as something worse), `escalation`, `ownership`, `permit`; or what let it out: `allowed`, `undo`, `token`,
    `proof`. `operation` is the key of the most dangerous operation that it can be read as, empty when none is known.
    `request` is method and URL without query, for the report.
    """

    allowed: bool
    tier: Tier
    rule: str
    evidence: tuple[str, ...] = ()
    operation: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    """One way to read the request. `why` is the rule to name when its tier is what refuses it."""

    assessment: Assessment
    hit: Hit | None
    why: str


@dataclass(frozen=True, slots=True)
class _Case:
    """The request, taken apart once. `path` is raw and without query, `body` a tree.

    `renamed` is what headers say, `claims` are the methods that parameters name.
    """

    request: Request
    door: ApiBase
    path: str
    query: list[tuple[str, str]]
    body: Any
    renamed: Renamed
    claims: list[MethodClaim]

    @property
    def plain(self) -> bool:
        """Whether no header renames method or path."""
        return not (self.renamed.methods or self.renamed.paths)

    @property
    def own(self) -> str:
        """The method of the request line; servers run the same code for HEAD and GET."""
        return self.request.method.upper().replace("HEAD", "GET")


def judge(request: Request, context: PolicyContext) -> Verdict:
    """The verdict on one request, as it would arrive.

    In order: host; operation, in every reading of the URL; method tricks; escalation by query and body; ownership;
    permit. Where permit and ownership would both refuse, the permit is named: that is what the user can change.
    """
    renamed = interpretations.renamed(request.headers)
    if request.method == "POST" and request.url in context.token_urls:
        return _token(request, renamed)
    door, path = _door(request, renamed, context)
    if isinstance(door, str):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", door)
    query = bodies.query_of(request.url)
    for other in renamed.paths:
        query = [*query, *bodies.query_of(other)]
    body = bodies.body_of(request.headers, request.body)
    case = _Case(request, door, path, query, body, renamed, override_parameters.claims(query, body))
    if _asks_for_proof(case):
        return _verdict_of(request, True, Tier.READ, "proof", "asks the org what it is")
    reads = _reads(case, context)
    if isinstance(reads, str):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", reads)
    return _decided(case, [_escalated(one, case, context) for one in reads], context)


def _asks_for_proof(case: _Case) -> bool:
    """Whether the request is the vendor's question what the org is, and nothing besides."""
    proof = VENDORS[case.door.vendor].proof
    if proof is None or case.request.method != "GET" or not case.plain:
        return False
    return case.path == case.door.base + proof.path and not case.query and not case.request.body


def _verdict_of(request: Request, allowed: bool, tier: Tier, rule: str, *evidence: str, key: str = "") -> Verdict:
    return Verdict(allowed, tier, rule, evidence, key, shown(request.method, request.url))


def shown(method: str, url: str) -> str:
    """A request for a report: without query, user and password."""
    return f"{method} {_USER.sub('//', url.partition('?')[0], count=1)}"


_USER = re.compile(r"//[^/]*@")


def _token(request: Request, renamed: Renamed) -> Verdict:
    """The one call that may go to an accounts host: its exact URL, and nothing that makes it another."""
    host = request.url.split("/", 3)[2].lower()
    if renamed.methods or renamed.paths or any(one.lower() != host for one in renamed.hosts):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", "a header makes the token call another one")
    if override_parameters.claims((), bodies.body_of(request.headers, request.body)):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "method-override", "a field names another method")
    return _verdict_of(request, True, Tier.READ, "token", "the token call of the target's own accounts host")


def _door(request: Request, renamed: Renamed, context: PolicyContext) -> tuple[ApiBase | str, str]:
    """Rule 1: the target's own host and base path, and the raw path there; a text says what is wrong."""
    url = request.url
    if url.isprintable() and "#" not in url and " " not in url:
        for prefix, door in context.prefixes:
            if url.startswith(prefix) and all(host in door.hosts for host in renamed.hosts):
                return door, door.base + "/" + url[len(prefix) :].partition("?")[0]
    return _slow_door(url, renamed, context)


def _slow_door(raw: str, renamed: Renamed, context: PolicyContext) -> tuple[ApiBase | str, str]:
    """The same for a URL in another spelling, and the reason where it is none of ours."""
    url = split_url(raw)
    if url is None:
        return "the URL is not in plain form (scheme://host[:port]/path?query)", ""
    doors = context.doors.get(url.origin)
    if not doors:
        return f"{url.origin} is no target of this run", ""
    if strange := [host for host in renamed.hosts if host.lower() not in doors[0].hosts]:
        return f"a header names another host: {strange[0] or 'none at all'}", ""
    for door in doors:
        if url.path.casefold().startswith(door.base.casefold() + "/"):
            return door, url.path
    return f"the path is outside of {', '.join(door.base or '/' for door in doors)}", ""


def _reads(case: _Case, context: PolicyContext) -> list[_Read] | str:
    """Rules 2 and 3: every operation that a reading of path and method leads to; a text when one leaves the base."""
    base = case.door.base
    try:
        paths = interpretations.paths(case.path)
        for other in case.renamed.paths:
            bare = other.partition("?")[0]
            paths = paths | interpretations.paths(bare) | interpretations.paths(base + "/" + bare.lstrip("/"))
    except interpretations.TooManyError:
        return [_nowhere("the path has too many readings", "reading")]
    inside = base.casefold() + "/"
    found: list[_Read] = []
    for path in paths:
        if not path.casefold().startswith(inside):
            return f"a server may read the path as {path!r}, outside of {base or '/'}"
        found += _routed(case, context, path)
    return found


def _methods(case: _Case, context: PolicyContext, path: str) -> frozenset[str]:
    """The method, and those that headers and parameters name; what the operation declares is an ordinary value."""
    named = case.renamed.methods
    if case.claims:
        hits = context.routers[case.door.vendor].find((case.own,), path[len(case.door.base) :])
        meant = [hit.operation for hit in hits if not hit.sibling and not hit.shadowed]
        named = (*named, *override_parameters.remaining(case.claims, meant))
    return interpretations.methods(case.request.method, named)


def _routed(case: _Case, context: PolicyContext, path: str) -> list[_Read]:
    """One path under each of the methods: its operations, and a blank where there is none."""
    methods = _methods(case, context, path)
    hits = list(context.routers[case.door.vendor].find(methods, path[len(case.door.base) :]))
    found = [_Read(context.assessments[hit.operation.key], hit, _why(hit, case, path)) for hit in hits]
    known = {hit.operation.method for hit in hits}
    for method in methods:
        if method not in known and not _is_formatted(case, context, path, method):
            why = "method-override" if method != case.own else "operation" if path == case.path else "reading"
            found.append(_nowhere(f"{method} {path!r} is no known operation", why))
    return found


def _why(hit: Hit, case: _Case, path: str) -> str:
    """The rule to name when the tier of a hit is what refuses the request."""
    if hit.operation.method != case.own and not hit.sibling:
        return "method-override"
    return "reading" if hit.sibling or path != case.path else "permit"


def _is_formatted(case: _Case, context: PolicyContext, path: str, method: str) -> bool:
    """Whether an ending that means nothing to the vendor (`.json`) is all that hides the operation.

    The path without it is a reading of its own, and judged.
    """
    suffix = VENDORS[case.door.vendor].ignored_suffix
    if not suffix or not path.casefold().endswith(suffix):
        return False
    bare = path[len(case.door.base) : -len(suffix)]
    return any(hit.operation.method == method for hit in context.routers[case.door.vendor].find((method,), bare))


def _nowhere(evidence: str, why: str) -> _Read:
    return _Read(Assessment(Tier.DESTRUCTIVE, "no-match", (evidence,)), None, why)


def _escalated(one: _Read, case: _Case, context: PolicyContext) -> _Read:
    """Rule 4."""
    if one.hit is None or not (case.query or case.body is not None):
        return one
    worse = raised(one.assessment, case.query, case.body, context.escalating(one.hit.operation))
    return _Read(worse, one.hit, "escalation") if worse.tier > one.assessment.tier else one


def _decided(case: _Case, reads: list[_Read], context: PolicyContext) -> Verdict:
    """Rules 5 and 6 over all readings, of which the most dangerous is named; the ledger's own cleanup steps pass."""
    request = case.request
    worst = max(reads, key=lambda one: one.assessment.tier)
    tier, key = worst.assessment.tier, worst.hit.operation.key if worst.hit else ""
    evidence = (worst.assessment.rule, *worst.assessment.evidence)
    if tier == Tier.READ and case.body is UNREADABLE:
        problem = "the body cannot be read, so it may name another method"
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "method-override", *evidence, problem, key=key)
    if tier == Tier.READ:
        return _verdict_of(request, True, tier, "allowed", *evidence, key=key)
    if problem := ownership.tenant(request, case.query, case.door):
        return _verdict_of(request, False, tier, "host", problem, key=key)
    permit = context.permits[case.door.vendor]
    if permit.proof not in READ_ONLY and _undoes(case, reads, context):
        return _verdict_of(request, True, tier, "undo", "the ledger wrote it down to take back what was made", key=key)
    above = [one for one in reads if one.assessment.tier > Tier.READ]
    for one in above:
        if one.hit is None or not permit.allows(one.assessment.tier, one.hit.operation.key):
            return _verdict_of(request, False, tier, worst.why, *evidence, f"the permit has no {tier}", key=key)
    for one in above:
        if one.hit and not one.hit.shadowed and (problem := _foreign(one, one.hit, case, context)):
            return _verdict_of(request, False, tier, "ownership", *evidence, problem, key=key)
    return _verdict_of(request, True, tier, "allowed", *evidence, key=key)


def _foreign(one: _Read, hit: Hit, case: _Case, context: PolicyContext) -> str:
    return ownership.foreign(hit, one.assessment.tier, case.query, case.body, context, case.door)


def _undoes(case: _Case, reads: list[_Read], context: PolicyContext) -> bool:
    """Only a request that is in the ledger, and that every other reading leads to the same operation on what is ours.

    A domain's name ends in what some server takes for an extension: without it, it is still a name of this run's.
    """
    if not case.plain or case.query:
        return False
    meant = [one for one in reads if one.hit is None or not one.hit.shadowed]
    hits = [one.hit for one in meant if one.hit is not None]
    if len(hits) < len(meant) or len({hit.operation.key for hit in hits}) != 1:
        return False
    if len(meant) > 1 and any(_foreign(one, hit, case, context) for one, hit in zip(meant, hits, strict=True)):
        return False
    path = case.path[len(case.door.base) :]
    return context.owned.is_cleanup(case.door.vendor, case.request.method, path, case.request.body)
