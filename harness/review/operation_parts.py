"""What two versions of an operation consist of, compared: parameters, bodies, answers, callbacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from harness.contract.dialect import Side
from harness.openapi import walk
from harness.openapi.catalog import Operation
from harness.openapi.paths import parameter_names
from harness.review.merged_keywords import is_remark
from harness.review.schema_change import SchemaChange
from harness.review.schemas import SchemaComparison, breaks_client, breaks_suites

Node = dict[str, Any]
# OpenAPI 3.0.3 "Parameter Object" and "Header Object": these are described elsewhere, and ignored there.
_NO_PARAMETERS = ("accept", "content-type", "authorization")
_SCALARS = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class PartChange:
    """One difference in a part of an operation; kind, action and pointer as in a `Change`."""

    kind: str
    action: str
    pointer: str
    message: str
    breaks_client: bool = False
    breaks_suites: bool = False
    understood: bool = True


@dataclass(frozen=True, slots=True)
class SharedChange:
    """One difference inside a component, found from an operation that uses it."""

    side: Side
    change: SchemaChange


Changes = Iterator[PartChange | SharedChange]


@dataclass(frozen=True, slots=True)
class _NamedPart:
    """A parameter of a request or a header of an answer: where it stands, and how a change calls it."""

    kind: str
    place: str
    pointer: str
    words: str
    side: Side


_Name = TypeVar("_Name")


class PartsComparison:
    """Compares the parts of operations of two trees."""

    def __init__(self, old: Node, new: Node) -> None:
        self.old, self.new = old, new
        self.schemas = {
            (side, as_xml): SchemaComparison(old, new, side, as_xml=as_xml) for side in Side for as_xml in (False, True)
        }

    def compare(self, old: Operation, new: Operation) -> Changes:
        """All differences of two operations that are the same one."""
        left, right = self.old["paths"][old.path], self.new["paths"][new.path]
        before, now = left[old.method.lower()], right[new.method.lower()]
        yield from self._parameters(
            _declared(self.old, left, before, old.path), _declared(self.new, right, now, new.path)
        )
        yield from self._body(before, now)
        yield from self._answers(before, now)
        yield from self._callbacks(before, now)
        yield from _deprecated("operation", "", before, now)
        yield from unknown("operation", "", before, now, _OPERATION)
        yield from unknown("operation", "", left, right, _PATH_ITEM)

    def _parameters(self, left: Mapping[_Key, Node], right: Mapping[_Key, Node]) -> Changes:
        def described(key: _Key) -> _NamedPart:
            place, name = key
            if place == "header":
                name = str((right.get(key) or left[key])["name"])
            return _NamedPart("parameter", place, f"{place}/{name}", f"{place} parameter {name}", Side.REQUEST)

        yield from self._named_parts(left, right, described)

    def _named_parts(
        self, left: Mapping[_Name, Node], right: Mapping[_Name, Node], described: Callable[[_Name], _NamedPart]
    ) -> Changes:
        """Parameters of a request, or headers of an answer, by their names: which came, which went, which changed."""
        for key in {**left, **right}:
            part = described(key)
            if key not in right:
                yield PartChange(
                    part.kind, "removed", part.pointer, f"{part.words} removed", True, part.side is Side.REQUEST
                )
            elif key not in left:
                needed = bool(right[key].get("required"))
                text = f"{part.words} added" + (", required" if needed else "")
                yield PartChange(part.kind, "added", part.pointer, text, needed and part.side is Side.REQUEST, needed)
            else:
                yield from self._named_part(part, left[key], right[key])

    def _named_part(self, part: _NamedPart, old: Node, new: Node) -> Changes:
        """What changed in one that was there before."""
        needed = bool(new.get("required"))
        if needed != bool(old.get("required")) and part.place != "path":
            text = f"{part.words} is {'now' if needed else 'no longer'} required"
            # A client must send what is required now, and can no longer count on what an answer need not have.
            breaks = needed if part.side is Side.REQUEST else not needed
            yield PartChange(part.kind, "changed", part.pointer, text, breaks, needed)
        for word in ("allowEmptyValue", "allowReserved") if part.side is Side.REQUEST else ():
            before, now = (node.get(word) is True for node in (old, new))
            if before != now:
                yield PartChange(part.kind, "changed", part.pointer, f"{word} {before} to {now}", before, before)
        yield from self._written(part.kind, part.pointer, part.place, old, new)
        yield from self._value(part.kind, part.pointer, old, new, part.side)
        yield from _deprecated(part.kind, part.pointer, old, new)
        yield from unknown(part.kind, part.pointer, old, new, _PARAMETER)

    def _written(self, kind: str, pointer: str, place: str, old: Node, new: Node) -> Changes:
        """How a list or an object is written into a text; a plain value is written alike in most styles."""
        scalar = all(self._is_scalar(tree, node) for tree, node in ((self.old, old), (self.new, new)))
        if scalar and place != "path":
            return
        for word, before, now in zip(("style", "explode"), _style(old, place), _style(new, place), strict=True):
            if before != now and not (scalar and word == "explode"):
                yield PartChange(kind, "changed", pointer, f"{word} {before} to {now}", True, True)

    def _is_scalar(self, tree: Node, parameter: Node) -> bool:
        schemas = self.schemas[Side.REQUEST, False]
        forms = schemas.old if tree is self.old else schemas.new
        kinds = forms.of((parameter.get("schema", {}),)).kinds
        return "content" in parameter or (kinds is not None and kinds <= _SCALARS)

    def _value(self, kind: str, pointer: str, old: Node, new: Node, side: Side) -> Changes:
        """What a parameter or a header holds: a schema, or one media type."""
        if "content" in old and "content" in new:
            yield from self._contents(kind, pointer, old, new, side)
            return
        if "content" in old or "content" in new:
            text = f"written {'as a media type' if 'content' in new else 'by its style'} now"
            yield PartChange(kind, "changed", pointer, text, True, True)
        yield from self._schemas(kind, pointer, _holder(old), _holder(new), side)

    def _body(self, left: Node, right: Node) -> Changes:
        old, new = _at(self.old, left, "requestBody"), _at(self.new, right, "requestBody")
        needed = bool(new.get("required"))
        if old and not new:
            yield PartChange("body", "removed", "", "body removed", True, False)
            return
        if new and not old:
            yield PartChange("body", "added", "", "body added" + (", required" if needed else ""), needed, needed)
            return
        if bool(old.get("required")) != needed:
            text = f"the body is {'now' if needed else 'no longer'} required"
            yield PartChange("body", "changed", "", text, needed, needed)
        yield from self._contents("body", "", old, new, Side.REQUEST)
        yield from unknown("body", "", old, new, ("content", "required"))

    def _answers(self, left: Node, right: Node) -> Changes:
        before, now = _map(left, "responses"), _map(right, "responses")
        for status in [key for key in {**before, **now} if not is_remark(key)]:
            success = status.startswith("2")
            if status not in now:
                yield PartChange("response", "removed", status, f"answer {status} removed", success, True)
            elif status not in before:
                yield PartChange("response", "added", status, f"answer {status} added", success, False)
            else:
                yield from self._answer(status, _at(self.old, before, status), _at(self.new, now, status))

    def _answer(self, status: str, old: Node, new: Node) -> Changes:
        yield from self._contents("response", status, old, new, Side.ANSWER)
        yield from self._headers(status, _headers(self.old, old), _headers(self.new, new))
        before, now = _map(old, "links"), _map(new, "links")
        for name in {**before, **now}:
            if name not in now or name not in before:
                action = "added" if name in now else "removed"
                yield PartChange("response", action, status, f"link {name} {action}")
            elif _plain(_at(self.old, before, name)) != _plain(_at(self.new, now, name)):
                yield PartChange("response", "changed", status, f"link {name} changed")
        yield from unknown("response", status, old, new, ("content", "headers", "links"))

    def _headers(self, status: str, before: Mapping[str, Node], now: Mapping[str, Node]) -> Changes:
        """What an answer's headers promise."""

        def described(name: str) -> _NamedPart:
            return _NamedPart("response", "header", f"{status}/header/{name}", f"header {name}", Side.ANSWER)

        yield from self._named_parts(before, now, described)

    def _contents(self, kind: str, pointer: str, old: Node, new: Node, side: Side) -> Changes:
        before, now = _media_types(old), _media_types(new)
        for media in {**before, **now}:
            if media not in now:
                yield PartChange(kind, "removed", pointer, f"{media} removed", True, True)
            elif media not in before:
                yield PartChange(kind, "added", pointer, f"{media} added", side is Side.ANSWER and not before, False)
            else:
                yield from self._schemas(kind, pointer, before[media], now[media], side, as_xml="xml" in media)
                yield from self._encodings(kind, pointer, media, before[media], now[media], side)
                yield from unknown(kind, pointer, before[media], now[media], ("schema", "encoding"))

    def _encodings(self, kind: str, pointer: str, media: str, old: Node, new: Node, side: Side) -> Changes:
        """How the properties of a form are written; OpenAPI gives it a meaning in forms alone."""
        if not media.startswith("multipart/") and media != "application/x-www-form-urlencoded":
            return
        before, now = _map(old, "encoding"), _map(new, "encoding")
        for name in {**before, **now}:
            left, right = (_encoding(node.get(name, {})) for node in (before, now))
            for word in {**left, **right}:
                if left.get(word) != right.get(word):
                    text = f"{word} {left.get(word, 'none')} to {right.get(word, 'none')}"
                    yield PartChange(kind, "changed", f"{pointer}/{name}", text, True, side is Side.REQUEST)

    def _schemas(self, kind: str, pointer: str, old: Node, new: Node, side: Side, *, as_xml: bool = False) -> Changes:
        for change in self.schemas[side, as_xml].changes(old.get("schema", {}), new.get("schema", {})):
            if change.component:
                yield SharedChange(side, change)
            else:
                client, suites = breaks_client(change, side), breaks_suites(change)
                at = pointer + change.pointer
                yield PartChange(kind, change.action, at, change.message, client, suites, change.understood)

    def _callbacks(self, left: Node, right: Node) -> Changes:
        before, now = _map(left, "callbacks"), _map(right, "callbacks")
        for name in {**before, **now}:
            if name not in now:
                yield PartChange("callback", "removed", name, f"callback {name} removed", True, False)
            elif name not in before:
                yield PartChange("callback", "added", name, f"callback {name} added")
            else:
                yield from self._calls(name, _at(self.old, before, name), _at(self.new, now, name))

    def _calls(self, name: str, old: Node, new: Node) -> Changes:
        """The requests of one callback, by the address that they go to."""
        for address in {**old, **new}:
            if address in old and address in new:
                yield from self.incoming(name, _at(self.old, old, address), _at(self.new, new, address))
            elif not is_remark(address):
                action = "added" if address in new else "removed"
                yield PartChange("callback", action, name, f"calls of {address} {action}", action == "removed")

    def incoming(self, name: str, old: Node, new: Node) -> Changes:
        """Requests that the vendor sends and the client answers, so that each side is the other one."""
        for method in [method for method in walk.METHODS if method in old or method in new]:
            if method not in new or method not in old:
                action = "added" if method in new else "removed"
                yield PartChange("callback", action, name, f"{method.upper()} {action}", action == "removed")
                continue
            before, now = old[method], new[method]
            bodies = _at(self.old, before, "requestBody"), _at(self.new, now, "requestBody")
            yield from self._contents("callback", name, *bodies, Side.ANSWER)
            left, right = _declared(self.old, old, before, ""), _declared(self.new, new, now, "")
            for key in {**left, **right}:
                if key in left and key in right:
                    yield from self._value("callback", f"{name}/{key[1]}", left[key], right[key], Side.ANSWER)
                else:
                    action = "added" if key in right else "removed"
                    text = f"{key[0]} parameter {key[1]} {action}"
                    yield PartChange("callback", action, name, text, action == "removed")
            yield from self._replies(name, _map(before, "responses"), _map(now, "responses"))

    def _replies(self, name: str, before: Node, now: Node) -> Changes:
        """What the client may answer."""
        for status in {**before, **now}:
            if status in before and status in now:
                answers = _at(self.old, before, status), _at(self.new, now, status)
                yield from self._contents("callback", f"{name}/{status}", *answers, Side.REQUEST)
            else:
                action = "added" if status in now else "removed"
                yield PartChange("callback", action, name, f"answer {status} {action}", action == "removed")


