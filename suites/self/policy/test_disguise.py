"""A method, a host or a path by any other name counts: every disguise in every place, judged by the real guard."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from contexts import Ours, ask, assessments, context, operations
from hypothesis import given
from hypothesis import strategies as st

from harness.exchange import Request
from harness.policy import disguise
from harness.policy.judge import judge
from harness.policy.override_parameters import claims, declared_roots
from harness.risk.tier import Tier

FORM = {"content-type": "application/x-www-form-urlencoded"}
TICKET = "/api/v2/tickets/1"


def refused(request: Request) -> bool:
    """Whether the guard refuses a request that deletes a ticket of somebody else's, as such."""
    verdict = judge(request, context(Tier.WRITE))
    return not verdict.allowed and verdict.tier is Tier.DESTRUCTIVE


# --- headers ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-override-method", "DELETE"),
        ("method", "DELETE"),
        ("http-x-http-method-override", "DELETE"),
        ("http_x_http_method_override", "DELETE"),
        ("X-Method", "delete"),
        ("x-verb", "Delete"),
        (":method", "DELETE"),
        ("x-real-method", "GET, DELETE"),
        ("x-http-method", "PURGE"),
        ("x-anything", "DELETE"),
        ("x-anything", ' "DELETE" '),
        ("x-anything", "%44ELETE"),
        ("x-anything", "get;delete"),
        ("x-original-request", "DELETE /zendesk/api/v2/tickets/1 HTTP/1.1"),
        ("cookie", "a=1; _method=DELETE"),
        ("x-original-url", "/zendesk/api/v2/tickets/1?_method=DELETE"),
    ],
)
def test_a_header_that_names_another_method_counts(name: str, value: str) -> None:
    assert refused(ask("GET", TICKET, headers={name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accept", "application/json"),
        ("user-agent", "deskcheck get well soon"),
        ("prefer", "return=representation"),
        ("authorization", "Bearer get-it"),
        ("x-http-method-override", "GET"),
        ("x-security", "delete all"),
        ("host", "127.0.0.1:8099"),
        ("x-forwarded-host", '"127.0.0.1:8099"'),
        ("forwarded", 'for=10.0.0.1; host="127.0.0.1:8099"; proto=http'),
    ],
)
def test_an_ordinary_header_counts_for_nothing(name: str, value: str) -> None:
    verdict = judge(ask("GET", TICKET, headers={name: value}), context())
    assert verdict.allowed, verdict


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("forwarded", "host=other.example"),
        ("forwarded", 'for=10.0.0.1; Host = "other.example:443";proto=https'),
        ("forwarded", "host=127.0.0.1:8099, for=1.1.1.1;host=other.example"),
        ("x-forwarded", "host=other.example"),
        ("x-forwarded-host", "127.0.0.1:8099, other.example"),
        ("x-forwarded-host", "https://other.example/"),
        ("x-original-host", "%6fther.example"),
        ("x-http-host-override", "other.example"),
        ("x-backend-authority", "other.example"),
        (":authority", "other.example"),
        ("x_host", "127.0.0.1:8099@other.example"),
        ("x-any-hostname", "other.example"),
        ("x-original-url", "//other.example/zendesk/api/v2/tickets/1"),
        ("x-proxy-url", "http://other.example/zendesk/api/v2/tickets/1"),
        ("host", ""),
    ],
)
def test_a_header_that_names_another_host_counts(name: str, value: str) -> None:
    verdict = judge(ask("GET", TICKET, headers={name: value}), context(*Tier))
    assert (verdict.allowed, verdict.rule) == (False, "host")


@pytest.mark.parametrize(
    "name", ["x-original-url", "x-url", "x_request_uri", "Rewrite", "x-real-path", ":path", "x-internal-redirect"]
)
@pytest.mark.parametrize("value", ["/zendesk/api/v2/views/1/export", "%2fzendesk/api/v2/views/1/export?a=b"])
def test_a_header_that_names_another_path_counts(name: str, value: str) -> None:
    verdict = judge(ask("GET", "/api/v2/users", headers={name: value}), context())
    assert not verdict.allowed
    assert verdict.tier >= assessments()["zendesk:ExportView"].tier


# --- parameters ---


@pytest.mark.parametrize(
    "query",
    ["method=DELETE", "__method=DELETE", "_method[]=DELETE", "_method%00=DELETE", "_method%00x=DELETE", "a=DELETE",
     "%5Fmethod=DELETE", "%255Fmethod=DELETE", "_METHOD=delete", "_method=%2544ELETE", "_method=DELETE%00",
     "_method=%20DELETE%0d%0a", "_method[0]=DELETE", "_method[a][b]=DELETE", "data[_method]=DELETE",
     "_method=%22DELETE%22", "x.method=DELETE", "a=1;method=DELETE", "method=get&method=delete", "=DELETE",
     "_method=get,delete", "_verb=DELETE", "x-http-method-override=DELETE", "$method=DELETE", "httpMethod=DELETE",
     "_method=%EF%BC%A4ELETE", "m=%5Cu0044ELETE", "m=%26%2368%3BELETE", "_method=D%E2%80%8BELETE",
     "_method=D%D0%95LETE", "sort=asc&_method=DELETE"],
)  # fmt: skip
def test_a_parameter_that_names_another_method_counts(query: str) -> None:
    assert refused(ask("GET", f"{TICKET}?{query}"))
    assert refused(ask("POST", TICKET, query.encode(), headers=FORM))


