"""How near the embedded Zoho sandbox comes to recorded answers of real portals: statuses, codes, words and keys.

usage: python -m benchmarks.zoho_fidelity FILE|DIR ... [--worst N]

A file is a recording (.har), or a list of behaviours (.jsonl): one fact a line, with method, path and status, and as
far as they are known errorCode and message (under `body`) and the keys of the record (`keys`). In a path `{unknown}`
stands for an id of no record, `{trashed}` for a ticket in the trash, every other name in braces for a record that is
there. What a request lacks to be sent (a token that is wrong, a body that is complete) is made from the answer that is
expected of it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from harness.sandbox.process import Running, start

UNKNOWN = "730000000000999999"
RECORD = re.compile(r"\d{12,}")
"""An id as portals write them; numbers below are no ids, but pages and the like."""
OF_A_PORTAL = ("cf", "customFields")
"""Objects whose keys every portal chooses for itself."""
UNSCORED = "sample, not scored"
# A body that is complete, by the last word of the path; ids are put in when it is sent.
BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("POST", "tickets"): {"subject": "Torn page", "departmentId": "{departments}", "contactId": "{contacts}"},
    ("POST", "sendReply"): {"channel": "EMAIL", "content": "Mended.", "fromEmailAddress": "desk@example.com"},
    ("POST", "draftReply"): {"channel": "EMAIL", "content": "Mended.", "fromEmailAddress": "desk@example.com"},
    ("POST", "comments"): {"content": "Seen.", "isPublic": False},
    ("POST", "contacts"): {"lastName": "Carter"},
    ("POST", "accounts"): {"accountName": "Paper mill"},
    ("POST", "tasks"): {"subject": "Call back", "departmentId": "{departments}"},
    ("POST", "moveToTrash"): {"{table}Ids": ["{new}"]},
    ("PATCH", "{id}"): {},
}
# What a list cannot do without, where a fact does not tell it (document: getReplyMailAddresses).
NEEDED: Mapping[str, str] = {"mailReplyAddress": "departmentId"}
# A body with a fault in it, where the fact does not say which.
WRONG_BODIES: Mapping[str, Mapping[str, Any]] = {"PATCH": {"departmentId": ""}, "POST": {}}


@dataclass(frozen=True, slots=True)
class Fact:
    """What one portal answered to one request: `message`, `keys` and `body` as far as they are known."""

    method: str
    path: str
    query: str
    status: int
    code: str | None = None
    message: str | None = None
    keys: tuple[str, ...] = ()
    body: Any = None
    fields: Mapping[str, str] = field(default_factory=dict)
    has_org: bool = True

    @property
    def label(self) -> str:
        """The request as people read it."""
        given = "".join(f" {name}={value}" for name, value in self.fields.items())
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query}{given} {self.status}"

    @property
    def kind(self) -> str:
        """What answers of one form have in common: the method and the path without its ids."""
        return f"{self.method} {re.sub(r'{[^}]*}|[0-9]{12,}', '{}', self.path)}"

    @property
    def included(self) -> str:
        """What the request asks to have included."""
        return dict(parse_qsl(self.query)).get("include", "")


@dataclass(slots=True)
class Score:
    """Counts of what was compared and what was equal, and a line for each that was not."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: Counter[str] = field(default_factory=Counter)

    def add(self, figure: str, equal: int, of: int = 1) -> None:
        """So many of so many were equal."""
        self.counts[figure] += equal
        self.counts[f"{figure} of"] += of

    def share(self, figure: str) -> float:
        """The part that was equal; 1 where nothing was compared."""
        return self.counts[figure] / self.counts[f"{figure} of"] if self.counts[f"{figure} of"] else 1.0


def facts(files: Iterable[Path]) -> Iterator[Fact]:
    """The facts of recordings and lists of behaviours; folders stand for what is in them."""
    for file in files:
        if file.is_dir():
            yield from facts(sorted(file.glob("*.har")) + sorted(file.glob("*.jsonl")))
        elif file.suffix == ".jsonl":
            yield from (_behaviour(json.loads(line)) for line in file.read_text().splitlines() if UNSCORED not in line)
        else:
            yield from map(_exchange, json.loads(file.read_text())["log"]["entries"])


