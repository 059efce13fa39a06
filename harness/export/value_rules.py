"""A rule for one value as a condition of Python or JavaScript, in as few words as a person would write it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from harness.errors import UsageError
from harness.export.expectations import ValueRule

FORMATS: Mapping[str, str] = {
    # RFC 3339, 5.6.
    "date-time": r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$",
    "date": r"^\d{4}-\d\d-\d\d$",
    "time": r"^\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$",
    "email": r"^[^@\s]+@[^@\s]+$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$",
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "ipv4": r"^\d{1,3}(\.\d{1,3}){3}$",
}
"""Formats of JSON Schema as regular expressions that both languages read alike; each is a little wider than its RFC."""

_PYTHON_TYPES: Mapping[str, str] = {
    "null": "{0} is None",
    "string": "isinstance({0}, str)",
    "boolean": "isinstance({0}, bool)",
    "integer": "type({0}) is int",
    "number": "type({0}) in (int, float)",
    "object": "isinstance({0}, dict)",
    "array": "isinstance({0}, list)",
}
_JAVASCRIPT_TYPES: Mapping[str, str] = {
    "null": "{0} === null",
    "string": 'typeof {0} === "string"',
    "boolean": 'typeof {0} === "boolean"',
    "integer": "Number.isInteger({0})",
    "number": 'typeof {0} === "number"',
    "object": '{0} !== null && typeof {0} === "object" && !Array.isArray({0})',
    "array": "Array.isArray({0})",
}
_COMPARED: Mapping[str, str] = {
    "minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<",
    "minLength": ">=", "maxLength": "<=", "minItems": ">=", "maxItems": "<=",
}  # fmt: skip
_OF_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})


def python_condition(rule: ValueRule, name: str) -> str:
    """The condition on the variable `name`. Raises `UsageError` for a keyword that has no plain form."""
    return _condition(rule, name, _PYTHON)


def javascript_condition(rule: ValueRule, name: str) -> str:
    """The same in JavaScript."""
    return _condition(rule, name, _JAVASCRIPT)


def _condition(rule: ValueRule, name: str, forms: Mapping[str, _Form]) -> str:
    form = forms.get(rule.keyword) or (forms["compared"] if rule.keyword in _COMPARED else None)
    if form is None or (rule.keyword == "format" and rule.limit not in FORMATS):
        raise UsageError(
            f"what the document says there has no plain form: {rule.keyword} {rule.limit or ''}".rstrip(),
            remedy="Send it again instead: deskcheck replay FINDING.",
        )
    return form(rule, name)


_Form = Callable[[ValueRule, str], str]


def _python_type(rule: ValueRule, name: str) -> str:
    return " or ".join(_PYTHON_TYPES[kind].format(name) for kind in _kinds(rule))


def _javascript_type(rule: ValueRule, name: str) -> str:
    return " || ".join(_JAVASCRIPT_TYPES[kind].format(name) for kind in _kinds(rule))


def _kinds(rule: ValueRule) -> list[str]:
    """The types of a rule, null first: that is how a reader would ask."""
    kinds = [rule.limit] if isinstance(rule.limit, str) else list(rule.limit)
    return sorted(map(str, kinds), key=lambda kind: kind != "null")


def _python_compared(rule: ValueRule, name: str) -> str:
    if rule.keyword in _OF_NUMBERS:
        return f"type({name}) not in (int, float) or {name} {_COMPARED[rule.keyword]} {rule.limit}"
    kind = "str" if rule.keyword.endswith("Length") else "list"
    return f"not isinstance({name}, {kind}) or len({name}) {_COMPARED[rule.keyword]} {rule.limit}"


def _javascript_compared(rule: ValueRule, name: str) -> str:
    sign = _COMPARED[rule.keyword]
    if rule.keyword in _OF_NUMBERS:
        return f'typeof {name} !== "number" || {name} {sign} {rule.limit}'
    is_other = f'typeof {name} !== "string"' if rule.keyword.endswith("Length") else f"!Array.isArray({name})"
    return f"{is_other} || {name}.length {sign} {rule.limit}"


def _regular_expression(rule: ValueRule) -> str:
    return FORMATS[rule.limit] if rule.keyword == "format" else str(rule.limit)


def _python_expression(rule: ValueRule, name: str) -> str:
    return f"not isinstance({name}, str) or re.search({_raw(_regular_expression(rule))}, {name})"


def _raw(expression: str) -> str:
    """A regular expression as a raw text, which reads better, where Python can write it so."""
    can_be_raw = '"' not in expression and expression.isprintable() and not expression.endswith("\\")
    return f'r"{expression}"' if can_be_raw else repr(expression)


def _javascript_expression(rule: ValueRule, name: str) -> str:
    return f'typeof {name} !== "string" || new RegExp({json.dumps(_regular_expression(rule))}).test({name})'


def _python_is_not(value: Any, name: str) -> str:
    """To Python 0 equals False, which it does not in JSON."""
    return f"{name} is not {value}" if isinstance(value, bool) else f"{name} != {python_text(value)}"


def _javascript_listed(values: Any, name: str) -> str:
    return f"{json.dumps(list(values))}.includes({name})"


_PYTHON: Mapping[str, _Form] = {
    "type": _python_type,
    "enum": lambda rule, name: f"{name} in {python_values(rule.limit)}",
    "const": lambda rule, name: f"{name} == {rule.limit!r}",
    "not": lambda rule, name: " and ".join(_python_is_not(value, name) for value in rule.limit),
    "format": _python_expression,
    "pattern": _python_expression,
    "multipleOf": lambda rule, name: f"type({name}) not in (int, float) or {name} % {rule.limit} == 0",
    "uniqueItems": lambda rule, name: f"all(item not in {name}[:index] for index, item in enumerate({name}))",
    "compared": _python_compared,
}
_JAVASCRIPT: Mapping[str, _Form] = {
    "type": _javascript_type,
    "enum": lambda rule, name: _javascript_listed(rule.limit, name),
    "const": lambda rule, name: f"JSON.stringify({name}) === {json.dumps(json.dumps(rule.limit))}",
    "not": lambda rule, name: f"!{_javascript_listed(rule.limit, name)}",
    "format": _javascript_expression,
    "pattern": _javascript_expression,
    "multipleOf": lambda rule, name: f'typeof {name} !== "number" || {name} % {rule.limit} === 0',
    "uniqueItems": lambda rule, name: f"new Set({name}.map((item) => JSON.stringify(item))).size === {name}.length",
    "compared": _javascript_compared,
}


def python_values(values: Any) -> str:
    """Several values as a tuple of Python."""
    texts = [python_text(value) for value in values]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def python_text(value: Any) -> str:
    """A scalar as Python writes it, texts in double quotes."""
    if not isinstance(value, str):
        return repr(value)
    return '"' + "".join(map(_python_sign, value)) + '"'


def _python_sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
