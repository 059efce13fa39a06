"""What the events of a ledger add up to: entries, the ids that are ours, and the steps that remove them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.formats.json_text import read_json
from harness.ledger.entry import Entry, first_state, next_state


@dataclass
class Entries:
    """Entries by id, with two indexes: (target, kind) to ids, (target, method, path) of a step to what it removes.

    `listed` are the ids that a collection held before a create, by the name under which the entry points to them.
    `target_of` are the targets by vendor, for events that name none.
    """

    by_id: dict[str, Entry] = field(default_factory=dict)
    listed: dict[str, frozenset[str]] = field(default_factory=dict)
    target_of: Mapping[str, str] = field(default_factory=dict)
    _early: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _ids: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _steps: dict[tuple[str, str, str], list[tuple[str, str, Any]]] = field(default_factory=dict)

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take one event in; an event about an entry that no event began yet waits for it."""
        name = event.get("entry")
        if not isinstance(name, str):
            return
        entry = self.by_id.get(name)
        if event["event"] == "listed":
            self.listed[name] = frozenset(event["ids"])
        elif event["event"] in ("intend", "keep"):
            if entry is None:
                self._begin(first_state(event, self.target_of))
        elif entry is None:
            # Another file's line came first; its entry stands in a file that is read later.
            self._early.setdefault(name, []).append(dict(event))
        else:
            self._index(entry, event)
            self.by_id[name] = next_state(entry, event)

    def owned(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """(target, kind) to the ids that this run created, removed ones included: those ids are never given again."""
        return {key: frozenset(ids) for key, ids in self._ids.items()}

    def owns(self, target: str, kinds: frozenset[str], value: str) -> bool:
        """Whether a record of one of `kinds` (any, for `*`) with this id was created in the target's org."""
        return any(value in self._ids.get((target, kind), ()) for kind in kinds)

    def is_cleanup(self, target: str, method: str, path: str, body: bytes) -> bool:
        """Whether the request is, to the letter, a step that removes or restores something still there in that org."""
        steps = self._steps.get((target, method, path), ())
        return any(self._is_open(entry, record) and _has_same_body(expected, body) for entry, record, expected in steps)

    def _begin(self, entry: Entry) -> None:
        self.by_id[entry.id] = entry
        if entry.setting:
            self._index_steps(entry, [""])
        for event in self._early.pop(entry.id, ()):
            self.apply(event)

    def _index(self, entry: Entry, event: Mapping[str, Any]) -> None:
        ids = [str(record) for record in event.get("ids", ())]
        if event["event"] == "made":
            self._own(entry.target, entry.kinds, ids)
            self._index_steps(entry, ids)
        elif event["event"] == "adopt":
            self._own(entry.target, event["kinds"], ids)

    def _own(self, target: str, kinds: Iterable[str], ids: Iterable[str]) -> None:
        for kind in (*kinds, "*"):
            self._ids.setdefault((target, kind), set()).update(ids)

    def _index_steps(self, entry: Entry, ids: Iterable[str]) -> None:
        """Index the requests that remove these records (or, for the empty id, restore a setting)."""
        for record in ids:
            for template in entry.cleanup_steps:
                step = template.of(record) if record else template
                requests = self._steps.setdefault((entry.target, step.method, step.path), [])
                requests.append((entry.id, record, step.body))

    def _is_open(self, entry: str, record: str) -> bool:
        state = self.by_id[entry]
        return not state.closed and (record in state.left or state.setting)


def _has_same_body(expected: Any, body: bytes) -> bool:
    """Whether a body has the step's value, however it is spaced; repeated keys make it another one."""
    if expected is None:
        return not body
    try:
        return bool(read_json(body, _unique_keys) == expected)
    except ValueError:
        return False


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
