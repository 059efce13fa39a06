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


class ShownBy(StrEnum):
    """What shows a finding again: which answer, to which requests."""

    ANSWER = "the answer to its own request"
    INVALID_ACCEPTED = "a success of a request that breaks the contract"
    UNSIGNED = "a success of a request without credentials"
    PAGES = "one large page, and the small pages that hold the same"
    FIRST_READ = "the first read of a new record"
    READ_HEADERS = "the headers of that read"
    LIST = "the list, read to its end once a record was made"
    READ_AFTER_CHANGE = "the read of a record after its change"
    READ_AFTER_REMOVAL = "the read of a record after its removal"
    UNKNOWN_ID = "the read of an id that no record can have"


NO_CODE = 999
"""For what has no code in reports of Web Fuzzing Commons."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the table in `checks`.

    `name` is what `Finding.check` says. `sentence` tells a person what a finding means and what to do about it.
    `function` makes the findings; what it takes depends on the `subject`. `on_negative_cases` says whether it speaks
    where a case is meant to fail. `network_can_cause` says whether a proxy that answers in the server's place, or half
    an answer, fails it as well, so that a finding has to show again before it counts.

    `shown_by` is what a replay, an export and the shortest form of a finding send. `wfc_code` is the check's number in
    reports of Web Fuzzing Commons; it stays as it is, since reports of two releases are compared by it.

    The other three are for those who read findings: `status_decides` says that an answer with another code clears a
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
    shown_by: ShownBy = ShownBy.ANSWER
    wfc_code: int = NO_CODE
    status_decides: bool = False
    per_resource: bool = False
    expected_varies: bool = False
