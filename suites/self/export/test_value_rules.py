"""Rules as conditions: Python's say of a value what a validator of JSON Schema says, and JavaScript's the same."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from harness.errors import UsageError
from harness.export.expectations import ValueRule
from harness.export.value_rules import javascript_condition, python_condition, python_text

TYPES = ("null", "string", "boolean", "integer", "number", "object", "array")
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, -1.5]) | st.text("abB1é-", max_size=4)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text("ab", max_size=2), SCALARS, max_size=2)
RULES = st.one_of(
    st.builds(ValueRule, st.just("type"), st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True)),
    st.builds(ValueRule, st.just("enum"), st.lists(st.text("ab", max_size=2) | st.none(), min_size=1, max_size=4)),
    st.builds(ValueRule, st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
              st.integers(-3, 3)),
    st.builds(ValueRule, st.sampled_from(["minLength", "maxLength", "minItems", "maxItems"]), st.integers(0, 3)),
    st.builds(ValueRule, st.just("multipleOf"), st.integers(1, 3)),
    st.builds(ValueRule, st.just("pattern"), st.sampled_from(["^a", "b$", "[0-9]+", 'a"b'])),
)  # fmt: skip


def holds(rule: ValueRule, value: Any) -> bool:
    return bool(eval(python_condition(rule, "value"), {"re": re, "value": value}))


@given(RULES, VALUES)
def test_a_condition_says_what_the_validator_says(rule: ValueRule, value: Any) -> None:
    assert holds(rule, value) is Draft202012Validator({rule.keyword: rule.limit}).is_valid(value)


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript_says_the_same() -> None:
    rules = [
        *(ValueRule("type", [kind]) for kind in TYPES),
        ValueRule("enum", ["a", None]),
        ValueRule("not", (False, "false")),
        ValueRule("minimum", 1),
        ValueRule("maxLength", 1),
        ValueRule("minItems", 1),
        ValueRule("multipleOf", 2),
        ValueRule("pattern", "^a"),
        ValueRule("format", "date-time"),
        ValueRule("const", "a"),
    ]
    values = [None, True, False, 0, 1, 2, 0.5, "", "a", "ab", "false", "2026-11-27T06:00:00Z", [], [1], {}, {"a": 1}]
    conditions = ", ".join(f"(value) => Boolean({javascript_condition(rule, 'value')})" for rule in rules)
    code = f"console.log(JSON.stringify([{conditions}].map((holds) => {json.dumps(values)}.map(holds))))"
    told = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [[holds(rule, value) for value in values] for rule in rules]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date-time", "2026-11-27T06:00:00.000Z", "2026-11-27"),
        ("date", "2026-11-27", "27.11.2026"),
        ("email", "a@example.com", "a"),
        ("uri", "https://example.com/a", "/a"),
        ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae"),
        ("ipv4", "127.0.0.1", "::1"),
    ],
)
def test_a_format_is_told_from_what_it_is_not(name: str, good: str, bad: str) -> None:
    rule = ValueRule("format", name)
    assert holds(rule, good)
    assert not holds(rule, bad)
    assert holds(rule, None), "a format says nothing of what is no text"


@pytest.mark.parametrize("rule", [ValueRule("oneOf"), ValueRule("format", "x-own")])
def test_what_has_no_plain_form_says_so(rule: ValueRule) -> None:
    with pytest.raises(UsageError, match="no plain form") as raised:
        python_condition(rule, "value")
    assert "deskcheck replay" in str(raised.value)


@given(SCALARS)
def test_a_scalar_is_read_back_as_it_was(value: Any) -> None:
    assert eval(python_text(value)) == value