def multipart(head: str, value: str = "DELETE", end: str = "\r\n") -> bytes:
    return f"--b{end}Content-Disposition: form-data; {head}{end}{end}{value}{end}--b--{end}".encode()


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/json", b'{"method": "DELETE"}'),
        ("application/json", b'{"\\u005fmethod": "\\u0044ELETE"}'),
        ("application/json", b'{"_method": ["GET", "DELETE"]}'),
        ("application/json", b'{"_method": {"0": {"a": "DELETE"}}}'),
        ("application/json", b'{"data": {"_method": "DELETE"}}'),
        ("application/json", b'[{"_method": "DELETE"}]'),
        ("application/json", b'{"a": "get", "a": "delete"}'),
        ("application/json", b'{"_method": "GET", "_method": "DELETE"}'),
        ("application/x-www-form-urlencoded", b'{"a":"&_method=DELETE&"}'),
        ("multipart/form-data; boundary=b", multipart('name="method"')),
        ("multipart/form-data; boundary=b", multipart("name=_method", end="\n")),
        ("multipart/form-data; boundary=b", multipart('name="title"; name="_method"')),
        ("multipart/form-data; boundary=b", multipart('name="_method;filename="')),
        ("text/plain", b"_method=DELETE"),
        ("application/xml", b"<_method>DELETE</_method>"),
        ("application/x-www-form-urlencoded; charset=utf-16", "_method=DELETE".encode("utf-16")),
    ],
)
@pytest.mark.parametrize("line", [("GET", TICKET), ("POST", "/api/v2/problems/autocomplete")])
def test_a_field_that_names_another_method_counts(line: tuple[str, str], media: str, body: bytes) -> None:
    assert refused(ask(*line, body, headers={"content-type": media}))


def test_of_two_content_types_each_is_read() -> None:
    request = ask("GET", TICKET, b'{"a":"&_method=DELETE&"}', headers=FORM)
    assert refused(Request(request.method, request.url, (*request.headers, ("content-type", "application/json")),
                           request.body))  # fmt: skip


# --- what is ordinary ---


@pytest.mark.parametrize(
    "request_",
    [
        ask("GET", "/api/v2/search?query=delete"),
        ask("GET", "/api/v2/tickets?sort=DELETE"),
        ask("GET", f"{TICKET}?page=2&note=please+get+and+post+it"),
        ask("GET", f"{TICKET}?method=get"),
        ask("GET", f"{TICKET}?method=file"),
        ask("POST", "/api/v2/targets", {"target": {"title": "x", "type": "http_target", "method": "delete"}}),
        ask("POST", "/api/v2/tickets", {"ticket": {"subject": "DELETE", "comment": {"body": "put", "public": False}}}),
        ask("POST", "/api/v1/domains/verify", {"domain": "a.example", "method": "PUT"}, vendor="zoho"),
    ],
)
def test_what_a_document_declares_there_is_an_ordinary_value(request_: Request) -> None:
    """Each of these is a value of the vendor's own: a search, a sort order, an HTTP target that calls by `delete`."""
    found = judge(request_, context(*Tier))
    assert found.rule != "method-override", found
    assert not (found.evidence and "no known operation" in " ".join(found.evidence)), found


def test_a_frameworks_own_name_is_an_override_even_where_a_document_declares_it() -> None:
    declared = next(one for one in claims([("_method", "PUT")], {"_method": ["PATCH"], "method": "PUT"}) if one.certain)
    assert declared.method in ("PUT", "PATCH")
    assert not any(one.certain for one in claims([("method", "PUT")], {"method": "PUT", "http": {"method": "PUT"}}))


def test_no_pinned_operation_declares_a_frameworks_name() -> None:
    for one in operations():
        names = {*declared_roots(one, "query"), *declared_roots(one, "body")}
        assert not [name for name in names if disguise.is_override(name)], one.key


def test_the_token_call_and_the_proof_carry_no_method_either() -> None:
    token = Request(
        "POST",
        "http://127.0.0.1:8099/zoho-accounts/oauth/v2/token",
        (("host", "127.0.0.1:8099"), *FORM.items()),
        b"grant_type=refresh_token",
    )
    assert judge(token, context()).allowed
    hidden = Request(token.method, token.url, token.headers, token.body + b"&_method=DELETE")
    assert not judge(hidden, context()).allowed


# --- any disguise in any place ---