_Key = tuple[str, str]
_OPERATION = (
    "operationId",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "security",
    "servers",
    "deprecated",
)
_PATH_ITEM = (*walk.METHODS, "$ref", "parameters", "servers")
_PARAMETER = (
    "name",
    "in",
    "required",
    "deprecated",
    "allowEmptyValue",
    "allowReserved",
    "style",
    "explode",
    "schema",
    "content",
)


def _at(tree: Node, holder: Node, key: str) -> Node:
    node = walk.resolve(tree, holder.get(key) or {})
    return node if isinstance(node, dict) else {}


def _map(holder: Node, key: str) -> Node:
    node = holder.get(key)
    return {str(name): value for name, value in node.items()} if isinstance(node, dict) else {}


def _declared(tree: Node, item: Node, raw: Node, path: str) -> dict[_Key, Node]:
    """Parameters by place and name: those in the path by their position, since their names are free, headers in
    lower case.
    """
    order = parameter_names(path)
    parameters = {}
    for parameter in [*item.get("parameters", ()), *raw.get("parameters", ())]:
        node = walk.resolve(tree, parameter)
        if not isinstance(node, dict) or "name" not in node:
            continue
        name, place = str(node["name"]), str(node.get("in", "query"))
        if place == "header":
            name = name.lower()
            if name in _NO_PARAMETERS:
                continue
        if place == "path" and name in order:
            name = str(order.index(name) + 1)
        parameters[place, name] = node
    return parameters


