"""Secrets leave an exchange by place and by value, in every spelling; everything else stays."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import masking
from harness.exchange import Exchange, Request, Response
from harness.masking import MASK, Mask

SECRET = "s3cret/tok+en=="


def exchange(url: str = "https://org.example.com/", *, sent: bytes = b"", got: bytes = b"", **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(Request("POST", url, pairs, sent), Response(200, pairs, got, 0.25), at=1.0, attempt=2)


def flat(masked: Exchange) -> str:
    headers = [*masked.request.headers, *masked.response.headers]
    parts = [masked.request.url, *(value for _, value in headers)]
    bodies = [masked.request.body.decode("utf-8", "replace"), masked.response.body.decode("utf-8", "replace")]
    return "\n".join([*parts, *bodies])


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("authorization", "Bearer abc.def", f"Bearer {MASK}"),
        ("authorization", "Zoho-oauthtoken 1000.a.b", f"Zoho-oauthtoken {MASK}"),
        ("authorization", "nakedtoken", MASK),
        ("cookie", "_zendesk_session=abc; locale=en", f"_zendesk_session={MASK}; locale={MASK}"),
        ("set_cookie", "sid=abc; Path=/; Secure", f"sid={MASK}; Path=/; Secure"),
        ("x_csrf_token", "abc", MASK),
        ("content_type", "application/json", "application/json"),
        ("location", "https://u:p@h.example/cb?code=abc&state=1", f"https://{MASK}@h.example/cb?code={MASK}&state=1"),
    ],
)
def test_headers_are_masked_by_name(name: str, value: str, left: str) -> None:
    masked = Mask()(exchange(**{name: value}))
    assert masked.request.headers == ((name.replace("_", "-"), left),)


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b"refresh_token=1000.x&client_id=1&client_secret=y", "refresh_token=@&client_id=1&client_secret=@"),
        (b'{"access_token": "a\\"b", "expires_in": 3600}', '{"access_token": "@", "expires_in": 3600}'),
        (b'{"user": {"Password": "hunter2"}}', '{"user": {"Password": "@"}}'),
        (b'{"access_token":"cut off he', '{"access_token":"@'),
        (b'{"token": null, "token_count": "3"}', '{"token": null, "token_count": "3"}'),
        (b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--b--',
         '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n@\r\n--b--'),
    ],
)  # fmt: skip
def test_bodies_are_masked_by_field(body: bytes, left: str) -> None:
    assert Mask().body(body).decode() == left.replace("@", MASK)


def test_basic_credentials_inside_a_message_are_found() -> None:
    basic = base64.b64encode(f"ada@example.com/token:{SECRET}".encode()).decode()
    assert Mask((SECRET,)).text(f"sent Basic {basic}") in (
        f"sent Basic {MASK}",
        f"sent Basic {MASK}=",
        f"sent Basic {MASK}==",
    )


def test_an_exchange_without_secrets_is_the_same_object() -> None:
    plain = exchange("https://org.example.com/api/v2/tickets?page=2", got=b'{"ticket": {"id": 1}}', accept="*/*")
    assert Mask((SECRET,))(plain) is plain


def test_what_is_not_secret_stays() -> None:
    masked = Mask((SECRET,))(exchange(sent=SECRET.encode()))
    assert (masked.at, masked.attempt, masked.response.elapsed, masked.request.method) == (1.0, 2, 0.25, "POST")


def test_a_value_that_arrives_later_can_be_added() -> None:
    mask = Mask(("first-secret",)).knowing("second-secret")
    assert mask.text("first-secret second-secret") == f"{MASK} {MASK}"
    assert mask.knowing("first-secret", "second-secret") is mask, "the patterns are not made again for each request"


def test_short_values_do_not_blot_out_everything() -> None:
    assert Mask(("abc",)).text("abc") == "abc"


def test_repr_shows_no_secret() -> None:
    assert SECRET not in repr(Mask((SECRET,)))


SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).filter(
    lambda text: text not in MASK and not any(MASK[-n:] == text[:n] or MASK[:n] == text[-n:] for n in range(1, 9))
)
SPELLINGS = {
    "raw": lambda text: text,
    "quote": lambda text: quote(text, safe=""),
    "quote, lower case": lambda text: quote(text, safe="").replace("%C3", "%c3"),
    "quote, slash kept": quote,
    "form": quote_plus,
    "json": lambda text: json.dumps(text)[1:-1],
    "json, raw letters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json, slash escaped": lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    "html": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 in a form": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of a pair": lambda text: base64.b64encode(b"me:" + text.encode() + b"!").decode(),
    "base64 of a longer pair": lambda text: base64.b64encode(b"me@x:" + text.encode()).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(secret=SECRETS, before=st.text("xyz&= ", max_size=5))
def test_a_value_is_found_in_every_spelling_and_place(spelling: str, secret: str, before: str) -> None:
    spelled = SPELLINGS[spelling](secret)
    text = f"{before}|{spelled}|"
    masked = Mask((secret,))(
        exchange(f"https://h.example/?q={text}", sent=text.encode(), got=b"\xff" + text.encode(), x_echo=text)
    )
    core = spelled.rstrip("=")[1:-2] if "base64" in spelling else spelled
    if len(core) >= 4:
        assert core not in flat(masked)


@given(
    secrets=st.lists(SECRETS, max_size=3),
    body=st.binary(max_size=200),
    url=st.text(max_size=60),
    value=st.text(max_size=40),
)
def test_masking_twice_changes_nothing_more(secrets: list[str], body: bytes, url: str, value: str) -> None:
    mask = Mask(tuple(secrets))
    once = mask(exchange(url, sent=body, got=body, cookie=value, authorization=value, x_other=value))
    assert mask(once) == once


def test_what_is_remembered_is_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_remembered", [])
    assert masking.printable("s3cret-1") == "s3cret-1"
    masking.remember("s3cret-1", "", "s3cret-1", "abc")
    assert masking.printable('a "s3cret-1", s3cret%2D1 and abc') == f'a "{MASK}", {MASK} and abc'
