"""Puts a mark into a request: into the text that the vendor shows again, wherever the document leaves one free."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from harness.cases import free_text
from harness.cases.case import Case, Intent
from harness.cases.free_text import Place, Text
from harness.cases.marks import Mark
from harness.formats.json_text import json_or
from harness.formats.pointer import pointer_of

# Fields of a record's name or text that lists show; first those that a vendor is least likely to validate.
_NAMES = ("external_id", "subject", "name", "title", "lastName", "displayName", "accountName", "productName",
          "folderName", "templateName", "ticketTemplateName", "description", "content", "body")  # fmt: skip
_ENDINGS = ("name", "title", "subject", "label", "summary", "description", "comment", "note", "notes", "message",
            "content", "body", "text", "reason", "filename", "url_name")  # fmt: skip
# Texts that a program reads: the document may leave them free, the vendor does not.
_MACHINE = re.compile(
    r"(?:ids?|keys?|tokens?|codes?|types?|kinds?|status|states?|locales?|languages?|priority|channels?|colou?rs?|"
    r"currency|zone|timezone|phone|mobile|fax|e?mails?|urls?|uris?|links?|website|dates?|times?|modules?|visibility|"
    r"roles?|sources?|formats?|operators?|fields?|sort|order|scopes?|country|icons?|modes?|methods?|logo|photo|"
    r"version|zip|ip|domains?|hosts?|permalink|quer(?:y|ies)|expressions?|criteria|pattern|numbers?|address(?:es)?|"
    r"score|duration|hours?|minutes?|seconds?|extension|password|secret|owner|via|regexp\w*)\Z",
    re.IGNORECASE,
)
_TAGS = frozenset({"tags", "additional_tags"})
_REMOVES_TAGS = re.compile(r"delete|dissociate|remove", re.IGNORECASE)
_FILE = re.compile(rb'(?<=filename=")[^"\r\n]*')
# A part of a form without a file: its name, and its text.
_PART = re.compile(rb'(form-data; name="([^"\r\n]*)"\r\n\r\n)([^\r\n]*)(?=\r\n--)')


@dataclass(frozen=True)
class Form:
    """What the document says of an operation's request: `tree` is the document, for its references."""

    tree: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    query: Any = None


ANY = Form()
"""A document that says nothing: every text is free."""


def form_of(tree: dict[str, Any], case: Case) -> Form:
    """The form of a case's operation and media type."""
    body = free_text.request_schema(tree, case.method, case.path, case.media_type)
    return Form(tree, body, free_text.query_schema(tree, case.method, case.path))


def marked(case: Case, mark: Mark, form: Form = ANY, fixed: Collection[str] = ()) -> Case:
    """The case with the mark in one of its texts: in the body where that is possible, else in the query.

    The point of the case stays: an invalid part, a text at a declared bound. `fixed` are pointers of texts that the
    body needs as they are. A case without any text that may be changed comes back as it was.
    """
    in_body = _mark_json(case, mark, form, fixed) if case.has_json else _mark_bytes(case, mark, form)
    return in_body or _mark_query(case, mark, form) or case


def tagged(case: Case, mark: Mark, form: Form = ANY) -> Case:
    """The case with the mark in every tag that it gives: tags outlive the record that introduced them."""
    if case.negative or not case.has_json or _REMOVES_TAGS.search(case.path):
        return case
    body = case.json
    for text in free_text.texts(form.tree, form.body, case.json):
        if text.listed and text.name in _TAGS and (value := _tag(text, mark)):
            body = _put(body, text.at, value)
    return replace(case, json=body)


def _mark_json(case: Case, mark: Mark, form: Form, fixed: Collection[str]) -> Case | None:
    texts = [
        text
        for text in free_text.texts(form.tree, form.body, case.json)
        if pointer_of(map(str, text.at)) not in fixed or text.name in _NAMES
    ]
    if text := _choose(texts, case, mark):
        return replace(case, json=_put(case.json, text.at, _with_mark(text, case, mark)))
    return None


def _mark_bytes(case: Case, mark: Mark, form: Form) -> Case | None:
    """The name of a sent file, a field of a form, or a JSON body under another media type."""
    body = case.body
    if file := _FILE.search(body):
        return replace(case, body=body[: file.start()] + f"{mark.long}-".encode() + body[file.start() :])
    if body[:1] == b"{" and (tree := json_or(body, None)) is not None:
        inner = _mark_json(replace(case, json=tree), mark, form, ())
        return replace(case, body=json.dumps(inner.json).encode()) if inner else None
    if "urlencoded" in case.media_type:
        return _mark_form(case, mark, form)
    return _mark_multipart(case, mark, form)


