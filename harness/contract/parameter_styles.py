"""Styles of parameters and form fields: from what was sent to texts in the structure of the value.

The table of OpenAPI 3.0.3 and 3.1, "Style Values", read leniently where its versions differ: a delimiter may be
percent-encoded or not, `label` without `explode` may have dots or commas, a list may be called `name[]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from harness.contract.text_values import Shape, Text

Sent = Mapping[str, Sequence[str]]
"""Names to the texts that came under each, percent-encoded as they came."""

STYLES: Mapping[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""The styles of each place, the usual one first."""

_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Style:
    """How one value travels."""

    name: str
    explode: bool

    @classmethod
    def usual(cls, place: str, name: str | None = None, explode: bool | None = None) -> Style:
        """The style of a place where a document says nothing else of name or `explode`."""
        name = name or STYLES.get(place, ("form",))[0]
        return cls(name, name == "form" if explode is None else explode)


def of_text(style: Style, name: str, shape: Shape, text: str) -> Iterator[Text]:
    """What a parameter of a path or header can mean, whose whole value is one text; nothing if it is not its style."""
    for pieces in _pieces(style, name, text):
        yield from _structures(style, name, shape, pieces)
    if _may_be_scalar(shape):
        yield from _scalars(style, name, text)


def _pieces(style: Style, name: str, text: str) -> Iterator[list[str]]:
    """The pieces of a text between the delimiters of its style, in each way in which these can be read."""
    if style.name == "simple":
        yield [piece.strip() for piece in text.split(",")]
    elif style.name == "label" and text.startswith("."):
        if not style.explode:
            yield text[1:].split(",")
        yield text[1:].split(".")
    elif style.name == "matrix" and text.startswith(";"):
        if style.explode:
            yield text[1:].split(";")
        elif text.startswith(f";{name}="):
            yield text.removeprefix(f";{name}=").split(",")


def _scalars(style: Style, name: str, text: str) -> Iterator[str]:
    if style.name == "simple":
        yield text
    elif style.name == "label" and text.startswith("."):
        yield text[1:]
    elif style.name == "matrix" and (text == f";{name}" or text.startswith(f";{name}=")):
        yield text.removeprefix(f";{name}").removeprefix("=")


def _structures(style: Style, name: str, shape: Shape, pieces: list[str]) -> Iterator[Text]:
    if "array" in shape.kinds:
        if pieces == [""]:
            yield []
        prefix = f"{name}=" if style.name == "matrix" and style.explode else ""
        yield [piece.removeprefix(prefix) for piece in pieces]
    if "object" in shape.kinds:
        pairs = [piece.partition("=")[::2] for piece in pieces] if style.explode else _in_turn(pieces)
        if pairs is not None:
            yield dict(pairs)


def _in_turn(pieces: list[str]) -> list[tuple[str, str]] | None:
    """Names and values in turn as pairs; none where one has no value."""
    return list(zip(pieces[::2], pieces[1::2], strict=True)) if len(pieces) % 2 == 0 else None


def _may_be_scalar(shape: Shape) -> bool:
    return not shape.kinds or bool(shape.kinds - {"array", "object", "null"})


def of_names(style: Style, name: str, shape: Shape, sent: Sent, taken: frozenset[str] = frozenset()) -> Iterator[Text]:
    """What a parameter of a query or cookie, or a field of a form, can mean; nothing where it was not sent.

    `taken` are the names of its neighbours, under which nothing of an object comes.
    """
    bracketed = _bracketed(name, shape, sent)
    if bracketed is not None:
        yield bracketed
        return
    own = sent.get(name)
    if own is None:
        members = _members(shape, sent, taken) if style.name == "form" and style.explode else {}
        if members and "object" in shape.kinds:
            yield members
        return
    yield from _of_own(style, name, shape, own)


def _of_own(style: Style, name: str, shape: Shape, own: Sequence[str]) -> Iterator[Text]:
    """What the texts under a parameter's own name can mean."""
    is_delimited = style.name in ("form", *_DELIMITERS) and not style.explode
    if is_delimited and shape.kinds & {"array", "object"}:
        for pieces in _delimited(own, _DELIMITERS.get(style.name, ",")):
            yield from _structures(Style(style.name, False), name, shape, pieces)
    elif "array" in shape.kinds:
        yield [unquote_plus(text) for text in own]
    if _may_be_scalar(shape):
        yield unquote_plus(own[-1])


def _delimited(texts: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """The pieces of texts, cut after they are decoded and before: what is escaped may be a delimiter or none."""
    before = [unquote_plus(piece) for text in texts for piece in text.split(delimiter)]
    after = [piece for text in texts for piece in unquote_plus(text).split(delimiter)]
    yield after
    if before != after:
        yield before


def _members(shape: Shape, sent: Sent, taken: frozenset[str]) -> dict[str, Text]:
    """An exploded object: its properties under their own names."""
    members: dict[str, Text] = {}
    for name in shape.names - taken:
        if name in sent:
            texts: list[Text] = [unquote_plus(text) for text in sent[name]]
            members[name] = texts if "array" in shape.of(name).kinds else texts[-1]
    return members


def _bracketed(name: str, shape: Shape, sent: Sent) -> Text | None:
    """The value that came as `name[key]=value`, at any depth, or `name[]=value`; None where none came so."""
    if shape.kinds and shape.kinds.isdisjoint({"array", "object"}):
        return None
    tree: dict[str, Text] = {}
    for key, texts in sent.items():
        if key.startswith(f"{name}[") and key.endswith("]"):
            path = _BRACKETS.findall(key[len(name) :])
            if len(path) <= _DEEPEST:
                _plant(tree, path, [unquote_plus(text) for text in texts])
    return _shaped(tree, shape) if tree else None


def _plant(tree: dict[str, Text], path: list[str], texts: list[str]) -> None:
    for part in path[:-1]:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[path[-1]] = list(texts)


def _shaped(tree: Text, shape: Shape) -> Text:
    """Bracketed texts as lists and objects: `[]` and numbers are indices, unless the schema knows objects alone."""
    if isinstance(tree, list):
        return tree if "array" in shape.kinds or len(tree) > 1 else tree[0]
    if not isinstance(tree, dict):
        return tree
    is_list = all(key == "" or key.isdigit() for key in tree) and "object" not in shape.kinds
    if not is_list:
        return {key: _shaped(child, shape.of(key)) for key, child in tree.items()}
    items: list[Text] = []
    for child in tree.values():
        items += [_shaped(item, shape.items) for item in (child if isinstance(child, list) else [child])]
    return items


def pairs_of(text: str) -> dict[str, list[str]]:
    """A query or form: names to the texts that came under each, these percent-encoded as they came."""
    pairs: dict[str, list[str]] = {}
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        if piece:
            pairs.setdefault(unquote_plus(name), []).append(value)
    return pairs


def cookies_of(text: str) -> dict[str, list[str]]:
    """A Cookie header: names to the values that came under each."""
    cookies: dict[str, list[str]] = {}
    for piece in text.split(";"):
        name, equals, value = piece.strip().partition("=")
        if equals:
            cookies.setdefault(name, []).append(value.strip('"'))
    return cookies
