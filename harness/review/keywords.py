"""The keywords of two forms compared, each by its own rule; schemas that they hold are left to the caller as pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from harness.review.merged_keywords import Bound, Condition, Source
from harness.review.normal_form import SchemaForm
from harness.review.schema_change import Effect, Pair, Position, SchemaChange

Same = Callable[[Source, Source], bool]
"""Whether two schemas, one of each document, do not differ."""
Found = Iterator[SchemaChange | Pair]

# A larger number admits less, or more.
_LEAST = ("minLength", "minItems", "minProperties")
_MOST = ("maxLength", "maxItems", "maxProperties")
# Whatever is put in its place admits other values.
_EXACT = ("pattern", "contentEncoding", "contentMediaType")
# What a validator refuses values by, or a client reads them by; any other word is a remark. A format that is listed
# here admits all that its row names (OpenAPI Format Registry; JSON Schema Validation 2020-12, "Defined Formats").
_FORMATS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid",
                     "uri-template", "json-pointer", "relative-json-pointer", "regex", "byte", "binary"), ()),
    "idn-email": ("email",), "idn-hostname": ("hostname",), "iri": ("uri",), "uri-reference": ("uri",),
    "iri-reference": ("uri", "iri", "uri-reference"),
    "int32": (), "int64": ("int32",), "float": (), "double": ("float",),
}  # fmt: skip
# So wide that a number of JSON is hardly ever refused by it: to name it is no promise and no demand.
_WIDEST_FORMATS = ("int64", "float", "double")


def types(left: SchemaForm, right: SchemaForm, where: Position, reported: str) -> Found:
    """Types that came or went; an integer is a number."""
    if reported == "types" or (reported == "null" and left.kinds == right.kinds):
        return
    before, now = left.types, right.types
    shown_by_values = not (left.is_typed or right.is_typed or left.is_never or right.is_never)
    if before == now or (None in (before, now) and shown_by_values):
        return
    text = f"type {_names(before)} to {_names(now)}"
    yield where.change("changed", text, wider=_admits(now, before), narrower=_admits(before, now))


def _names(kinds: frozenset[str] | None) -> str:
    if kinds is None:
        return "any"
    return "/".join(sorted(kinds)) or "nothing"


def _admits(kinds: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    """Whether the types take values that the others refuse."""
    if kinds is None or others is None:
        return kinds is None
    return bool(kinds - others - ({"integer"} if "number" in others else set()))


def values(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """The values of an enum or a const; their order says nothing."""
    before, now = left.values, right.values
    if before is None and now is None:
        return
    if now is None:
        yield where.change("changed", "enum dropped: any value", wider=True)
    elif before is None:
        yield where.change("changed", f"enum added: {', '.join(map(str, now.values()))}", narrower=True)
    elif len(before) == len(now) == 1 and before.keys() != now.keys():
        (old,), (new,) = before.values(), now.values()
        yield where.change("changed", f"only value {old} to {new}", wider=True, narrower=True)
    else:
        removed = [str(value) for key, value in before.items() if key not in now]
        added = [str(value) for key, value in now.items() if key not in before]
        if removed:
            yield where.change("removed", f"enum without {', '.join(removed)}", narrower=True)
        if added:
            yield where.change("added", f"enum with {', '.join(added)}", wider=True)


def bounds(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """The ends of a range of numbers; of whole numbers, above 0 is from 1 on."""
    whole = left.kinds == right.kinds == frozenset({"integer"})
    for end, word in (("lower", "inimum"), ("upper", "aximum")):
        before, now = left.keywords.get(end), right.keywords.get(end)
        if before is None and now is None:
            continue
        text = f"{_bound(before, now, word)} to {_bound(now, None, word) if now else 'none'}"
        if before is None or now is None:
            yield where.change("changed", text, wider=now is None, narrower=before is None)
            continue
        old, new = (bound.lowest(whole) if end == "lower" else bound.highest(whole) for bound in (before, now))
        if old != new:
            yield where.change("changed", text, wider=new < old, narrower=new > old)


def _bound(bound: Bound | None, other: Bound | None, word: str) -> str:
    """A bound as a document writes it; where there is none, the name of the other one."""
    known = bound or other or Bound(0)
    name = ("exclusiveM" if known.excluded else "m") + word
    return f"{name} {bound.value if bound else 'none'}"


def sizes(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """How long, how many."""
    for word in (*_LEAST, *_MOST):
        before, now = left.keywords.get(word), right.keywords.get(word)
        if before == now:
            continue
        if before is None or now is None:
            wider, narrower = now is None, before is None
        else:
            narrower = (now > before) if word in _LEAST else (now < before)
            wider = not narrower
        yield where.change("changed", f"{word} {_word(before)} to {_word(now)}", wider=wider, narrower=narrower)


def exact(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """What admits other values when it changes at all."""
    for word in _EXACT:
        before, now = left.keywords.get(word, ()), right.keywords.get(word, ())
        if set(before) != set(now):
            yield _replaced(word, before, now, where, wider=set(now) <= set(before), narrower=set(before) <= set(now))
    before, now = left.keywords.get("uniqueItems"), right.keywords.get("uniqueItems")
    if before != now:
        yield where.change("changed", f"uniqueItems {_all(before)} to {_all(now)}", wider=not now, narrower=bool(now))
    before, now = left.keywords.get("multipleOf", ()), right.keywords.get("multipleOf", ())
    if set(before) != set(now):
        narrower = all(any(_divides(old, new) for new in now) for old in before)
        wider = all(any(_divides(new, old) for old in before) for new in now)
        yield _replaced("multipleOf", before, now, where, wider=wider, narrower=narrower)
    if left.keywords.get("contentSchema") or right.keywords.get("contentSchema"):
        yield Pair(
            left.keywords.get("contentSchema", ()),
            right.keywords.get("contentSchema", ()),
            where.within("contentSchema"),
        )


def _replaced(
    word: str, before: tuple[Any, ...], now: tuple[Any, ...], where: Position, *, wider: bool, narrower: bool
) -> SchemaChange:
    """A change that is wider or narrower where that is certain, and both where it is not."""
    text = f"{word} {_all(before)} to {_all(now)}"
    if wider == narrower:
        return where.change("changed", text, wider=True, narrower=True)
    return where.change("changed", text, wider=wider, narrower=narrower)


def _divides(part: float, whole: float) -> bool:
    return bool(part) and whole % part == 0


def formats(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """Formats that say something of a value."""
    before, now = (_known_formats(form) for form in (left, right))
    if before == now:
        return
    text = f"format {_all(left.keywords.get('format'))} to {_all(right.keywords.get('format'))}"
    yield where.change("changed", text, wider=_refuses(before, now), narrower=_refuses(now, before))


def _known_formats(form: SchemaForm) -> frozenset[str]:
    return frozenset(word for word in form.keywords.get("format", ()) if word in _FORMATS)


def _refuses(formats: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of the formats refuses what all of the others admit."""
    return any(
        not others & {word, *(name for name in _FORMATS if name in _FORMATS[word])}
        for word in formats
        if others or word not in _WIDEST_FORMATS
    )