def _style(parameter: Node, place: str) -> tuple[str, bool]:
    """Style and explode, by their defaults where they are not given."""
    style = str(parameter.get("style") or ("form" if place in ("query", "cookie") else "simple"))
    explode = parameter.get("explode")
    return style, bool(explode) if explode is not None else style == "form"


def _headers(tree: Node, answer: Node) -> dict[str, Node]:
    """The headers of an answer by their names, in which case does not count."""
    headers = _map(answer, "headers")
    return {name.lower(): _at(tree, headers, name) for name in headers if name.lower() != "content-type"}


def _holder(parameter: Node) -> Node:
    """Whatever has the schema of a parameter: itself, or its one media type."""
    return next(iter(_media_types(parameter).values()), parameter)


def _media_types(holder: Node) -> dict[str, Node]:
    """Media types by name; case does not count, and neither does the charset of JSON, which has but one."""
    return {
        _media_name(name): media if isinstance(media, dict) else {} for name, media in _map(holder, "content").items()
    }


def _media_name(name: str) -> str:
    plain = "; ".join(part.strip() for part in name.lower().split(";"))
    kind, _, charset = plain.partition("; charset=")
    return kind if "json" in kind and charset.strip('"') == "utf-8" else plain


def _encoding(node: Any) -> Node:
    """How one property is written, without the defaults of forms."""
    if not isinstance(node, dict):
        return {}
    defaults = {"style": "form", "allowReserved": False}
    plain = {word: value for word, value in node.items() if not is_remark(word) and defaults.get(word) != value}
    if plain.get("explode") == ("style" not in plain):
        del plain["explode"]
    return {word: value for word, value in plain.items() if value not in ({}, "")}


def _plain(node: Node) -> Node:
    return {word: value for word, value in node.items() if not is_remark(word)}


def _deprecated(kind: str, pointer: str, old: Node, new: Node) -> Iterator[PartChange]:
    before, now = (node.get("deprecated") is True for node in (old, new))
    if before != now:
        yield PartChange(kind, "changed", pointer, "deprecated" if now else "no longer deprecated")


def unknown(kind: str, pointer: str, old: Node, new: Node, known: tuple[str, ...]) -> Iterator[PartChange]:
    """Keywords that are in no table; nobody can say what they do."""
    before, now = (
        {word: node[word] for word in node if word not in known and not is_remark(word)} for node in (old, new)
    )
    for word in {**before, **now}:
        if before.get(word) != now.get(word):
            text = f"{word} {before.get(word, 'none')} to {now.get(word, 'none')}"
            yield PartChange(kind, "changed", pointer, text, understood=False)
