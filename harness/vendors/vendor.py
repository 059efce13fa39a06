"""Vendor: everything that differs between vendors, as one frozen value made of small ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from harness.errors import UsageError
from harness.exchange import Response
from harness.formats.suggestion import did_you_mean
from harness.formats.toml import short
from harness.openapi.catalog import Operation
from harness.target import Credentials, Target
from harness.vendors.diagnosis import STATUS_ALONE, ObstacleSigns
from harness.vendors.evidence import Evidence
from harness.vendors.listed_org import ListedOrg
from harness.vendors.token_grant import TokenGrant

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class AuthKind:
    """One way to prove who we are: `auth = "<name>"` in deskcheck.toml.

    `fields` are the further keys of the target's table that it needs, each with the remedy for a missing one;
    `secrets` are those that name an environment variable. `flow` makes the auth flow of the HTTP library, None where
    nothing is signed; a kind whose access tokens are got and renewed has a `grant` in its place. `mistake` says what is
    wrong with credentials before any request, and what to do; `deprecated` when the kind ends, and what replaces it.
    """

    name: str
    flow: Callable[[Target], httpx.Auth | None] = lambda target: None
    grant: Callable[[Target], TokenGrant] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    mistake: Callable[[Credentials], tuple[str, str] | None] = lambda credentials: None
    deprecated: str = ""


NO_CREDENTIALS = AuthKind("none")
"""Requests without credentials; every vendor may list it."""


@dataclass(frozen=True, slots=True)
class SandboxProof:
    """How an org proves to be a sandbox: `read` judges the JSON of a 200 to GET `path`.

    `read` gets the target as well: where one host serves all orgs, it must look for the one that is meant.
    """

    path: str
    read: Callable[[Any, Target], Evidence]


@dataclass(frozen=True, slots=True)
class TokenHost:
    """Where access tokens are given: the host unless deskcheck.toml names another, and the one path that is called.

    The host is the org's own where `default` is empty. `data_centres` are the vendor's own hosts: the API's host to the
    URL of the token host that belongs to it. A token of one data centre is nothing to another, and a secret must not be
    sent to another one than its own.
    """

    default: str
    path: str
    data_centres: Mapping[str, str] = field(default_factory=dict)

    def of(self, api_host: str) -> str:
        """The URL of the token host for an API's host: the default one of a host that is not the vendor's own."""
        return self.data_centres.get(api_host.lower(), self.default)


@dataclass(frozen=True, slots=True)
class OrgDirectory:
    """How the orgs of one host are told apart, and which of them credentials are for.

    `id_form` is a regular expression that an id matches in full, and `id_words` says the same to a person. `read` gives
    the orgs that the answer to the question for the sandbox proof lists, from the JSON of a 200; it raises `ValueError`
    where that is no such list. An answer of status `empty` lists none.
    """

    id_form: str
    id_words: str
    read: Callable[[Any], tuple[ListedOrg, ...]]
    empty: int

    def is_id(self, text: str) -> bool:
        """Whether a text has the form of an id."""
        return re.fullmatch(self.id_form, text) is not None


@dataclass(frozen=True, slots=True)
class PageStyle:
    """One way in which lists are paged.

    `first` is the query of the first page of so many rows; `following` the next one from the last query, its answer
    and the number of its rows, or an empty text where no page follows. `frame` is a field that every list in this style
    has. `empty` is the status of a page without rows.
    """

    name: str
    first: Callable[[int], str]
    following: Callable[[str, Any, int], str]
    frame: str = ""
    empty: int = 200


@dataclass(frozen=True, slots=True)
class Paging:
    """How lists are read to their end.

    `first` makes the first query of the query parameters that a list declares, `following` is as in `PageStyle`.
    A list that declares all of `parameters` can be asked for pages in each of the `styles`, of `largest` rows at most.
    `whole_count` gives what an answer says of the number of rows, where it says as well that this page is all of them.
    """

    first: Callable[[frozenset[str]], str]
    following: Callable[[str, Any, int], str]
    parameters: tuple[str, ...]
    largest: int
    styles: tuple[PageStyle, ...]
    whole_count: Callable[[Any], int | None] | None = None


@dataclass(frozen=True, slots=True)
class EndpointLimit:
    """A limit of some requests beside the account's own: `total` of them in `seconds`.

    `name` is what the answers' headers call it, without their prefix. `requests` is a pattern (regular expression) of
    `METHOD /path`, of which `beyond_page` leaves only those whose query asks for a later page. `each` says that every
    path of them has an allowance of its own (updates of one ticket).
    """

    name: str
    total: int
    seconds: float
    requests: str
    each: bool = False
    beyond_page: int = 0


@dataclass(frozen=True, slots=True)
class QuotaConvention:
    """How use is limited. `unit` is what the headers count: `limit_headers` what there is, `left_headers` what is left.

    `reset_headers` say in how many seconds all of it is back. `cost` is that of one request (method, path, the query
    behind it where it matters) in credits of a day where the vendor bills unequal requests, None where all are alike
    and a minute is what counts; `renewed` says when those of a day are given anew. `endpoint_headers` are the
    beginnings of headers that tell an endpoint's own limit, `endpoints` the known limits.

    `concurrent` is how many calls may be under way at once (0: any number); what GET `edition_path` shows of the org
    with an id tells `concurrent_by_edition` more. Of a 429, `error_code` reads what kind it is from the body: one of
    `spent_codes` (the day's credits are gone) or of `concurrent_codes` (too many calls at once).
    """

    unit: str
    left_headers: tuple[str, ...]
    limit_headers: tuple[str, ...] = ()
    reset_headers: tuple[str, ...] = ()
    cost: Callable[[str, str], int] | None = None
    endpoint_headers: tuple[str, ...] = ()
    endpoints: tuple[EndpointLimit, ...] = ()
    concurrent: int = 0
    edition_path: str = ""
    concurrent_by_edition: Callable[[Any, str], int | None] = lambda body, org_id: None
    error_code: Callable[[Any], str] = lambda body: ""
    spent_codes: frozenset[str] = frozenset()
    concurrent_codes: frozenset[str] = frozenset()
    renewed: str = ""


@dataclass(frozen=True, slots=True)
class IdempotencyConvention:
    """A header by which the vendor knows a request that was sent before: it is then not carried out again.

    `applies` says of which requests (method, path below the base URL) it is so; to all others the header means nothing.
    A key has at most `longest` characters.
    """

    header: str
    applies: Callable[[str, str], bool]
    longest: int


@dataclass(frozen=True, slots=True)
class JobConvention:
    """How an answer names a job that does the work later: under `key`, with an id that `path` shows it by."""

    key: str
    path: str


@dataclass(frozen=True, slots=True)
class AnswerConventions:
    """What answers mean beyond their document.

    `success_may_fail`: a 2xx body can say `success: false`. `success_holds_content`: a 2xx object holds something of
    what the document describes, though its schema requires nothing. `forgives_unknown_keys`: they are accepted by
    promise, so that a 2xx to one is no deviation. `trash_flag` is the field by which a record says that it lies in the
    trash.
    """

    success_may_fail: bool = False
    success_holds_content: bool = False
    forgives_unknown_keys: bool = False
    trash_flag: str = ""


@dataclass(frozen=True, slots=True)
class ScopeConvention:
    """How the scopes of an OAuth token limit the operations of a vendor.

    `needed` gives the scopes of which any one is enough for an operation, the best to ask for first; none where it
    needs none. `covers` says whether a granted scope includes a needed one, `unknown` whether the vendor knows none of
    that name. `separator` stands between scopes where consent is asked for. A token of one of `auth_kinds` has scopes;
    `current` is the path that shows those of the token that asks, and `read_current` reads them from its body.
    """

    needed: Callable[[Operation], tuple[str, ...]]
    covers: Callable[[str, str], bool]
    separator: str
    auth_kinds: frozenset[str]
    unknown: Callable[[str], bool] = lambda scope: False
    current: str = ""
    read_current: Callable[[Any], frozenset[str] | None] = lambda body: None


@dataclass(frozen=True, slots=True)
class DoctorQuestions:
    """What every org of this vendor is asked, by `deskcheck doctor` and before a run.

    `user` reads from the object that `user_path` shows (the proof's where that is empty) whose credentials these are;
    its text is empty where they are nobody's. `agent_path` is one that every agent may read.
    """

    user: Callable[[Mapping[str, Any]], str]
    user_path: str = ""
    agent_path: str = ""


class TicketClient(Protocol):
    """As much of a hand-written test's client as making a ticket needs; `mark` is what only this run writes."""

    mark: str

    def get(self, path: str) -> Response:
        """GET a path of the org."""

    def post(self, path: str, json: Any = None) -> Response:
        """POST a JSON body to a path of the org."""


NewTicket = Callable[[TicketClient, Mapping[str, Any]], Response]
"""Makes a ticket that mails nobody, with these fields beside those that every ticket needs: the answer to its create.

Raises what reading an answer of another form raises, where what the ticket needs cannot be had. What it sends is read
from its source, as that of a test is.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """All that differs between vendors. What is left out is unknown, and then nothing is assumed.

    `title` is for reports, `product` the name in full. `example_url` shows what a base URL looks like. `api_prefix`
    begins the paths of its documents. `auth_kinds` are the ways to log in. `impossible_ids` maps a JSON type to an id
    that no record can have. `org_header` names the org where one host serves them all, and `orgs` says which there are.
    `ignored_suffix` at the end of a path means nothing. `whoami` is the path that shows the user of the credentials,
    who created what a run creates. `word_kinds` says of words for things what they mean here: `record` or `config`.
    `curl_variables` stand for user and secret in a command. `embedded` makes credentials of those that the embedded
    sandbox of this vendor prints, and `proof` is how an org proves to be a sandbox: without it nothing but reading is
    ever permitted. `idempotency` is how a request can be sent twice with the effect of one; without it no change is.
    `signs` say what its refusals mean, and `scopes` how OAuth scopes limit what a token may do. `new_ticket` makes a
    ticket for a hand-written test.
    """

    name: str
    title: str
    product: str
    example_url: str
    api_prefix: str
    auth_kinds: tuple[AuthKind, ...]
    impossible_ids: Mapping[str, str]
    paging: Paging
    quota: QuotaConvention
    curl_variables: tuple[str, str]
    proof: SandboxProof | None = None
    embedded: Callable[[Mapping[str, str]], Credentials] | None = None
    token_host: TokenHost | None = None
    jobs: JobConvention | None = None
    idempotency: IdempotencyConvention | None = None
    answers: AnswerConventions = AnswerConventions()
    doctor: DoctorQuestions | None = None
    signs: ObstacleSigns = STATUS_ALONE
    scopes: ScopeConvention | None = None
    org_header: str = ""
    orgs: OrgDirectory | None = None
    ignored_suffix: str = ""
    whoami: str = ""
    word_kinds: Mapping[str, str] = field(default_factory=dict)
    new_ticket: NewTicket | None = None

    def names_job(self, body: Any) -> bool:
        """Whether an answer's JSON names a job that does the work later."""
        return self.jobs is not None and isinstance(body, dict) and self.jobs.key in body

    def auth_kind(self, name: str, where: str = "") -> AuthKind:
        """The auth kind of this name; raises `UsageError` that names those which this vendor has."""
        for kind in self.auth_kinds:
            if kind.name == name:
                return kind
        allowed = ", ".join(kind.name for kind in self.auth_kinds)
        raise UsageError(
            f"auth {short(name)!r} is none of {self.name}'s",
            where=where,
            remedy=f"{did_you_mean(name, (kind.name for kind in self.auth_kinds))} Use one of: {allowed}.".strip(),
        )
