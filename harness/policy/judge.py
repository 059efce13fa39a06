"""One request and its context to a verdict: six rules in order, pure, and closed by default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from harness.exchange import Request
from harness.formats.json_text import json_or
from harness.policy import bodies, interpretations, other_orgs, override_parameters, ownership
from harness.policy.context import ApiBase, PolicyContext, split_url
from harness.policy.interpretations import HeaderOverrides
from harness.policy.operation_router import RoutedOperation
from harness.policy.override_parameters import MethodClaim
from harness.policy.permit import READ_ONLY, missing_tier
from harness.risk.escalate import UNREADABLE, escalate
from harness.risk.tier import Assessment, Tier
from harness.vendors import VENDORS

# RFC 6749, 4.4 and 6: how a client gets a token for itself, and a new one for an old one.
_GRANTS = ("client_credentials", "refresh_token")
_GRANT_FIELDS = frozenset({"grant_type", "client_id", "client_secret", "refresh_token", "scope"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allow or refuse one request.

    `rule` names why it is refused: `host`, `operation` (no document has it), `reading` or `method-override` (a server
    could read it as something worse), `escalation`, `ownership`, `permit`; or why it may leave: `allowed`, `undo`,
    `token`, `proof`. `operation` is the key of the most dangerous operation that it can be read as, empty where it is
    none. `request` is method and URL without query, for the report.
    """

    allowed: bool
    tier: Tier
    rule: str
    evidence: tuple[str, ...] = ()
    operation: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way in which a server could read the request. `rule` is the one to name where its tier is refused."""

    assessment: Assessment
    routed: RoutedOperation | None
    rule: str


@dataclass(frozen=True, slots=True)
class _ParsedRequest:
    """The request, taken apart once. `path` is raw and without query, `body` a tree.

    `overrides` is what headers name, `claims` are the methods that parameters name.
    """

    request: Request
    api_base: ApiBase
    path: str
    query: list[tuple[str, str]]
    body: Any
    overrides: HeaderOverrides
    claims: list[MethodClaim]

    @property
    def is_plain(self) -> bool:
        """Whether no header names another method or path."""
        return not (self.overrides.methods or self.overrides.paths)

    @property
    def method(self) -> str:
        """The method of the request line; servers run the same code for HEAD and GET."""
        return self.request.method.upper().replace("HEAD", "GET")

    def below_base(self, path: str) -> str:
        """A path without the prefix of the API base."""
        return path[len(self.api_base.prefix) :]


def judge(request: Request, context: PolicyContext) -> Verdict:
    """The verdict on one request, as it would arrive.

    In order: credentials, host and org; operation, in every reading of the URL; method tricks; escalation by query and
    body; ownership; permit. Where permit and ownership would both refuse, the permit is named: that is what the user
    can change.
    """
    overrides = interpretations.header_overrides(request.headers)
    if problem := other_orgs.credentials_of_another(request, context):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", problem)
    if _is_token_call(request, context):
        return _judge_token_call(request, overrides)
    api_base, path = _api_base_of(request, overrides, context)
    if isinstance(api_base, str):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", api_base)
    query = bodies.query_of(request.url)
    for other in overrides.paths:
        query = [*query, *bodies.query_of(other)]
    if problem := other_orgs.org_of_another(query, request, api_base, context):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", problem)
    body = bodies.body_of(request.headers, request.body)
    parsed = _ParsedRequest(request, api_base, path, query, body, overrides, override_parameters.claims(query, body))
    if _asks_for_proof(parsed):
        if problem := ownership.other_org(request, query, api_base):
            return _verdict_of(request, False, Tier.READ, "host", problem)
        return _verdict_of(request, True, Tier.READ, "proof", "asks the org what it is")
    readings = _readings_of(parsed, context)
    if isinstance(readings, str):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", readings)
    return _decide(parsed, [_escalated(reading, parsed, context) for reading in readings], context)


def _asks_for_proof(parsed: _ParsedRequest) -> bool:
    """Whether the request asks what the org is, in the vendor's way, and does nothing besides."""
    proof = VENDORS[parsed.api_base.vendor].proof
    if proof is None or parsed.request.method != "GET" or not parsed.is_plain:
        return False
    return parsed.path == parsed.api_base.prefix + proof.path and not parsed.query and not parsed.request.body


def _verdict_of(request: Request, allowed: bool, tier: Tier, rule: str, *evidence: str, key: str = "") -> Verdict:
    return Verdict(allowed, tier, rule, evidence, key, shown(request.method, request.url))


def shown(method: str, url: str) -> str:
    """A request for a report: without query, user and password."""
    return f"{method} {_USER.sub('//', url.partition('?')[0], count=1)}"


_USER = re.compile(r"//[^/]*@")


