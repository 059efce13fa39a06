"""Recorded corrections of a document: OpenAPI Overlay files, one correction an action, each with its source."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import DocumentError
from harness.formats.pointer import Parts, parts_of_reference
from harness.openapi import loader, walk

Node = dict[str, Any]
Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One correction: what it selects (JSONPath, RFC 9535), and what happens there: `update` is merged, `remove` takes
    it away, `copy` (a JSONPath, from Overlay 1.1) merges what stands elsewhere.

    `reason` says what is wrong with the document, `source` where a reader can see the truth (a recorded exchange with
    its month, a vendor page). `path` and `index` say where the action stands. With `of_answers` it passes over the
    component schemas that only requests use: what an answer holds says nothing of what the vendor takes.
    """

    target: str
    reason: str
    source: str
    path: Path
    index: int
    update: Any = None
    remove: bool = False
    copy: str = ""
    of_answers: bool = False

    @property
    def is_broad(self) -> bool:
        """Whether it may reach more than one place: by wildcard, filter, descent or several names."""
        return bool(re.search(r"\*|\[\?|\.\.|['\"] *, *['\"]", self.target))

    @property
    def place(self) -> str:
        """File and line of the action."""
        return f"{self.path}:{loader.line_of(self.path, ('actions', str(self.index)))}"


@dataclass(frozen=True, slots=True)
class Overlay:
    """One overlay file. `extends` is the file name of the document that it corrects."""

    path: Path
    title: str
    extends: str
    actions: tuple[Action, ...] = field(default_factory=tuple)


