"""The curl command sends the same request again, whatever is in it, and holds no secret."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.exchange import Request
from harness.masking import MASK
from harness.report.curl import curl, quote

# Stands in for curl and prints its arguments and what it was piped, so that a real shell judges the quoting.
FAKE = r"""curl() { printf '%s\0' "$@"; case "$*" in *@-*) printf 'STDIN\0'; cat;; esac; }
ZENDESK_USER='ada@example.com/token' ZENDESK_TOKEN='s3c ret$'
"""


def run(request: Request) -> list[str]:
    shell = subprocess.run(
        ["/bin/bash", "-s"], input=(FAKE + curl(request, "zendesk")).encode(), capture_output=True, check=True
    )
    return shell.stdout.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")


def test_a_plain_get_is_short() -> None:
    assert curl(Request("GET", "https://a.example/x?y=1"), "zendesk") == "curl -sS 'https://a.example/x?y=1'"


def test_basic_credentials_become_variables() -> None:
    request = Request("GET", "https://a.example/x", (("authorization", f"Basic {MASK}"),))
    assert run(request) == ["-sS", "https://a.example/x", "-u", "ada@example.com/token:s3c ret$"]


@pytest.mark.parametrize("scheme", ["Bearer", "Zoho-oauthtoken"])
def test_other_schemes_keep_their_name(scheme: str) -> None:
    request = Request("GET", "https://a.example/x", (("authorization", f"{scheme} {MASK}"),))
    assert run(request)[2:] == ["-H", f"authorization: {scheme} s3c ret$"]


@pytest.mark.parametrize(
    ("request_", "holds"),
    [
        (Request("HEAD", "https://a.example/"), "--head"),
        (Request("DELETE", "https://a.example/"), "-X DELETE"),
        (Request("GET", "https://a.example/?page[size]=2"), "--globoff"),
        (Request("GET", "https://a.example/a/../b"), "--path-as-is"),
        (Request("GET", "https://a.example/", (("x-empty", ""),)), "-H 'x-empty;'"),
        (Request("POST", "https://a.example/", body=b"a=1"), "-H content-type:"),
        (Request("POST", "https://a.example/", body=b"@/etc/passwd"), "--data-raw @/etc/passwd"),
    ],
)
def test_special_requests_need_special_options(request_: Request, holds: str) -> None:
    assert holds in curl(request_, "zendesk")


def test_what_curl_writes_itself_is_left_out() -> None:
    headers = (("host", "a.example"), ("content-length", "3"), ("accept", "*/*"))
    assert run(Request("GET", "https://a.example/", headers))[2:] == ["-H", "accept: */*"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00binary", b"nul \0 inside", b"x" * 200_000])
def test_a_body_that_is_no_argument_comes_through_a_pipe(body: bytes) -> None:
    arguments = run(Request("POST", "https://a.example/", (("content-type", "a/b"),), body))
    at = arguments.index("STDIN")
    assert "\0".join(arguments[at + 1 :]).encode("utf-8", "surrogateescape") == body
    assert "@-" in arguments[:at]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(WORDS)
def test_a_quoted_text_is_one_word_of_a_shell(words: str) -> None:
    assert shlex.split(quote(words, "T"), posix=True) == [words]


@settings(max_examples=40)
@given(value=WORDS.filter(str.strip), body=WORDS.filter(bool), path=WORDS)
def test_a_real_shell_hands_over_exactly_this(value: str, body: str, path: str) -> None:
    request = Request("PUT", f"https://a.example/{path}", (("content-type", "a/b"), ("x-v", value)), body.encode())
    arguments = [one for one in run(request) if one not in ("--globoff", "--path-as-is")]
    head = ["-sS", f"https://a.example/{path}", "-X", "PUT", "-H", "content-type: a/b"]
    assert arguments == [*head, "-H", f"x-v: {value}", "--data-raw", body]


def test_the_secret_is_the_variable_of_its_target_where_there_is_one() -> None:
    request = Request("GET", "https://acme.example/api", (("authorization", f"Bearer {MASK}"),), b"")
    assert '"$ACME_TOKEN"' in curl(request, "zendesk", "ACME_TOKEN")
    assert '"$ZENDESK_TOKEN"' in curl(request, "zendesk")
    basic = Request("GET", "https://acme.example/api", (("authorization", f"Basic {MASK}"),), b"")
    assert '-u "$ZENDESK_USER:$ACME_TOKEN"' in curl(basic, "zendesk", "ACME_TOKEN")
