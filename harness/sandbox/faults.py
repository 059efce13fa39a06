"""Faults: rules that make answers wrong in named ways, so that one can see whether a check notices."""

from __future__ import annotations

import fnmatch
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.errors import UsageError
from harness.sandbox.call import Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.org import Org
from harness.sandbox.spoil import FAULTS, Turn, own


@dataclass(slots=True)
class Rule:
    """One fault at work. `operation` is a pattern on keys or operation ids, `probability` between 0 and 1.

    `count` says how often it strikes at most (0: no end), `hits` how often it did; `struck` by operation how often
    it spoiled what would have been a success.
    """

    name: str
    operation: str = "*"
    probability: float = 1.0
    count: int = 0
    hits: int = 0
    struck: dict[str, int] = field(default_factory=dict)

    def strikes(self, call: Call, dice: random.Random) -> bool:
        """Whether the rule is for this call, and its turn has come."""
        if self.count and self.hits >= self.count:
            return False
        if call.operation is None or FAULTS[self.name].token:
            # A token call has no operation; only what is meant for it strikes it, or no run could begin.
            return FAULTS[self.name].token and call.path.endswith("/token") and dice.random() < self.probability
        names = (call.operation.key, call.operation.operation_id)
        return any(fnmatch.fnmatchcase(name, self.operation) for name in names) and dice.random() < self.probability

    def hit(self, call: Call, good: bool) -> None:
        """Count a call that the rule has struck; `good` says that it succeeded but for the rule."""
        self.hits += 1
        if good and call.operation is not None:
            self.struck[call.operation.key] = self.struck.get(call.operation.key, 0) + 1


# What may be said of a rule; the rest is counted.
_FRESH = {"name": "", "operation": "*", "probability": 1.0, "count": 0}


def parse(text: str | Mapping[str, Any]) -> Rule:
    """`NAME[:OPERATION[:PROBABILITY]]`, or an object with Rule's fields. Raises `UsageError` with the known names."""
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
    return Rule(str(made["name"]), str(made["operation"] or "*"), made["probability"], made["count"])


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
    rules: list[Rule] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    dice: random.Random = field(default_factory=random.Random)

    def set(self, rules: list[Rule]) -> None:
        """Put these rules in force, in place of the others."""
        self.rules, self.memory, self.dice = rules, {}, random.Random(self.seed)

    def clear(self) -> None:
        """No faults."""
        self.set([])

    def dump(self) -> list[dict[str, Any]]:
        """The rules as plain data, with how often each struck."""
        return [asdict(rule) for rule in self.rules]

    def play(self, engine: Engine, org: Org, call: Call) -> Reply | None:
        """Answer a call with the faults that are for it; None cuts the connection."""
        turn = Turn(engine, org, call, self.dice, self.memory)
        struck = [rule for rule in self.rules if rule.strikes(call, self.dice)]
        for rule in struck:
            if (change := FAULTS[rule.name].call) is not None:
                change(turn)
        reply: Reply | None = engine.handle(org, call)
        good = reply is not None and reply.ok
        for rule in struck:
            if (spoil := FAULTS[rule.name].reply) is not None and reply is not None:
                whole = own(reply)
                reply = spoil(turn, own(reply))
                if reply == whole:
                    continue
            rule.hit(call, good)
        return reply