def _is_token_call(request: Request, context: PolicyContext) -> bool:
    """Whether the request asks for an access token of the target's own client.

    On an org's own host, whose documents may have the same path, only the form of our flows counts: what a case sends
    there is judged as the operation that it is.
    """
    if request.method != "POST":
        return False
    target = context.token_urls_of_orgs.get(request.url)
    if target is None:
        return request.url in context.token_urls
    body = json_or(request.body, None)
    if not isinstance(body, dict) or not body.keys() <= _GRANT_FIELDS:
        return False
    return body.get("grant_type") in _GRANTS and body.get("client_id") == target.credentials.client_id


def _judge_token_call(request: Request, overrides: HeaderOverrides) -> Verdict:
    """The only call that may go to an accounts host: its exact URL, and nothing that makes it another call."""
    host = request.url.split("/", 3)[2].lower()
    if overrides.methods or overrides.paths or any(other.lower() != host for other in overrides.hosts):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "host", "a header makes the token call another one")
    if override_parameters.claims((), bodies.body_of(request.headers, request.body)):
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "method-override", "a field names another method")
    return _verdict_of(request, True, Tier.READ, "token", "the token call of the target's own accounts host")


def _api_base_of(request: Request, overrides: HeaderOverrides, context: PolicyContext) -> tuple[ApiBase | str, str]:
    """Rule 1: the target's own host and base path, and the raw path there; or a text that says what is wrong."""
    url = request.url
    if url.isprintable() and "#" not in url and " " not in url:
        for prefix, api_base in context.url_prefixes:
            if url.startswith(prefix) and all(host in api_base.hosts for host in overrides.hosts):
                return api_base, api_base.prefix + "/" + url[len(prefix) :].partition("?")[0]
    return _find_api_base(url, overrides, context)


def _find_api_base(raw: str, overrides: HeaderOverrides, context: PolicyContext) -> tuple[ApiBase | str, str]:
    """The same for a URL in another spelling, and the reason where no target has it."""
    url = split_url(raw)
    if url is None:
        return "the URL is not in plain form (scheme://host[:port]/path?query)", ""
    api_bases = context.api_bases.get(url.origin)
    if not api_bases:
        return f"{url.origin} is no target of this run", ""
    if others := [host for host in overrides.hosts if host.lower() not in api_bases[0].hosts]:
        return f"a header names another host: {others[0] or 'none at all'}", ""
    for api_base in api_bases:
        if url.path.casefold().startswith(api_base.prefix.casefold() + "/"):
            return api_base, url.path
    return f"the path is outside of {', '.join(api_base.prefix or '/' for api_base in api_bases)}", ""


def _readings_of(parsed: _ParsedRequest, context: PolicyContext) -> list[_Reading] | str:
    """Rules 2 and 3: every operation that a reading of path and method leads to; a text when one leaves the base."""
    prefix = parsed.api_base.prefix
    try:
        paths = interpretations.paths(parsed.path)
        for other in parsed.overrides.paths:
            bare = other.partition("?")[0]
            paths = paths | interpretations.paths(bare) | interpretations.paths(prefix + "/" + bare.lstrip("/"))
    except interpretations.TooManyError:
        return [_no_operation("the path has too many readings", "reading")]
    readings: list[_Reading] = []
    for path in paths:
        if not path.casefold().startswith(prefix.casefold() + "/"):
            return f"a server may read the path as {path!r}, outside of {prefix or '/'}"
        readings += _readings_of_path(parsed, context, path)
    return readings


def _methods(parsed: _ParsedRequest, context: PolicyContext, path: str) -> frozenset[str]:
    """The method, and those that headers and parameters name; what the operation declares is an ordinary value."""
    named = parsed.overrides.methods
    if parsed.claims:
        router = context.routers[parsed.api_base.vendor]
        candidates = router.find((parsed.method,), parsed.below_base(path))
        meant = [routed.operation for routed in candidates if not routed.sibling and not routed.shadowed]
        named = (*named, *override_parameters.undeclared_methods(parsed.claims, meant))
    return interpretations.methods(parsed.request.method, named)


def _readings_of_path(parsed: _ParsedRequest, context: PolicyContext, path: str) -> list[_Reading]:
    """A path under each of the methods: its operations, and a reading without one where there is none."""
    methods = _methods(parsed, context, path)
    operations = list(context.routers[parsed.api_base.vendor].find(methods, parsed.below_base(path)))
    readings = []
    for routed in operations:
        assessment = context.assessments[routed.operation.key]
        readings.append(_Reading(assessment, routed, _rule_for(routed, parsed, path)))
    for method in methods - {routed.operation.method for routed in operations}:
        if not _is_formatted(parsed, context, path, method):
            rule = _rule_without_operation(method, parsed, path)
            readings.append(_no_operation(f"{method} {path!r} is no known operation", rule))
    return readings