def items(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """The schemas of an array's items: the first ones each by its place, then all others."""
    before, now = left.keywords, right.keywords
    old_rest, new_rest = (
        words.get("items") or next(iter(words.get("unevaluatedItems", ())), ()) for words in (before, now)
    )
    for at, (old, new) in enumerate(zip_longest(before.get("prefixItems", ()), now.get("prefixItems", ()))):
        yield Pair(old_rest if old is None else old, new_rest if new is None else new, where.below(str(at)))
    yield Pair(before.get("items", ()), now.get("items", ()), where.below("*"))


def conditions(left: SchemaForm, right: SchemaForm, where: Position, same: Same) -> Found:
    """What holds only sometimes, or must not hold."""
    before, now = left.keywords, right.keywords
    for word, effect in (("not", Effect.OPPOSITE), ("unevaluatedItems", Effect.SAME), ("propertyNames", Effect.SAME)):
        yield from listed(word, before.get(word, ()), now.get(word, ()), where, same, effect)
    for old, new in zip_longest(before.get("if", ()), now.get("if", ())):
        if not old or not new:
            yield _came_or_went("if", new, where)
        elif same(old.test, new.test):
            yield Pair(old.then, new.then, where.within("then"))
            yield Pair(old.otherwise, new.otherwise, where.within("else"))
        else:
            yield where.change("changed", "if: another condition", wider=True, narrower=True)
    # An item that `contains` looks at is none of those that nothing looked at.
    looked_at = where.either() if "unevaluatedItems" in {**before, **now} else where
    for old, new in zip_longest(before.get("contains", ()), now.get("contains", ())):
        yield from _containing(old, new, where) if old and new else [_came_or_went("contains", new, looked_at)]
    yield from _dependent(before, now, where)


def listed(
    word: str,
    before: tuple[Source, ...],
    now: tuple[Source, ...],
    where: Position,
    same: Same,
    effect: Effect = Effect.SAME,
) -> Found:
    """Schemas under one keyword, as many as the parts of an `allOf` that have it; in which order says nothing."""
    before, now = _without_equals(tuple(map(_as_source, before)), tuple(map(_as_source, now)), same)
    for old, new in zip_longest(before, now):
        if old is None or new is None:
            yield _came_or_went(word, new, where)
        else:
            yield Pair(old, new, where.within(word, effect))


def _as_source(schema: Any) -> Source:
    return schema if isinstance(schema, tuple) else (schema,)


def _without_equals(
    before: tuple[Source, ...], now: tuple[Source, ...], same: Same
) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    if len(before) == len(now) == 1:
        return before, now
    left = tuple(old for old in before if not any(same(old, new) for new in now))
    right = tuple(new for new in now if not any(same(old, new) for old in before))
    return left, right


def _came_or_went(word: str, new: Any, where: Position) -> SchemaChange:
    came = new is not None
    return where.change("added" if came else "removed", f"{word} {'added' if came else 'removed'}",
                        wider=not came, narrower=came)  # fmt: skip


def _containing(old: Condition, new: Condition, where: Position) -> Found:
    """A `contains` in both: what it looks for, and how often."""
    often = old.most is not None or new.most is not None or 0 in (old.least, new.least)
    yield Pair(old.test, new.test, where.within("contains", Effect.EITHER if often else Effect.SAME))
    if old.least != new.least:
        text = f"minContains {old.least} to {new.least}"
        yield where.change("changed", text, wider=new.least < old.least, narrower=new.least > old.least)
    if old.most != new.most:
        wider = new.most is None or (old.most is not None and new.most > old.most)
        yield where.change(
            "changed", f"maxContains {_word(old.most)} to {_word(new.most)}", wider=wider, narrower=not wider
        )


def _dependent(before: Mapping[str, Any], now: Mapping[str, Any], where: Position) -> Found:
    """What the presence of a property asks for."""
    old, new = before.get("dependentRequired", {}), now.get("dependentRequired", {})
    for name in {**old, **new}:
        gone, came = (sorted(a.get(name, frozenset()) - b.get(name, frozenset())) for a, b in ((old, new), (new, old)))
        if came:
            yield where.change("changed", f"{name} now requires {', '.join(came)}", narrower=True)
        if gone:
            yield where.change("changed", f"{name} no longer requires {', '.join(gone)}", wider=True)
    old, new = before.get("dependentSchemas", {}), now.get("dependentSchemas", {})
    for name in {**old, **new}:
        if name in old and name in new:
            yield Pair(old[name], new[name], where.within(f"with {name}"))
        else:
            yield _came_or_went(f"schema of objects with {name}", new.get(name), where)


def remarks(before: Mapping[str, Any], now: Mapping[str, Any], where: Position) -> Found:
    """What changes no value that is sent, and may still matter to who reads the document."""
    for word in ("default", "deprecated"):
        old, new = before.get(word), now.get(word)
        if old != new:
            yield where.change("changed", f"{word} {_all(old)} to {_all(new)}")


def xml(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """How a value is written as XML: another name is another document."""
    before, now = left.keywords.get("xml"), right.keywords.get("xml")
    if before != now:
        yield where.change("changed", f"xml {_all(before)} to {_all(now)}", wider=True, narrower=True)


def unknown(left: SchemaForm, right: SchemaForm, where: Position) -> Found:
    """Keywords that are in no table."""
    before, now = left.keywords.get("unknown", {}), right.keywords.get("unknown", {})
    for word in {**before, **now}:
        if before.get(word) != now.get(word) or (word in before) != (word in now):
            yield where.not_understood(f"{word} {_word(before.get(word))} to {_word(now.get(word))}")


def _word(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _all(values: tuple[Any, ...] | None) -> str:
    return " and ".join(map(_word, values)) if values else "none"
