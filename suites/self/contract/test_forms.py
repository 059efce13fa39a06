"""Fields of URL-encoded and multipart bodies, read by their schema and encoding."""

from __future__ import annotations

from typing import Any

import pytest
from promised import promise

from harness.contract.forms import (
    MULTIPART,
    URLENCODED,
    FormBody,
    UnreadablePartsError,
    multipart,
    parts_of,
    urlencoded,
)

WORD, NUMBER, WORDS = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}}
ADDRESS = {"type": "object", "properties": {"city": WORD, "floor": NUMBER}}


def form(media_type: str, properties: dict[str, Any], encoding: Any = None, **schema: Any) -> FormBody:
    described = {"type": "object", "properties": properties} | schema
    content = {media_type: {"schema": described, "encoding": encoding or {}}}
    match, contract = promise(requestBody={"content": content})
    body = contract.body(match.operation)
    assert body is not None
    return body.forms[media_type]


@pytest.mark.parametrize(
    ("properties", "encoding", "text", "value"),
    [
        ({"a": WORD, "n": NUMBER}, {}, "a=x+y&n=5", {"a": "x y", "n": 5}),
        ({"tags": WORDS}, {}, "tags=a&tags=b", {"tags": ["a", "b"]}),
        ({"tags": WORDS}, {}, "tags[]=a", {"tags": ["a"]}),
        ({"tags": WORDS}, {"tags": {"explode": False}}, "tags=a,b", {"tags": ["a", "b"]}),
        ({"tags": WORDS}, {"tags": {"style": "pipeDelimited"}}, "tags=a%7Cb", {"tags": ["a", "b"]}),
        ({"at": ADDRESS}, {}, "at[city]=x&at[floor]=2", {"at": {"city": "x", "floor": 2}}),
        ({"at": ADDRESS}, {"at": {"style": "deepObject", "explode": True}}, "at%5Bfloor%5D=2", {"at": {"floor": 2}}),
        ({"at": ADDRESS}, {}, 'at={"floor":2}', {"at": {"floor": 2}}),
        ({"at": ADDRESS}, {}, "city=x&floor=2", {"at": {"city": "x", "floor": 2}}),
        ({"raw": WORD}, {"raw": {"contentType": "application/json"}}, 'raw=["a"]', {"raw": ["a"]}),
        ({"a": WORD}, {}, "b=1&c[d]=e", {"b": 1, "c": {"d": "e"}}),
        ({"a": WORD}, {}, "a=&a2", {"a": "", "a2": ""}),
        ({"a[b][c]": WORD}, {}, "a[b][c]=x", {"a[b][c]": "x"}),
    ],
)
def test_a_url_encoded_body(properties: Any, encoding: Any, text: str, value: Any) -> None:
    made = form(URLENCODED, properties, encoding)
    assert made.values(urlencoded(made, text.encode()))[-1] == value


def body(*parts: tuple[str, str, str]) -> bytes:
    """A body of parts: what follows `form-data`, further header lines, and the data."""
    rows = [f"--b\r\nContent-Disposition: form-data{more}\r\n{lines}\r\n{data}\r\n" for more, lines, data in parts]
    return ("".join(rows) + "--b--\r\n").encode()


@pytest.mark.parametrize(
    ("properties", "parts", "value"),
    [
        ({"a": WORD, "n": NUMBER}, [('; name="a"', "", "x"), ('; name="n"', "", "5")], {"a": "x", "n": 5}),
        ({"f": WORD}, [('; name="f"; filename="n.txt"', "Content-Type: text/plain\r\n", "1")], {"f": "1"}),
        ({"tags": WORDS}, [('; name="tags"', "", "a"), ('; name="tags"', "", "b")], {"tags": ["a", "b"]}),
        ({"tags": WORDS}, [('; name="tags[]"', "", "a")], {"tags": ["a"]}),
        ({"tags": WORDS}, [("; name=tags", "Content-Type: application/json\r\n", '["a"]')], {"tags": ["a"]}),
        ({"a[b][c]": WORD}, [('; name="a[b][c]"', "", "x")], {"a[b][c]": "x"}),
        ({"at": ADDRESS}, [('; name="at"', "", '{"floor": 2}')], {"at": {"floor": 2}}),
        ({"at": ADDRESS}, [('; name="at[floor]"', "", "2")], {"at": {"floor": 2}}),
        ({"at": ADDRESS}, [("; name=at", "Content-Type: application/json\r\n", '{"floor": 2}')], {"at": {"floor": 2}}),
        ({}, [('; name="say \\"x\\""', "", "line\r\n\r\nline")], {'say "x"': "line\r\n\r\nline"}),
    ],
)  # fmt: skip
def test_a_body_in_parts(properties: Any, parts: Any, value: Any) -> None:
    made = form(MULTIPART, properties)
    fields, wrong = multipart(made, body(*parts), "multipart/form-data; boundary=b")
    assert made.values(fields)[-1] == value
    assert wrong == []


@pytest.mark.parametrize(("sent", "is_wrong"), [("image/png", False), ("image/gif", True), ("", False)])
def test_a_part_of_another_type_than_its_encoding_says(sent: str, is_wrong: bool) -> None:
    made = form(MULTIPART, {"f": WORD}, {"f": {"contentType": "image/png, image/jpeg"}})
    line = f"Content-Type: {sent}\r\n" if sent else ""
    _, wrong = multipart(made, body(('; name="f"; filename="f"', line, "x")), 'multipart/form-data; boundary="b"')
    assert [violation.pointer for violation in wrong] == (["/f"] if is_wrong else [])


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(b"a=1", "multipart/form-data; boundary=b"), (b"--b\r\n", "multipart/form-data"), (b"", "")],
)
def test_a_body_that_cannot_be_taken_apart_says_so(data: bytes, content_type: str) -> None:
    with pytest.raises(UnreadablePartsError):
        parts_of(data, content_type)


def test_lines_may_end_without_carriage_return() -> None:
    (part,) = parts_of(
        b'--b\nContent-Disposition: form-data; name="a"\n\nx\n--b--\n', "multipart/form-data; boundary=b"
    )
    assert (part.name, part.data, part.is_file) == ("a", b"x", False)
