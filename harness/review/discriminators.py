"""The discriminators of two forms compared: which value of which property names which alternative."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.formats.pointer import parts_of_reference
from harness.review.keywords import Same
from harness.review.merged_keywords import is_remark
from harness.review.normal_form import SchemaForm
from harness.review.schema_change import Position, SchemaChange


def compare(left: SchemaForm, right: SchemaForm, where: Position, same: Same) -> Iterator[SchemaChange]:
    """A client picks the alternative by the value, so a value of another meaning is misread, and refused when sent."""
    old, new = _discriminator(left), _discriminator(right)
    if old == new or (not old and not new):
        return
    if not old or not new:
        text = f"discriminator {'added' if new else 'removed'}"
        yield where.change("added" if new else "removed", text, wider=not new, narrower=bool(new))
        return
    before, now = old.get("propertyName"), new.get("propertyName")
    if before != now:
        yield where.change("changed", f"discriminator {before} to {now}", wider=True, narrower=True)
    for word in {**old, **new}:
        if word not in ("propertyName", "mapping") and not is_remark(word) and old.get(word) != new.get(word):
            yield where.not_understood(f"discriminator: {word} {old.get(word, 'none')} to {new.get(word, 'none')}")
    yield from _mapping(left, right, where.within("discriminator"), same)


def _discriminator(form: SchemaForm) -> dict[str, Any]:
    found = form.keywords.get("discriminator", ())
    return found[0] if found else {}


def _mapping(left: SchemaForm, right: SchemaForm, where: Position, same: Same) -> Iterator[SchemaChange]:
    old, new = _targets(left), _targets(right)
    for value in {**old, **new}:
        if value not in new:
            # Where the alternatives are not listed, what it named goes on under its plain name.
            yield where.change("removed", f"value {value} removed", wider=not right.choices, narrower=True)
        elif value not in old:
            yield where.change("added", f"value {value} added", wider=True)
        elif old[value] != new[value] and not same(({"$ref": old[value]},), ({"$ref": new[value]},)):
            text = f"value {value}: {_name(old[value])} to {_name(new[value])}"
            yield where.change("changed", text, wider=True, narrower=True)


def _targets(form: SchemaForm) -> dict[str, str]:
    """References by value; those by the plain name of a component, which need no mapping, among them."""
    mapping = _discriminator(form).get("mapping")
    given = mapping if isinstance(mapping, dict) else {}
    targets = {str(value): _reference(str(target)) for value, target in given.items()}
    plain = {_name(reference): reference for reference in _meant(form) if reference not in targets.values()}
    return {**plain, **targets}


def _meant(form: SchemaForm) -> tuple[str, ...]:
    """The components among the alternatives."""
    options = [option for choice in form.choices for option in choice.options]
    return tuple(reference for option in options if (reference := form.forms.of(option).reference))


def _reference(target: str) -> str:
    return target if "/" in target or "#" in target else f"#/components/schemas/{target}"


def _name(reference: str) -> str:
    return parts_of_reference(reference)[-1]