def overlays(folder: Path, document: str) -> tuple[Overlay, ...]:
    """The overlays in `folder` (in name order) that correct the document of that file name."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return tuple(correction for correction in map(read, files) if correction.extends == document)


def read(path: Path) -> Overlay:
    """One overlay file; raises `DocumentError` where it is none, or an action lacks target, reason or source."""
    data = loader.read(path)
    if not isinstance(data, dict) or not str(data.get("overlay", "")).startswith("1."):
        raise _error(path, (), "is no OpenAPI Overlay 1.x (no `overlay: 1.0.0` at its top)")
    actions, info = data.get("actions"), data.get("info")
    if not isinstance(actions, list) or not actions:
        raise _error(path, ("actions",), "has no list of actions")
    if not isinstance(info, dict) or not info.get("title"):
        raise _error(path, ("info",), "has no title")
    extends = str(data.get("extends", "")).rsplit("/", 1)[-1]
    return Overlay(
        path, str(info["title"]), extends, tuple(_action(path, index, row) for index, row in enumerate(actions))
    )


def _action(path: Path, index: int, data: Any) -> Action:
    at = ("actions", str(index))
    if not isinstance(data, dict):
        raise _error(path, at, "an action is no mapping")
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value}
    missing = [key for key in ("target", "x-reason", "x-source") if key not in texts]
    if missing:
        raise _error(path, at, f"the action lacks {', '.join(missing)}")
    effects = ("update" in data, data.get("remove") is True, "copy" in data)
    if effects.count(True) != 1:
        raise _error(path, at, "the action needs one of update, copy and `remove: true`")
    return Action(
        target=data["target"],
        reason=data["x-reason"],
        source=data["x-source"],
        path=path,
        index=index,
        update=data.get("update"),
        remove=data.get("remove") is True,
        copy=str(data.get("copy", "")),
        of_answers=data.get("x-of-answers") is True,
    )


def _error(path: Path, at: tuple[str, ...], what: str) -> DocumentError:
    where = f"{path}:{loader.line_of(path, at)}"
    return DocumentError(
        what, where=where, remedy="See the overlays beside it, and https://spec.openapis.org/overlay/v1.0.0"
    )


def apply(document: Node, corrections: Iterable[Overlay]) -> tuple[Action, ...]:
    """Apply every action in order to `document`, in place; the actions that were applied.

    Raises `DocumentError` for an action that selects nothing, or changes nothing of what it selects: the vendor has
    changed the document since, and a correction that corrects nothing misleads its reader.
    """
    actions = tuple(action for correction in corrections for action in correction.actions)
    for action in actions:
        if problem := _run(document, action):
            raise DocumentError(
                f"the action on {action.target} {problem}",
                where=action.place,
                remedy="The document has changed: correct the target, or remove what the vendor has mended.",
            )
    return actions


def stale(document: Node, corrections: Iterable[Overlay]) -> Iterator[tuple[Action, str]]:
    """Actions that no longer fit `document`, with what is the matter; the others are applied to it in place."""
    for correction in corrections:
        for action in correction.actions:
            if problem := _run(document, action):
                yield action, problem


def apply_alike(old: Node, new: Node, corrections: Iterable[Overlay]) -> None:
    """Apply every action to two versions of a document in place, to those places alone that both of them have.

    What differs afterwards is what the vendor changed: a correction that fits one version only adds no difference, nor
    does one that builds on it.
    """
    left_out: set[Parts] = set()
    for correction in corrections:
        for group in _replacements(new, correction.actions):
            leads_alike = all(_leads_alike(old, new, action, left_out) for action in group)
            for action in group:
                shared = _shared(old, new, action)
                if not leads_alike:
                    left_out |= {tuple(map(str, place)) for place in shared}
                    continue
                for document in (old, new) if shared else ():
                    _run(document, action, shared)


def _replacements(document: Node, actions: Iterable[Action]) -> Iterator[list[Action]]:
    """The actions one by one, but for what replaces a value: its removal, and the updates that stand in for it."""
    group: list[Action] = []
    removed: set[Location] = set()
    for action in actions:
        places = _select(document, action, action.target)
        if group and (action.remove or not places or not removed.issuperset(places)):
            yield group
            group, removed = [], set()
        group.append(action)
        if action.remove:
            removed = {place[:-1] for place in places}
    if group:
        yield group


def _shared(old: Node, new: Node, action: Action) -> list[Location]:
    """The places of an action that both versions have."""
    places = set(_select(new, action, action.target))
    return [place for place in _select(old, action, action.target) if place in places]


def _leads_alike(old: Node, new: Node, action: Action, left_out: Collection[Parts]) -> bool:
    """Whether what the action copies or refers to is there in both versions or in neither, and corrected in both."""
    if action.copy and bool(_select(old, action, action.copy)) != bool(_select(new, action, action.copy)):
        return False
    texts = walk.targets(action.update) if isinstance(action.update, dict | list) else ()
    targets = [parts_of_reference(text) for text in texts]
    return all(_has(old, target) == _has(new, target) and target not in left_out for target in targets)


def _has(document: Node, parts: Parts) -> bool:
    try:
        walk.lookup(document, parts)
    except KeyError:
        return False
    return True


def corrected_values(document: Node, action: Action) -> dict[Location, Any]:
    """What an action is a correction of: at each place that it selects, what it would change and what stands beside."""
    values = {}
    for place in _select(document, action, action.target):
        value = _holder(document, place)[place[-1]]
        values[place] = value if action.update is None else _part(value, action.update)
    return values


def _part(value: Any, update: Any) -> Any:
    """The part of a value that an update is merged into, and the words beside it (a type, a bound); not its maps."""
    if not isinstance(value, dict) or not isinstance(update, dict):
        return value
    beside = {key: child for key, child in value.items() if not isinstance(child, dict)}
    return beside | {key: _part(value[key], child) for key, child in update.items() if key in value}


def _run(document: Node, action: Action, selected: list[Location] | None = None) -> str:
    """Apply one action in place, to all that it selects or to what is `selected` already.

    Gives what is the matter where it does not fit, else nothing.
    """
    if selected is None:
        selected = _select(document, action, action.target)
    update = action.update
    if action.copy:
        source = _select(document, action, action.copy)
        if len(source) != 1:
            return f"copies {action.copy}, which selects {len(source)} nodes"
        update = _holder(document, source[0])[source[0][-1]]
    if not selected:
        return "selects nothing"
    if action.remove:
        _remove(document, selected)
        return ""
    return "" if _update(document, selected, update) else "changes nothing"


def _remove(document: Node, selected: list[Location]) -> None:
    # Later list entries first, so that the places of earlier ones still hold.
    for place in sorted(selected, key=_list_place, reverse=True):
        holder = _holder(document, place)
        del holder[place[-1]]


def _update(document: Node, selected: list[Location], update: Any) -> bool:
    """Merge into each of the selected nodes; whether anything is different now."""
    changed = False
    for place in selected:
        holder, key = _holder(document, place), place[-1]
        old = holder[key]
        # A list that is selected itself gets one entry more; a list inside an update adds all of its own.
        new = _merged(old, [update]) if isinstance(old, list) else _merged(old, update)
        changed |= new != old
        holder[key] = new
    return changed


def _select(document: Node, action: Action, query: str) -> list[Location]:
    # Imported late: only documents with overlays pay for it.
    import jsonpath_rfc9535

    try:
        nodes = jsonpath_rfc9535.find(query, document)
    except jsonpath_rfc9535.JSONPathError as error:
        raise DocumentError(
            f"the target is no JSONPath: {error}", where=action.place, remedy="See RFC 9535 for the syntax."
        ) from error
    places = [tuple(node.location) for node in nodes if node.location]
    passed_over = _schemas_of_requests(document) if action.of_answers else frozenset()
    return [place for place in places if place[:3] not in passed_over]


def _schemas_of_requests(document: Node) -> frozenset[Location]:
    """The places of the component schemas that a request leads to, and no answer does."""
    requests: list[Any] = []
    answers: list[Any] = []
    for _, method, item in walk.operations(document):
        operation = item[method]
        requests += [operation.get(key) for key in ("requestBody", "parameters")] + [item.get("parameters")]
        answers.append(operation.get("responses"))
    return _schemas_below(document, requests) - _schemas_below(document, answers)


def _schemas_below(document: Node, nodes: list[Any]) -> frozenset[Parts]:
    """The component schemas that these nodes refer to, themselves or by others."""
    found: set[str] = set()
    waiting: list[Any] = [nodes]
    while waiting:
        for reference in walk.targets(waiting.pop()):
            if reference not in found:
                found.add(reference)
                waiting.append([walk.resolve(document, {"$ref": reference})])
    places = {parts_of_reference(reference)[:3] for reference in found}
    return frozenset(place for place in places if place[:2] == ("components", "schemas"))


def _list_place(place: Location) -> tuple[int, int]:
    return len(place), place[-1] if isinstance(place[-1], int) else -1


def _holder(document: Any, place: Location) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def _merged(old: Any, new: Any) -> Any:
    """The overlay's merge: objects key by key, lists one after the other without repeats, all else replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        merged = dict(old)
        for key, value in new.items():
            merged[key] = _merged(old[key], value) if key in old else copy.deepcopy(value)
        return merged
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *(entry for entry in copy.deepcopy(new) if entry not in old)]
    return copy.deepcopy(new)