def _behaviour(line: Mapping[str, Any]) -> Fact:
    where, *notes = line["path"].split(" ")
    path, _, query = where.partition("?")
    body = line.get("body") if isinstance(line.get("body"), dict) else {}
    refused = line["status"] >= 400
    return Fact(
        method=line["method"],
        path=path,
        query=query or line.get("query", ""),
        status=line["status"],
        code=body.get("errorCode", line.get("errorCode")) if refused else None,
        message=body.get("message", line.get("message")) if refused else None,
        keys=tuple(line.get("keys", ())),
        body=None if refused else line.get("body"),
        fields=dict(note.split("=", 1) for note in notes if "=" in note),
        has_org="(no" not in notes,
    )


def _exchange(entry: Mapping[str, Any]) -> Fact:
    url, status = urlsplit(entry["request"]["url"]), entry["response"]["status"]
    text = entry["response"]["content"].get("text")
    line = {"method": entry["request"]["method"], "path": url.path, "query": url.query, "status": status}
    return _behaviour({**line, "body": json.loads(text) if text else None})


def score(portal: Portal, known: Iterable[Fact]) -> Score:
    """What a portal's answers have in common with known ones."""
    result, known = Score(), list(known)
    shown = [fact for fact in known if fact.body is not None]
    # What is only read comes first: the others change the records.
    for alike in _grouped(shown, lambda fact: fact.kind):
        seen = _seen(fact.body for fact in alike)
        for same in _grouped(alike, lambda fact: fact.included):
            _compare_keys(result, same, seen, portal.send(same[0]))
    for fact in known:
        if fact.body is None:
            _compare(result, fact, portal.send(fact))
    return result


def _grouped(known: Iterable[Fact], key: Callable[[Fact], str]) -> Iterable[list[Fact]]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in known:
        groups[key(fact)].append(fact)
    return groups.values()


def _seen(bodies: Iterable[Any]) -> dict[str, set[str]]:
    """The types that stand at each key path of some bodies."""
    seen: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        for path, kind in _paths(body):
            seen[path].add(kind)
    return seen


def _compare(result: Score, fact: Fact, answer: httpx.Response) -> None:
    body = _json(answer)
    code = body.get("errorCode") if isinstance(body, dict) else None
    equal = answer.status_code == fact.status and (fact.code is None or fact.code == code)
    result.add("behaviours", equal)
    if not equal:
        result.misses[f"{fact.label} {fact.code or ''}: got {answer.status_code} {code or ''}"] += 1
        return
    if fact.message is not None:
        result.add("messages", body["message"] == fact.message)
        if body["message"] != fact.message:
            result.misses[f"{fact.label}: {fact.message!r}, got {body['message']!r}"] += 1
    if fact.keys:
        row = _first_row(body)
        absent = [name for name in fact.keys if name not in row]
        result.add("keys", len(fact.keys) - len(absent), len(fact.keys))
        result.misses.update(f"{fact.label}: lacks {name}" for name in absent)


def _compare_keys(result: Score, same: list[Fact], seen: Mapping[str, set[str]], answer: httpx.Response) -> None:
    """Every key path of answers to one request is there, with a type that one of its kind has at this place."""
    ours = _seen([_json(answer)])
    for fact in same:
        wanted = _seen([fact.body]).keys()
        absent = {path for path in wanted if not ours[path] & seen[path] and not _is_below_null(path, ours)}
        result.add("key paths", len(wanted) - len(absent), len(wanted))
        label = f"{fact.kind} {fact.included}".rstrip()
        result.misses.update(f"{label}: {path} is {'/'.join(ours[path]) or 'not there'}" for path in absent)


