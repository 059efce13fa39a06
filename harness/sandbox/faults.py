"""Faults: rules that make responses wrong in named ways, to see whether a check notices."""

from __future__ import annotations

import fnmatch
import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.errors import UsageError
from harness.formats.suggestion import did_you_mean
from harness.openapi.catalog import Operation
from harness.sandbox.call import Call, Reply
from harness.sandbox.engine import Engine
from harness.sandbox.mutators import FAULTS, FaultContext, own_copy
from harness.sandbox.org import Org


@dataclass(slots=True)
class FaultRule:
    """One fault in force. `operation` is a pattern on keys or operation ids, `probability` between 0 and 1.

    `count` is how often it applies at most (0: no limit), `hits` how often it did, `struck` by operation how often it
    changed a reply that would have been a success.
    """

    name: str
    operation: str = "*"
    probability: float = 1.0
    count: int = 0
    hits: int = 0
    struck: dict[str, int] = field(default_factory=dict)

    def matches(self, call: Call, rng: random.Random) -> bool:
        """Whether the rule is for this call, and its turn has come."""
        if self.count and self.hits >= self.count:
            return False
        return self._is_for(call) and rng.random() < self.probability

    def _is_for(self, call: Call) -> bool:
        for_tokens = FAULTS[self.name].token
        if call.operation is None or for_tokens:
            # A token call has no operation; only what is meant for it may match it, or no run could begin.
            return for_tokens and call.path.endswith(_TOKEN_PATHS)
        return any(fnmatch.fnmatchcase(name, self.operation) for name in _names(call.operation))

    def count_hit(self, call: Call, was_ok: bool) -> None:
        """Count a call whose reply the rule has changed; `was_ok` says that it would have succeeded otherwise."""
        self.hits += 1
        if was_ok and call.operation is not None:
            self.struck[call.operation.key] = self.struck.get(call.operation.key, 0) + 1


# RFC 6749 names none; these are the ends of both vendors' paths, and of none of their records.
_TOKEN_PATHS = ("/oauth/v2/token", "/oauth/tokens")

# The fields of a rule that a caller may set; the others are counts.
_RULE_DEFAULTS = {"name": "", "operation": "*", "probability": 1.0, "count": 0}


def parse(text: str | Mapping[str, Any]) -> FaultRule:
    """`NAME[:OPERATION[:PROBABILITY]]`, or an object with a rule's fields. Raises `UsageError` with the known names.

    Whether there is such an operation is known to those who have the documents (`check_operations`).
    """
    name, operation, probability, count = _parts(text)
    if name not in FAULTS:
        remedy = did_you_mean(str(name), FAULTS, f"Use one of: {', '.join(FAULTS)}.")
        raise UsageError(f"there is no fault {name!r}", where=repr(text), remedy=remedy)
    try:
        rule = FaultRule(str(name), str(operation or "*"), float(probability), int(count))
    except (TypeError, ValueError) as error:
        remedy = f"For example {name}:*:0.5."
        raise UsageError("probability and count must be numbers", where=repr(text), remedy=remedy) from error
    if not 0 <= rule.probability <= 1:
        raise UsageError("a probability is between 0 and 1", where=repr(text), remedy=f"For example {name}:*:0.5.")
    if FAULTS[rule.name].token and rule.operation != "*":
        remedy = f"Leave the operation out: {name}, or {name}:*:0.5."
        raise UsageError("this fault is of token calls, which are no operation", where=repr(text), remedy=remedy)
    return rule


def check_operations(rules: Iterable[FaultRule], operations: Collection[Operation]) -> None:
    """Raise `UsageError` for a rule that is for no operation: a fault that never strikes looks like one not found."""
    names = [name for operation in operations for name in _names(operation)]
    for rule in rules:
        if not any(fnmatch.fnmatchcase(name, rule.operation) for name in names):
            forms = "A fault is NAME, NAME:OPERATION or NAME:OPERATION:PROBABILITY."
            raise UsageError(
                f"no operation is called {rule.operation!r}",
                where=f"{rule.name}:{rule.operation}",
                remedy=f"{did_you_mean(rule.operation, names, 'See: deskcheck plan --list')} {forms}",
            )


def _names(operation: Operation) -> tuple[str, str]:
    return operation.key, operation.operation_id


def _parts(text: str | Mapping[str, Any]) -> tuple[Any, ...]:
    """Name, operation, probability and count, as they were given."""
    if isinstance(text, str):
        return (*_split(text), 0)
    if isinstance(text, Mapping):
        return tuple(text.get(key, default) for key, default in _RULE_DEFAULTS.items())
    raise UsageError("a fault is text or an object", where=repr(text), remedy="For example missing_field:ShowTicket.")


def _split(text: str) -> tuple[str, str, str]:
    """Operation keys hold a colon themselves, so the probability is what is numeric at the end."""
    name, _, rest = text.partition(":")
    operation, colon, last = rest.rpartition(":")
    if colon and last.replace(".", "", 1).isdigit():
        return name, operation, last
    return name, rest or "*", "1"


@dataclass(slots=True)
class Faults:
    """The rules in force, and the random numbers that decide whether a rule applies."""

    seed: int = 0
    rules: list[FaultRule] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.Random)

    def set(self, rules: list[FaultRule]) -> None:
        """Put these rules in force, in place of the others."""
        self.rules, self.memory, self.rng = rules, {}, random.Random(self.seed)

    def clear(self) -> None:
        """No faults."""
        self.set([])

    def dump(self) -> list[dict[str, Any]]:
        """The rules as plain data, with how often each applied."""
        return [asdict(rule) for rule in self.rules]

    def play(self, engine: Engine, org: Org, call: Call) -> Reply | None:
        """Answer a call with the faults that are for it; None cuts the connection."""
        context = FaultContext(engine, org, call, self.rng, self.memory)
        matching = [rule for rule in self.rules if rule.matches(call, self.rng)]
        for rule in matching:
            mutate_call = FAULTS[rule.name].call
            if mutate_call is not None:
                mutate_call(context)
        reply: Reply | None = engine.handle(org, call)
        was_ok = reply is not None and reply.ok
        for rule in matching:
            mutate = FAULTS[rule.name].reply
            if mutate is not None and reply is not None:
                before = own_copy(reply)
                reply = mutate(context, own_copy(reply))
                if reply == before:
                    continue
            rule.count_hit(call, was_ok)
        return reply
