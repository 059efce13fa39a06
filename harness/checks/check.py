"""Check: one rule for answers, requests or records, as a value with all that a person asks about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.finding import Finding


class Severity(StrEnum):
    """How much a finding weighs, in Allure's words."""

    CRITICAL = "critical"
    NORMAL = "normal"
    MINOR = "minor"


class Subject(StrEnum):
    """What a check looks at; this decides who applies it.

    `judge` applies the checks of an answer and of a request, and hands them an exchange, its operation and the
    contract. All others have a caller of their own, which knows more than one exchange.
    """

    ATTEMPT = "a request that gets no answer"
    ANSWER = "an answer"
    REQUEST = "a request that somebody else sent"
    CASE = "a generated case and its answer"
    RECORD = "a record, from its creation to its deletion"
    TEST = "a hand-written test"


class Need(StrEnum):
    """What a check cannot speak without."""

    BODY = "the whole body of the answer"
    SCHEMA = "a schema in the document"
    FURTHER_REQUEST = "a further request"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table in `checks`.

    `name` is what `Finding.check` says. `sentence` tells a person what a finding means and what to do about it.
    `function` makes the findings; what it takes depends on the `subject`. `on_negative_cases` says whether it speaks
    where a case is meant to fail. `network_can_cause` says whether a proxy that answers in the server's place, or half
    an answer, fails it as well, so that a finding has to show again before it counts.

    The last three are for those who read findings: `status_decides` says that an answer with another code clears a
    finding. `per_resource` says that two resources which fail a check have two faults, and `expected_varies` that one
    fault has another expectation at each operation; both tell which findings have one cause.
    """

    name: str
    severity: Severity
    subject: Subject
    sentence: str
    function: Callable[..., Iterable[Finding]]
    needs: frozenset[Need] = frozenset()
    on_negative_cases: bool = False
    network_can_cause: bool = False
    status_decides: bool = False
    per_resource: bool = False
    expected_varies: bool = False