Spell = Callable[[str], str]
VALUES: dict[str, Spell] = {
    "plain": str,
    "lower": str.lower,
    "mixed case": str.title,
    "blanks": lambda one: f" \t{one} ",
    "quoted": lambda one: f'"{one}"',
    "single quotes": lambda one: f"'{one}'",
    "listed": lambda one: f"GET, {one}",
    "listed first": lambda one: f"{one};GET",
    "as JSON": lambda one: json.dumps([one]),
    "encoded": lambda one: "".join(f"%{ord(sign):02x}" for sign in one),
    "encoded twice": lambda one: "".join(f"%25{ord(sign):02X}" for sign in one),
    "one letter encoded": lambda one: f"%{ord(one[0]):02X}{one[1:]}",
    "escaped": lambda one: "".join(f"\\u{ord(sign):04x}" for sign in one),
    "entities": lambda one: "".join(f"&#{ord(sign)};" for sign in one),
    "full width": lambda one: "".join(chr(ord(sign) + 0xFEE0) for sign in one),
    "NUL behind": lambda one: f"{one}\0",
    "NUL and more behind": lambda one: f"{one}\0.png",
    "request line": lambda one: f"{one} /x HTTP/1.1",
}
NAMES: dict[str, Spell] = {
    "plain": str,
    "upper": str.upper,
    "underscores": lambda one: f"__{one}__",
    "list": lambda one: f"{one}[]",
    "index": lambda one: f"{one}[0]",
    "NUL": lambda one: f"{one}\0",
    "NUL and more": lambda one: f"{one}\0x",
    "encoded": lambda one: "".join(f"%{ord(sign):02x}" for sign in one),
    "prefix": lambda one: f"x-{one}",
    "dashes": lambda one: one.replace("_", "-"),
    "blank": lambda one: f" {one} ",
}
WORDS = ("method", "_method", "http_method", "x_http_method_override", "override_method", "verb", "action", "zz")


def in_query(request: Request, name: str, value: str) -> Request:
    return _with(request, url=f"{request.url}?a=1&{quote(name, safe='')}={quote(value, safe='')}")


def in_form(request: Request, name: str, value: str) -> Request:
    return _with(request, f"{quote_plus(name)}={quote_plus(value)}".encode(), "application/x-www-form-urlencoded")


def in_json(request: Request, name: str, value: str) -> Request:
    return _with(request, json.dumps({"a": 1, name: value}).encode(), "application/json")


def in_json_list(request: Request, name: str, value: str) -> Request:
    return _with(request, json.dumps({name: ["x", value]}).encode(), "application/json")


def in_part(request: Request, name: str, value: str) -> Request:
    body = f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n--b--\r\n'.encode()
    return _with(request, body, "multipart/form-data; boundary=b")


def in_header(request: Request, name: str, value: str) -> Request:
    safe = re.sub(r"[^\w.-]", "", name) or "x"
    return _with(request, header=(safe.lower(), value.partition("\0")[0]))


def _with(request: Request, body: bytes = b"", media: str = "", url: str = "", header: Any = None) -> Request:
    headers = [*request.headers, *([("content-type", media)] if media else []), *([header] if header else [])]
    return Request(request.method, url or request.url, tuple(headers), body)


PLACES = (in_query, in_form, in_json, in_json_list, in_part, in_header)
BY_PATH: dict[tuple[str, str], dict[str, Any]] = {}
for _one in operations():
    BY_PATH.setdefault((_one.vendor, _one.path), {})[_one.method] = _one
TWICE = sorted(at for at, methods in BY_PATH.items() if "GET" in methods and len(methods) > 1)


@given(
    at=st.sampled_from(TWICE),
    word=st.sampled_from(WORDS),
    name=st.sampled_from(sorted(NAMES)),
    value=st.sampled_from(sorted(VALUES)),
    place=st.sampled_from(PLACES),
    data=st.data(),
)
def test_any_disguise_in_any_place_is_as_dangerous_as_the_method_that_it_names(
    at: tuple[str, str], word: str, name: str, value: str, place: Any, data: st.DataObject
) -> None:
    vendor, path = at
    own = BY_PATH[at]["GET"]
    named = data.draw(st.sampled_from(sorted(BY_PATH[at].keys() - {"GET"})))
    plain = ask("GET", re.sub(r"{[^{}]+}", "1", path), vendor=vendor)
    spelled_name, spelled_value = NAMES[name](word), VALUES[value](named)
    if spelled_name in declared_roots(own, "query") | declared_roots(own, "body"):
        return
    verdict = judge(place(plain, spelled_name, spelled_value), context(owned=Ours()))
    assert verdict.tier >= assessments()[BY_PATH[at][named].key].tier, (spelled_name, spelled_value, verdict)
    assert not verdict.allowed or assessments()[BY_PATH[at][named].key].tier is Tier.READ


@given(text=st.text(max_size=30), times=st.integers(0, 3))
def test_what_is_hidden_comes_bare(text: str, times: int) -> None:
    spelled = text
    for _ in range(times):
        spelled = quote(spelled, safe="")
    assert disguise.bare(spelled) == disguise.bare(text)
    assert disguise.bare(html.escape(text)) == disguise.bare(text)


@given(name=st.text(max_size=20), value=st.text(max_size=40))
def test_any_name_and_value_is_judged(name: str, value: str) -> None:
    disguise.methods(name, value)
    disguise.role(name)
    disguise.hosts(value)
    disguise.paired_hosts(value)