def _mark_form(case: Case, mark: Mark, form: Form) -> Case | None:
    pairs = parse_qsl(case.body.decode("utf-8", "replace"), keep_blank_values=True)
    # Only declared fields: undeclared ones are random, and so is their text.
    texts = [text for text in free_text.texts(form.tree, form.body, dict(pairs)) if text.declared]
    if text := _choose(texts, case, mark):
        return replace(case, body=_encode_with(pairs, text, _with_mark(text, case, mark)).encode())
    return None


def _mark_multipart(case: Case, mark: Mark, form: Form) -> Case | None:
    for part in _PART.finditer(case.body):
        fields = {part[2].decode("utf-8", "replace"): part[3].decode("utf-8", "replace")}
        if text := _choose(list(free_text.texts(form.tree, form.body, fields)), case, mark):
            value = _with_mark(text, case, mark).encode()
            return replace(case, body=case.body[: part.start(3)] + value + case.body[part.end(3) :])
    return None


def _mark_query(case: Case, mark: Mark, form: Form) -> Case | None:
    """A file's or record's name in the query: `?filename=`."""
    if case.place == "query" or not case.query:
        return None
    pairs = parse_qsl(case.query, keep_blank_values=True)
    texts = [text for text in free_text.texts(form.tree, form.query, dict(pairs)) if _rank(text) <= len(_NAMES)]
    if text := _choose(texts, case, mark):
        return replace(case, query=_encode_with(pairs, text, _with_mark(text, case, mark)))
    return None


def _encode_with(pairs: list[tuple[str, str]], text: Text, value: str) -> str:
    """Pairs of a form or query with another value for one text."""
    return urlencode([(key, value if key == text.name else old) for key, old in pairs])


def _choose(texts: list[Text], case: Case, mark: Mark) -> Text | None:
    """The best text for the mark: first one that names the record, then any that no program reads."""
    candidates = [text for text in texts if _may_change(text, case) and _with_mark(text, case, mark)]
    return min(candidates, key=lambda text: (text.listed, not text.declared, _rank(text), len(text.at)), default=None)


def _may_change(text: Text, case: Case) -> bool:
    """Whether the text may change without the case losing its point."""
    if not text.name or text.name in _TAGS:
        return False
    if _MACHINE.search(_last_word(text.name)) and text.name not in _NAMES:
        return False
    if case.negative:
        # Any part may be the invalid one: a valid text is not, unless it is one of several items.
        return text.valid and text.declared and not text.listed
    return _rank(text) <= len(_NAMES) or not _reads_as_data(text.value)


def may_hold_mark(name: str) -> bool:
    """Whether a field of this name is one that a mark is put into: a program reads others."""
    return name in _NAMES or not _MACHINE.search(_last_word(name))


def _reads_as_data(value: str) -> bool:
    """Whether a text is a number, date, mail or web address, which a vendor may check."""
    if not value:
        return False
    has_letters = re.search(r"[^\W\d_]", value)
    return not has_letters or bool(re.search(r"@\w|://|^\d{4}-\d\d-\d\d", value))


def _rank(text: Text) -> int:
    """How well the field names a record: 0 is best; after the names come those that end like one, then all others."""
    if text.name in _NAMES:
        return _NAMES.index(text.name)
    return len(_NAMES) + (0 if text.name.casefold().endswith(_ENDINGS) else 1)


def _with_mark(text: Text, case: Case, mark: Mark) -> str:
    """The text with the mark at its start; empty where there is no room for one.

    A boundary case keeps the length of a text that has bounds.
    """
    keeps_length = case.intent is Intent.BOUNDARY and text.bounded
    form = mark.within(len(text.value) if keeps_length else text.most)
    value = form + text.value[len(form) :] if form else ""
    return value if text.takes(value) else ""


def _tag(text: Text, mark: Mark) -> str:
    form = mark.within(text.most)
    value = f"{form}-{text.value}"[: text.most] if form else ""
    return value if text.takes(value) else ""


def _last_word(name: str) -> str:
    """`ticketStatus`, `ticket_status` to status."""
    return re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name)[-1]


def _put(node: Any, at: Place, value: str) -> Any:
    """A copy of a tree with another text at an existing place."""
    if not at:
        return value
    head, rest = at[0], at[1:]
    if isinstance(node, list):
        return [_put(item, rest, value) if index == head else item for index, item in enumerate(node)]
    return {**node, head: _put(node[head], rest, value)}


def marked_field(body: Any, is_marked: Callable[[str], bool]) -> str:
    """The field of a body whose text carries a mark; empty where none does."""
    return next((name for name, value in leaves(body) if isinstance(value, str) and is_marked(value)), "")


def leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar of a body with the nearest key above it."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from leaves(inner, str(key))
    elif isinstance(node, list):
        for inner in node:
            yield from leaves(inner, name)
    else:
        yield name, node
