"""Bodies that are sent as fields, URL-encoded or in parts: from the bytes to the object that their schema describes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, unquote, unquote_plus

from harness.contract import parameter_styles
from harness.contract.compiled_schema import Schema
from harness.contract.parameter_styles import Sent, Style
from harness.contract.text_values import Known, Shape, Text, readings
from harness.contract.violation import Violation
from harness.formats.json_text import NOT_JSON, json_or
from harness.formats.media_types import bare, covers, is_json
from harness.formats.pointer import pointer_of

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_USUAL = Style("form", True)
_BOUNDARY = re.compile(r'boundary="?([^";,]+)', re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)(\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE)


class UnreadablePartsError(ValueError):
    """A multipart body without boundary, or in which no part begins at it."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one field travels: `style` in a URL-encoded body, `media_types` (if any are named) in a part."""

    style: Style = _USUAL
    media_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One part of a multipart body; `media_type` is empty where the part does not name one."""

    name: str
    media_type: str
    is_file: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class FormBody:
    """What is promised of a body that is sent as fields."""

    schema: Schema
    shape: Shape
    encodings: Mapping[str, Encoding] = field(default_factory=dict)

    def values(self, text: Text) -> list[Any]:
        """The objects that the fields can stand for; the last has numbers where it may."""
        return readings(text, self.shape)

    def encoding(self, name: str) -> Encoding:
        """How a field travels."""
        return self.encodings.get(name, _ENCODING)


_ENCODING = Encoding()


def encoding_of(raw: Any) -> Encoding:
    """One entry of a document's `encoding`."""
    said: dict[str, Any] = raw if isinstance(raw, dict) else {}
    style = Style.usual("query", said.get("style"), said.get("explode"))
    # OpenAPI 3.0.3, "Encoding Object": where a style is said, the media type is that of a URL-encoded body.
    types = [] if "style" in said or "explode" in said else str(said.get("contentType", "")).split(",")
    return Encoding(style, tuple(bare(kind) for kind in types if kind.strip()))


def urlencoded(form: FormBody, body: bytes) -> Text:
    """The fields of a URL-encoded body, in the structure of its schema."""
    sent = parameter_styles.pairs_of(body.decode("utf-8", "replace"))
    fields: dict[str, Text] = {}
    members: set[str] = set()
    for name in sorted(form.shape.names):
        shape, encoding = form.shape.of(name), form.encoding(name)
        meanings = list(parameter_styles.of_names(encoding.style, name, shape, sent, form.shape.names))
        if meanings:
            fields[name] = _structured(meanings[0], shape, encoding)
        elif name in sent:
            # An object in one field is JSON, if anything.
            fields[name] = _structured(unquote_plus(sent[name][-1]), shape, encoding)
        if meanings and isinstance(meanings[0], dict) and name not in sent:
            members |= shape.names
    return fields | _others(form, sent, members)


def _others(form: FormBody, sent: Sent, members: set[str]) -> dict[str, Text]:
    """The fields that the schema does not describe by name."""
    further = [name for name in sent if name not in members and name not in form.shape.names]
    names = dict.fromkeys(name.partition("[")[0] for name in further)
    others: dict[str, Text] = {}
    for name in names.keys() - form.shape.names:
        for meaning in parameter_styles.of_names(_USUAL, name, form.shape.of(name), sent):
            others[name] = meaning
            break
    return others


def _structured(text: Text, shape: Shape, encoding: Encoding) -> Text:
    """A text that holds JSON, where its field is an object or has that media type, as the value in it."""
    if isinstance(text, list):
        return [_structured(item, shape.items, Encoding()) for item in text]
    if not isinstance(text, str):
        return text
    if not any(map(is_json, encoding.media_types)) and not _needs_json(shape):
        return text
    value = json_or(text, NOT_JSON)
    return text if value is NOT_JSON else Known(value)


def _needs_json(shape: Shape) -> bool:
    return bool(shape.kinds) and shape.kinds <= {"object", "array", "null"}


def multipart(form: FormBody, body: bytes, content_type: str) -> tuple[Text, list[Violation]]:
    """The fields of a body in parts, and what is wrong with the parts themselves.

    Raises `UnreadablePartsError` for a body that cannot be taken apart.
    """
    parts = parts_of(body, content_type)
    wrong = [violation for part in parts for violation in _wrong_type(form, part)]
    fields: dict[str, Text] = {}
    for name, same in _by_name(form, parts).items():
        texts = [_text(part, form.shape.of(name), form.encoding(name)) for part in same]
        fields[name] = _joined(texts, form.shape.of(name))
    return fields | _bracketed(form, parts), wrong


