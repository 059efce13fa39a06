"""A believable run: 1,310 operations of two vendors, with findings, refusals, waivers and hostile server text."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache

from harness.exchange import Exchange, Request, Response
from harness.finding import Finding
from harness.masking import MASK
from harness.results.outcome import Outcome, Refusal, Run, State, merge

HOSTILE = (
    '<script>alert("x")</script> ]]> \x1b[31mred\x1b[0m | [link=file:///]a[/link] `code` \ud800 \x00 &amp; </style>'
)

_WORDS = {
    "zendesk": (
        "Tickets Users Organizations Groups Views Macros Triggers Automations Brands Tags Requests Attachments Locales "
        "Sessions Skips Custom_Objects Custom_Statuses Dynamic_Content Job_Statuses Satisfaction_Ratings SLA_Policies "
        "Schedules Sharing_Agreements Suspended_Tickets Ticket_Fields Ticket_Forms Ticket_Metrics Ticket_Audits "
        "User_Fields Workspaces Bookmarks Search Deletion_Schedules Email_Notifications"
    ),
    "zoho": (
        "Tickets Contacts Accounts Tasks Calls Events Products Articles Agents Teams Roles Profiles Departments "
        "Layouts Blueprints Comments Threads Attachments Time_Entries Contracts Webhooks Channels Communities "
        "Skills Holidays Business_Hours Ticket_Templates Recycle_Bin Search Tags Views Pins Mail_Reply_Address"
    ),
}
_RESOURCES = {vendor: words.split() for vendor, words in _WORDS.items()}
# Verb, method, path behind the collection, tier, rule, weight in the draw.
_SHAPES = (
    ("List", "GET", "", "read", "get-reads", 9),
    ("Show", "GET", "/{id}", "read", "get-reads", 9),
    ("Count", "GET", "/count", "read", "get-reads", 4),
    ("Create", "POST", "", "write", "post-creates", 6),
    ("Update", "PUT", "/{id}", "write", "put-changes", 6),
    ("Reorder", "PUT", "/reorder", "admin", "org-wide-words", 3),
    ("Configure", "PATCH", "/settings", "admin", "settings-words", 4),
    ("SendMail", "POST", "/{id}/send_email", "outbound", "reaches-people", 2),
    ("Delete", "DELETE", "/{id}", "destructive", "method-delete", 6),
    ("DestroyMany", "DELETE", "/destroy_many", "destructive", "many-at-once", 3),
    ("Merge", "POST", "/{id}/merge", "destructive", "path-words", 2),
)
_FAULTS = (
    ("body", "recipient", "type string", "null is not of type string"),
    ("body", "via/source/rel", "type string", "null is not of type string"),
    ("body", "priority", "one of low, normal, high, urgent", '"p1" is not in the enumeration'),
    ("undocumented_field", "custom_status_id", "", "custom_status_id is not described"),
    ("body", "created_at", "format date-time", '"yesterday" is no date-time'),
    ("status", "", "200", "404 is not declared"),
    ("media_type", "", "application/json", "text/html was answered"),
    ("server_error", "", "", "the server answered 500"),
)


@cache
def believable(seed: int = 1, zendesk: int = 605, zoho: int = 705, hostile: bool = False) -> Run:
    """A run that looks real; `hostile` puts markup, escapes and broken Unicode wherever a server could."""
    draw = random.Random(seed)
    outcomes = tuple(
        _outcome(draw, vendor, index, hostile)
        for vendor, size in {"zendesk": zendesk, "zoho": zoho}.items()
        for index in range(size)
    )  # fmt: skip
    return Run(
        id="20261121-143005-7c1f",
        started="2026-11-21T14:30:05+00:00",
        seconds=247.3,
        seed=seed,
        targets={"zendesk": "embedded", "zoho": "embedded"},
        permit={
            "tiers": ["read", "write"],
            "operations": [],
            "proof": "the sandbox of this process",
            "confirmed": False,
        },
        versions={
            "deskcheck": "0.1.0",
            "schemathesis": "4.32.5",
            "zendesk support": "2026-05, sha256 5f0c…",
            "python": "3.11.7",
        },
        exit_code=1,
        outcomes=outcomes,
        notes=("the credits of Zoho were estimated, not read",),
    )


def two_orgs(hostile: bool = False) -> Run:
    """The same with two orgs of one vendor: they ended alike but for the first operation that passed, and one that only
    the first org has.
    """
    run = believable(zendesk=60, zoho=20, hostile=hostile)
    first, second = (f"{name} {HOSTILE if hostile else ''}".strip() for name in ("eu", "us"))
    passed = next(outcome for outcome in run.outcomes if outcome.state is State.PASSED and outcome.vendor == "zendesk")
    of_zendesk = [outcome for outcome in run.outcomes if outcome.vendor == "zendesk"]
    seconds = [
        replace(outcome, target=second, **{"state": State.NO_SUCCESS} if outcome is passed else {})
        for outcome in of_zendesk[:-1]
    ]
    firsts = [replace(outcome, target=first) for outcome in of_zendesk]
    others = [replace(outcome, target="embedded-zoho") for outcome in run.outcomes if outcome.vendor == "zoho"]
    permit = {name: {"tiers": ["read", "write"], "proof": "sandbox"} for name in (first, second)}
    return replace(
        run,
        outcomes=merge([*firsts, *seconds, *others]),
        targets={first: first, second: second, "embedded-zoho": "embedded"},
        permit={"tiers": ["read", "write"], **permit},
        orgs={first: "zendesk", second: "zendesk", "embedded-zoho": "zoho"},
    )


def answers_that_differ(count: int) -> Run:
    """A run of this many findings, none of whose answers is like another: the hardest to make small."""
    draw = random.Random(7)
    rows = list(believable().outcomes)
    for n in range(count):
        row = rows[n % len(rows)]
        body = json.dumps({f"k{m}": draw.getrandbits(64) for m in range(60)}).encode()
        exchange = Exchange(Request("GET", f"https://org.example.com{row.path}?page={n}"), Response(200, (), body))
        finding = Finding(row.key, "body", 200, f"/k{n % 60}", "wrong", f"type {n % 7}", exchange=exchange)
        rows[n % len(rows)] = replace(row, state=State.FINDINGS, findings=(*row.findings, finding))
    return replace(believable(), outcomes=tuple(rows))


def _outcome(draw: random.Random, vendor: str, index: int, hostile: bool) -> Outcome:
    resource = _RESOURCES[vendor][index % len(_RESOURCES[vendor])]
    verb, method, tail, tier, rule, _ = draw.choices(_SHAPES, [shape[-1] for shape in _SHAPES])[0]
    prefix = "/api/v2/" if vendor == "zendesk" else "/api/v1/"
    level = index // len(_RESOURCES[vendor])
    common = {
        "key": f"{vendor}:{verb}{resource.replace('_', '')}{level or ''}",
        "vendor": vendor,
        "method": method,
        "path": prefix + resource.lower() + (f"/{{parent_id}}/part{level}" if level else "") + tail,
        "resource": resource.replace("_", " "),
        "tier": tier,
        "rule": rule,
    }
    common["key"] += f"_{index}"
    if index % 131 == 7:
        return Outcome(
            **common, state=State.UNSUPPORTED, detail="no case can be made: the body is a file of unknown format"
        )
    if tier not in ("read", "write"):
        refusal = Refusal(common["key"], tier, rule, (f'path word "{resource.lower()}"',))
        return Outcome(**common, state=State.REFUSED, detail=f"{tier} is not permitted", refusals=(refusal,))
    return _tried(draw, common, index, hostile)


def _tried(draw: random.Random, common: dict, index: int, hostile: bool) -> Outcome:
    requests = draw.randint(12, 40)
    odd = Refusal(
        common["key"], "destructive", "method-override", ("header x-http-method-override",), f"POST {common['path']}"
    )
    refusals = (odd,) * (index % 17 == 3)
    shared = {"cases": requests - 2, "requests": requests, "seconds": draw.uniform(0.05, 1.4), "refusals": refusals}
    if index % 211 == 5:
        return Outcome(**common, state=State.ERROR, detail="the connection was cut three times", **shared)
    count = draw.choice((1, 1, 2, 3, 40)) if draw.random() < 0.11 else 0
    # The runner keeps the first finding of each cause.
    findings = tuple({one.cause: one for one in (_finding(draw, common, hostile) for _ in range(count))}.values())
    waived = tuple(_finding(draw, common, hostile, waiver="ZD-M7-null-recipient") for _ in range(index % 29 == 0))
    succeeded = draw.random() < 0.93
    statuses = {"200": requests - 5, "404": 3, "422": 2} if succeeded else {"404": requests - 2, "422": 2}
    state = State.FINDINGS if findings else State.PASSED if succeeded else State.NO_SUCCESS
    return Outcome(
        **common, state=state, statuses=statuses, succeeded=succeeded, findings=findings, waived=waived, **shared
    )


def _finding(draw: random.Random, common: dict, hostile: bool, waiver: str = "") -> Finding:
    check, field, expected, message = draw.choices(_FAULTS, (9, 7, 5, 9, 3, 4, 1, 1))[0]
    status = {"status": 404, "server_error": 500}.get(check, 200)
    plural = common["resource"].lower().replace(" ", "_")
    pointer = f"/{plural}/{draw.randint(0, 9)}/{field}" if field else ""
    if hostile:
        message, pointer = message + HOSTILE, pointer + "/" + HOSTILE
    answer = {plural: [{"id": 35, "recipient": None, "subject": HOSTILE if hostile else "Printer on fire"}]}
    sent = b"" if common["method"] == "GET" else json.dumps({plural: {"subject": 'It\'s $HOME `ls` "quoted"'}}).encode()
    url = "https://org.example.com" + common["path"].replace("{id}", "35").replace("{parent_id}", "7")
    scheme = "Basic" if common["vendor"] == "zendesk" else "Zoho-oauthtoken"
    exchange = Exchange(
        Request(
            common["method"], url, (("authorization", f"{scheme} {MASK}"), ("content-type", "application/json")), sent
        ),
        Response(status, (("content-type", "application/json"),), json.dumps(answer, indent=1).encode(), 0.012),
        at=1795271405.0,
    )
    return Finding(common["key"], check, status, pointer, message, expected, waiver, exchange)
