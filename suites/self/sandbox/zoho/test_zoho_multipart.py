"""A form's parts: which of them are files, and how large they are."""

from __future__ import annotations

from harness.sandbox.call import Call
from harness.sandbox.zoho.multipart import Part, parts

FORM = (
    b'--x\r\nContent-Disposition: form-data; name="isPublic"\r\n\r\ntrue\r\n'
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="note.txt"\r\n\r\nhello\r\n--x--\r\n'
)


def call(raw, kind="multipart/form-data; boundary=x"):
    return Call("POST", "/", headers={"content-type": kind}, raw=raw)


def test_each_part_is_found_by_its_name():
    assert parts(call(FORM)) == {"isPublic": Part("", 4), "file": Part("note.txt", 5)}


def test_what_is_no_form_has_no_parts():
    assert parts(call(FORM, "application/json")) == {}
    assert parts(call(b"")) == {}
    assert parts(call(b"nonsense")) == {}
    assert parts(Call("POST", "/", raw=FORM)) == {}