def _wrong_type(form: FormBody, part: BodyPart) -> Iterator[Violation]:
    """A part that names another media type than its field may have."""
    allowed = form.encoding(part.name).media_types
    if part.media_type and allowed and not any(covers(kind, part.media_type) for kind in allowed):
        expected = f"a part of type {', '.join(allowed)}"
        message = f"a part of type {part.media_type} where the contract says {', '.join(allowed)}"
        yield Violation(pointer_of((part.name,)), expected, message)


def _by_name(form: FormBody, parts: Sequence[BodyPart]) -> dict[str, list[BodyPart]]:
    """The parts of each field; those of a list may be called `name[]`."""
    fields: dict[str, list[BodyPart]] = {}
    for part in parts:
        name = part.name if part.name in form.shape.names else part.name.removesuffix("[]")
        if not _is_nested(form, part):
            fields.setdefault(name, []).append(part)
    return fields


def _is_nested(form: FormBody, part: BodyPart) -> bool:
    """Whether a part is called `name[key]`, which a schema may also have as the plain name of a field."""
    return part.name not in form.shape.names and "[" in part.name.removesuffix("[]")


def _bracketed(form: FormBody, parts: Sequence[BodyPart]) -> dict[str, Text]:
    """Fields whose parts are called `name[key]`."""
    sent: dict[str, list[str]] = {}
    for part in parts:
        if _is_nested(form, part):
            sent.setdefault(part.name, []).append(quote_plus(part.data))
    return _others(form, sent, set()) | {
        name: meaning
        for name in {key.partition("[")[0] for key in sent} & form.shape.names
        for meaning in parameter_styles.of_names(_USUAL, name, form.shape.of(name), sent)
    }


def _text(part: BodyPart, shape: Shape, encoding: Encoding) -> Text:
    """What a part holds: JSON where it, or its field, says so."""
    text = part.data.decode("utf-8", "replace")
    item = shape.items if "array" in shape.kinds and "object" not in shape.kinds else shape
    is_said = is_json(part.media_type) or (not part.media_type and any(map(is_json, encoding.media_types)))
    if part.is_file and not is_said:
        return text
    is_list = "array" in shape.kinds and text.startswith("[")
    if is_said or is_list or _needs_json(item):
        value = json_or(part.data, NOT_JSON)
        return text if value is NOT_JSON else Known(value)
    return text


def _joined(texts: list[Text], shape: Shape) -> Text:
    """The parts of one name as one value."""
    if "array" not in shape.kinds:
        return texts[-1]
    is_whole = len(texts) == 1 and isinstance(texts[0], Known) and isinstance(texts[0].value, list)
    return texts[0] if is_whole else texts


def parts_of(body: bytes, content_type: str) -> list[BodyPart]:
    """The parts of a multipart body (RFC 7578). Raises `UnreadablePartsError` where there are none to be found."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise UnreadablePartsError
    sections = re.split(rb"\r?\n--" + re.escape(boundary[1].encode()), b"\r\n" + body)[1:]
    if not sections:
        raise UnreadablePartsError
    return [_part(section) for section in sections if not section.startswith(b"--")]


def _part(section: bytes) -> BodyPart:
    head, _, data = _halves(section)
    headers = [line.partition(":") for line in head.decode("utf-8", "replace").splitlines()]
    values = {name.strip().lower(): value.strip() for name, _, value in headers}
    said = {}
    for name, star, quoted, plain in _PARAMETER.findall(values.get("content-disposition", "")):
        value = quoted.replace('\\"', '"') or plain
        said[name.lower()] = unquote(value.rpartition("'")[2]) if star else value.replace("%22", '"')
    return BodyPart(said.get("name", ""), bare(values.get("content-type", "")), "filename" in said, data)


def _halves(section: bytes) -> tuple[bytes, bytes, bytes]:
    """The head and the body of a part, and the blank line between them."""
    section = section.lstrip(b" \t")
    lines = b"\r\n" if section.startswith(b"\r\n") else b"\n"
    return section.removeprefix(lines).partition(lines * 2)
