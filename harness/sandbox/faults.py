"""Faults: rules that make responses wrong in named ways, to see whether a check notices."""

from __future__ import annotations

import fnmatch
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.errors import UsageError
from harness.sandbox.call import Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.mutators import FAULTS, FaultContext, own_copy
from harness.sandbox.org import Org


@dataclass(slots=True)
class FaultRule:
    """One fault at work. `operation` is a pattern on keys or operation ids, `probability` between 0 and 1.

    `count` says how often it applies at most (0: no end), `hits` how often it did; `struck` by operation how often
    it made an answer wrong that would have been a success.
    """

    name: str
    operation: str = "*"
    probability: float = 1.0
    count: int = 0
    hits: int = 0
    struck: dict[str, int] = field(default_factory=dict)

    def matches(self, call: Call, dice: random.Random) -> bool:
        """Whether the rule is for this call, and its turn has come."""
        if self.count and self.hits >= self.count:
            return False
        return self._is_for(call) and dice.random() < self.probability

    def _is_for(self, call: Call) -> bool:
        for_tokens = FAULTS[self.name].token
        if call.operation is None or for_tokens:
            # A token call has no operation; only what is meant for it may match it, or no run could begin.
            return for_tokens and call.path.endswith("/token")
        names = (call.operation.key, call.operation.operation_id)
        return any(fnmatch.fnmatchcase(name, self.operation) for name in names)

    def count_hit(self, call: Call, good: bool) -> None:
        """Count a call whose answer the rule has changed; `good` says that it succeeded but for the rule."""
        self.hits += 1
        if good and call.operation is not None:
            self.struck[call.operation.key] = self.struck.get(call.operation.key, 0) + 1


# What may be said of a rule; the rest is counted.
_FRESH = {"name": "", "operation": "*", "probability": 1.0, "count": 0}


def parse(text: str | Mapping[str, Any]) -> FaultRule:
    """`NAME[:OPERATION[:PROBABILITY]]`, or an object with a rule's fields. Raises `UsageError` with the known names."""
    made: dict[str, Any]
    if isinstance(text, str):
        name, operation, probability = _split(text)
        made = {"name": name, "operation": operation, "probability": probability, "count": 0}
    elif isinstance(text, Mapping):
        made = {key: text.get(key, default) for key, default in _FRESH.items()}
    else:
        raise UsageError(
            "a fault is text or an object", where=repr(text), remedy="For example missing_field:ShowTicket."
        )
    if made["name"] not in FAULTS:
        raise UsageError(
            f"there is no fault {made['name']!r}", where=repr(text), remedy=f"Use one of: {', '.join(FAULTS)}."
        )
    try:
        made["probability"], made["count"] = float(made["probability"]), int(made["count"])
    except (TypeError, ValueError) as error:
        raise UsageError("probability and count must be numbers", where=repr(text)) from error
    if not 0 <= made["probability"] <= 1:
        raise UsageError("a probability is between 0 and 1", where=repr(text))
    return FaultRule(str(made["name"]), str(made["operation"] or "*"), made["probability"], made["count"])


def _split(text: str) -> tuple[str, str, str]:
    """Operation keys hold a colon themselves, so the probability is what is numeric at the end."""
    name, _, rest = text.partition(":")
    operation, colon, last = rest.rpartition(":")
    if colon and last.replace(".", "", 1).isdigit():
        return name, operation, last
    return name, rest or "*", "1"


@dataclass(slots=True)
class Faults:
    """The rules in force, and the dice that decide where chance does."""

    seed: int = 0
    rules: list[FaultRule] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    dice: random.Random = field(default_factory=random.Random)

    def set(self, rules: list[FaultRule]) -> None:
        """Put these rules in force, in place of the others."""
        self.rules, self.memory, self.dice = rules, {}, random.Random(self.seed)

    def clear(self) -> None:
        """No faults."""
        self.set([])

    def dump(self) -> list[dict[str, Any]]:
        """The rules as plain data, with how often each applied."""
        return [asdict(rule) for rule in self.rules]

    def play(self, engine: Engine, org: Org, call: Call) -> Reply | None:
        """Answer a call with the faults that are for it; None cuts the connection."""
        context = FaultContext(engine, org, call, self.dice, self.memory)
        matching = [rule for rule in self.rules if rule.matches(call, self.dice)]
        for rule in matching:
            mutate_call = FAULTS[rule.name].call
            if mutate_call is not None:
                mutate_call(context)
        reply: Reply | None = engine.handle(org, call)
        good = reply is not None and reply.ok
        for rule in matching:
            mutate = FAULTS[rule.name].reply
            if mutate is not None and reply is not None:
                before = own_copy(reply)
                reply = mutate(context, own_copy(reply))
                if reply == before:
                    continue
            rule.count_hit(call, good)
        return reply
