"""What only a generated case can tell: schemathesis' own checks, applied to exchanges that our client sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from schemathesis.checks import CHECKS, CheckContext, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.meta import CaseMetadata

from harness.cases.case import Case, Intent
from harness.cases.schema import BASE, Send, open_schema, operation, response_for_checks
from harness.checks import run_findings
from harness.exchange import Exchange, Request
from harness.finding import Finding
from harness.openapi import catalog
from harness.vendors import VENDORS, org_headers

# How the generator says that it added an undeclared property.
_UNKNOWN_KEYS = ("unexpected properties", "additionalProperties", "unevaluatedProperties")


def identifying_headers() -> dict[str, str]:
    """The headers that prove who asks, as documents spell them, by lower case."""
    return {"authorization": "Authorization"} | org_headers()


class Generated:
    """The schemathesis view of one document. `send` carries the requests that its checks make on their own."""

    def __init__(self, tree: dict[str, Any], send: Send) -> None:
        load_all_checks()
        self.schema = open_schema(tree, send)
        # One proof that an operation asks for credentials is enough; schemathesis keeps them here.
        self.enforced: set[str] = set()

    def judge(self, op: catalog.Operation, case: Case, exchange: Exchange, *, first_success: bool) -> Iterator[Finding]:
        """Findings of the checks that apply: invalid input that was accepted, credentials that were ignored.

        `first_success` says that this is the operation's first 2xx to a valid case, when ignored credentials are
        tried (two more requests). Answers to invalid cases other than 2xx need no check of this kind.
        """
        names: list[str] = []
        if case.negative and exchange.response.is_success and not _forgiven(op, case):
            names += run_findings.INVALID_ACCEPTED
        if first_success:
            names.append(run_findings.IGNORED_AUTH)
        if not names or not case.origin:
            return
        generated = self._rebuild(op, case)
        for name in names:
            for failure in self._failures(name, generated, exchange, BASE + case.url_path()):
                title = str(getattr(failure, "title", "") or failure).splitlines()[0]
                detail = generated_words(generated) if name == "negative_data_rejection" else ""
                # A boundary is the same in every run; what fuzzing breaks and how, only its seed knows.
                cause = (
                    f"a refusal of what breaks the contract{_place(generated)}" if case.intent is Intent.FUZZ else ""
                )
                yield from run_findings.generated(op.key, name, exchange, title, detail, cause if detail else "")

    def _failures(self, name: str, generated: Any, exchange: Exchange, url: str) -> Sequence[BaseException]:
        """What the generator's check `name` raises for the answer, as if the request had gone to `url`."""
        # Spelled as the document spells it: only then does the generator take it out of a probe.
        names = identifying_headers()
        proof = {names[key]: value for key, value in exchange.request.headers if key in names}
        context = CheckContext(
            override=None,
            auth=None,
            headers=CaseInsensitiveDict(proof),
            config=self.schema.config.checks_config_for(operation=generated.operation),
            transport_kwargs={"base_url": BASE, "headers": proof},
            recorder=None,
            response_checks=None,
            phase=None,
            auth_enforced_operations=self.enforced,
        )
        check: Any = CHECKS.get_one(name)
        try:
            check(context, response_for_checks(_prepared(exchange.request, url), exchange.response), generated)
        except FailureGroup as group:
            return group.exceptions
        except (Failure, AssertionError) as error:
            return [error]
        return []

    def _rebuild(self, op: catalog.Operation, case: Case) -> Any:
        """The generator's own value for a case, with what was sent for it."""
        parts = dict(case.origin)
        meta = parts.pop("meta", None)
        if case.has_json:
            # What was sent, with the ids of this org in it: a probe must not name a record of others.
            parts |= {"body": case.json, "media_type": case.media_type}
        # With the ids that were sent: a probe for another path would tell nothing about this answer.
        generated = parts.get("path_parameters") or {}
        parts["path_parameters"] = {name: _typed(case.values.get(name), value) for name, value in generated.items()}
        # A boundary breaks one parameter, but the generator's check lets it pass where any other one is valid.
        query = parts.get("query") or {}
        if case.intent is Intent.BOUNDARY and case.place == "query" and case.parameter in query:
            parts["query"] = {case.parameter: query[case.parameter]}
        return operation(self.schema, op.method, op.path).Case(
            **parts, _meta=CaseMetadata.from_dict(meta) if meta else None
        )


def _forgiven(op: catalog.Operation, case: Case) -> bool:
    """Whether the case is only wrong in its unknown keys, which the vendor promises to ignore."""
    forgives = VENDORS[op.vendor].answers.forgives_unknown_keys
    return forgives and any(words in case.what for words in _UNKNOWN_KEYS)


def generated_words(generated: Any) -> str:
    """What the generator did to make the case invalid, and where: `value is not a string in query per_page`."""
    data = generated._meta.phase.data if generated._meta else None
    return f"{getattr(data, 'description', '') or ''}{_place(generated)}".strip()


def _place(generated: Any) -> str:
    """Which part of a request the generator made invalid: ` in query per_page`."""
    data = generated._meta.phase.data if generated._meta else None
    place = getattr(data, "parameter_location", None)
    name = str(getattr(data, "parameter", "") or "")
    return "".join(f" {part}" for part in (f"in {place.value}" if place else "", name) if part)


def _typed(sent: str | None, generated: Any) -> Any:
    """The value that was sent, as a number where the generator made one."""
    if sent is None:
        return generated
    return int(sent) if type(generated) is int and sent.isdecimal() else sent


def _prepared(sent: Request, url: str) -> PreparedRequest:
    """The request as if it had gone to `url`: the generator compares paths, and knows no base of the target."""
    request = PreparedRequest()
    request.prepare(method=sent.method, url=url, headers=dict(sent.headers), data=sent.body)
    return request