def _rule_for(routed: RoutedOperation, parsed: _ParsedRequest, path: str) -> str:
    """The rule to name where the tier of an operation is why the request is refused."""
    if routed.operation.method != parsed.method and not routed.sibling:
        return "method-override"
    return "reading" if routed.sibling or path != parsed.path else "permit"


def _rule_without_operation(method: str, parsed: _ParsedRequest, path: str) -> str:
    """The same where no operation has this method and path."""
    if method != parsed.method:
        return "method-override"
    return "operation" if path == parsed.path else "reading"


def _is_formatted(parsed: _ParsedRequest, context: PolicyContext, path: str, method: str) -> bool:
    """Whether an ending that means nothing to the vendor (`.json`) is all that hides the operation.

    The path without it is a reading of its own, and judged.
    """
    suffix = VENDORS[parsed.api_base.vendor].ignored_suffix
    if not suffix or not path.casefold().endswith(suffix):
        return False
    router = context.routers[parsed.api_base.vendor]
    candidates = router.find((method,), parsed.below_base(path)[: -len(suffix)])
    return any(routed.operation.method == method for routed in candidates)


def _no_operation(evidence: str, rule: str) -> _Reading:
    return _Reading(Assessment(Tier.DESTRUCTIVE, "no-match", (evidence,)), None, rule)


def _escalated(reading: _Reading, parsed: _ParsedRequest, context: PolicyContext) -> _Reading:
    """Rule 4."""
    if reading.routed is None or not (parsed.query or parsed.body is not None):
        return reading
    rules = context.escalations_of(reading.routed.operation)
    worse = escalate(reading.assessment, parsed.query, parsed.body, rules)
    return _Reading(worse, reading.routed, "escalation") if worse.tier > reading.assessment.tier else reading


def _decide(parsed: _ParsedRequest, readings: list[_Reading], context: PolicyContext) -> Verdict:
    """Rules 5 and 6 over all readings, of which the most dangerous is named; the ledger's own cleanup steps pass."""
    request = parsed.request
    worst = max(readings, key=lambda reading: reading.assessment.tier)
    tier, key = worst.assessment.tier, worst.routed.operation.key if worst.routed else ""
    evidence = (worst.assessment.rule, *worst.assessment.evidence)
    if tier == Tier.READ and parsed.body is UNREADABLE:
        problem = "the body cannot be read, so it may name another method"
        return _verdict_of(request, False, Tier.DESTRUCTIVE, "method-override", *evidence, problem, key=key)
    if problem := ownership.tenant(request, parsed.query, parsed.api_base):
        return _verdict_of(request, False, tier, "host", problem, key=key)
    if tier == Tier.READ:
        return _verdict_of(request, True, tier, "allowed", *evidence, key=key)
    permit = context.permits[parsed.api_base.target.name]
    if permit.proof not in READ_ONLY and _is_cleanup(parsed, readings, context):
        return _verdict_of(request, True, tier, "undo", "the ledger wrote it down to take back what was made", key=key)
    changing = [reading for reading in readings if reading.assessment.tier > Tier.READ]
    for reading in changing:
        if reading.routed is None:
            return _verdict_of(request, False, tier, worst.rule, *evidence, f"the permit has no {tier}", key=key)
        if missing := missing_tier(permit, reading.routed.operation, reading.assessment.tier):
            return _verdict_of(request, False, tier, worst.rule, *evidence, missing, key=key)
    for reading in changing:
        if reading.routed and not reading.routed.shadowed and (problem := _foreign(reading, parsed, context)):
            return _verdict_of(request, False, tier, "ownership", *evidence, problem, key=key)
    return _verdict_of(request, True, tier, "allowed", *evidence, key=key)


def _foreign(reading: _Reading, parsed: _ParsedRequest, context: PolicyContext) -> str:
    """What an operation's reading would touch that this run did not create, or nothing."""
    assert reading.routed is not None
    tier, target = reading.assessment.tier, parsed.api_base.target
    return ownership.foreign(reading.routed, tier, parsed.query, parsed.body, context, target)


def _is_cleanup(parsed: _ParsedRequest, readings: list[_Reading], context: PolicyContext) -> bool:
    """Only a request that is in the ledger, and that every other reading leads to the same operation on what is ours.

    A domain's name ends in what some server takes for an extension: without it, it is still a name of this run's.
    """
    if not parsed.is_plain or parsed.query:
        return False
    meant = [reading for reading in readings if reading.routed is None or not reading.routed.shadowed]
    keys = {reading.routed.operation.key if reading.routed else "" for reading in meant}
    if len(keys) != 1 or "" in keys:
        return False
    if len(meant) > 1 and any(_foreign(reading, parsed, context) for reading in meant):
        return False
    path = parsed.below_base(parsed.path)
    return context.owned.is_cleanup(parsed.api_base.target.name, parsed.request.method, path, parsed.request.body)