def _paths(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Every key path in a body with the type at it; all rows of a list stand at one place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            path = f"{at}/{name}"
            yield path, _type(inner)
            if name not in OF_A_PORTAL:
                yield from _paths(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{at}/*")


def _is_below_null(path: str, ours: Mapping[str, set[str]]) -> bool:
    """Whether an object that holds the path is null in our answer; whether it may be counts at its own path."""
    above = path.rpartition("/")[0].removesuffix("/*")
    return bool(above) and (ours[above] == {"null"} or _is_below_null(above, ours))


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {str: "text", dict: "object", list: "list"}.get(type(value), "number")


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _first_row(body: Any) -> Mapping[str, Any]:
    rows = body.get("data", [body]) if isinstance(body, dict) else body
    return rows[0] if rows else {}


class Portal:
    """The embedded sandbox, asked as the facts say: its own records stand for those of the portals."""

    def __init__(self, sandbox: Running) -> None:
        credentials = sandbox.credentials["zoho"]
        self._org = credentials["org_id"]
        self._tokens = {
            name: self._token(sandbox.urls["accounts"], credentials, credentials[name])
            for name in ("refresh_token", "reader_token")
        }
        self._client = httpx.Client(base_url=sandbox.urls["zoho"], timeout=20)

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _token(self, accounts: str, credentials: Mapping[str, str], refresh: str) -> str:
        form = {name: credentials[name] for name in ("client_id", "client_secret")}
        form |= {"grant_type": "refresh_token", "refresh_token": refresh}
        token: str = httpx.post(f"{accounts}/oauth/v2/token", data=form, timeout=20).json()["access_token"]
        return token

    def send(self, fact: Fact) -> httpx.Response:
        """The answer to the request of a fact."""
        path = self._path(fact)
        query = self._query(fact)
        headers = self._headers(fact)
        body = self._body(fact)
        return self._client.request(fact.method, f"{path}?{query}" if query else path, headers=headers, json=body)

    def _headers(self, fact: Fact) -> dict[str, str]:
        token = self._tokens["reader_token" if fact.code == "SCOPE_MISMATCH" else "refresh_token"]
        token = "1000.wrong" if fact.code == "INVALID_OAUTH" else token
        headers = {} if fact.code == "UNAUTHORIZED" else {"Authorization": f"Zoho-oauthtoken {token}"}
        return {**headers, "orgId": self._org} if fact.has_org else headers

    def _query(self, fact: Fact) -> str:
        given = [(name, self._value(name, value)) for name, value in parse_qsl(fact.query, keep_blank_values=True)]
        needed = NEEDED.get(fact.path.rpartition("/")[2])
        if needed and fact.status < 300 and needed not in dict(given):
            given.append((needed, self._value(needed, UNKNOWN)))
        return urlencode(given)

    def _path(self, fact: Fact) -> str:
        """The path with ids of this portal's own records; an id that was refused as unknown is unknown here too."""
        parts = fact.path.split("/")
        is_unknown = fact.method == "GET" and fact.status in (403, 404)
        for at, part in enumerate(parts):
            if part == "{unknown}" or (is_unknown and RECORD.fullmatch(part)):
                parts[at] = UNKNOWN
            elif part == "{trashed}":
                parts[at] = self._trashed()
            elif part.startswith("{") or RECORD.fullmatch(part):
                parts[at] = self._first("/".join(parts[:at]))
        return "/".join(parts)

    def _value(self, name: str, value: str) -> str:
        """A query value with the id of a record of this portal, where it is the id of one."""
        table = f"{name.removesuffix('s').removesuffix('Id')}s"
        return self._first(f"/api/v1/{table}") if RECORD.fullmatch(value) else value

    def _first(self, collection: str) -> str:
        """The id of the first record that a collection lists."""
        answer = self._ask("GET", collection)
        return str(_first_row(answer.json())["id"]) if answer.status_code == 200 else UNKNOWN

    def _body(self, fact: Fact) -> Any:
        if fact.method in ("GET", "DELETE"):
            return None
        if fact.fields:
            return {**self._complete(fact), **fact.fields}
        return WRONG_BODIES[fact.method] if fact.code == "INVALID_DATA" else self._complete(fact)

    def _complete(self, fact: Fact) -> dict[str, Any]:
        """A body that leaves nothing to ask for, as far as this module knows one."""
        *_, above, last = fact.path.split("/")
        if last == "moveToTrash":
            return {f"{above.removesuffix('s')}Ids": [self._new(above)]}
        body = BODIES.get((fact.method, last), {})
        return {
            name: self._first(f"/api/v1/{value[1:-1]}") if str(value).startswith("{") else value
            for name, value in body.items()
        }

    def _trashed(self) -> str:
        ident = self._new("tickets")
        self._ask("POST", "/api/v1/tickets/moveToTrash", {"ticketIds": [ident]})
        return ident

    def _new(self, table: str) -> str:
        """A record made for the purpose."""
        made = Fact("POST", f"/api/v1/{table}", "", 200)
        return str(self.send(made).json()["id"])

    def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = self._headers(Fact(method, path, "", 200))
        return self._client.request(method, path, headers=headers, json=body)


def main(arguments: list[str] | None = None) -> int:
    """Score the embedded sandbox, and print the figures below what differs."""
    parser = argparse.ArgumentParser(prog="zoho_fidelity", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--worst", type=int, default=25)
    options = parser.parse_args(arguments)
    with start() as sandbox, Portal(sandbox) as portal:
        result = score(portal, facts(options.files))
    for line, count in result.misses.most_common(options.worst):
        print(f"{count:5d}  {line}")
    figures = ("behaviours", "messages", "keys", "key paths")
    print("  ".join(f"{name} {result.share(name):.4f} of {result.counts[f'{name} of']}" for name in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
