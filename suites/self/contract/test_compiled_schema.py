"""A schema as a validator, and one of which none can be made."""

from __future__ import annotations

from jsonschema_rs import Registry

from harness.contract.compiled_schema import Schema
from harness.openapi import walk

TREE = {"a b": {"type": "object", "properties": {"n": {"type": "integer"}}}, "bad": {"pattern": "("},
        "far": {"$ref": "https://example.com/x.json"}}  # fmt: skip


def schema(name: str) -> Schema:
    return Schema(TREE, Registry([("urn:t", TREE)], retriever=walk.unfetched), "urn:t", (name,))


def test_it_tells_what_violates_it_and_what_it_describes() -> None:
    made = schema("a b")
    assert [violation.pointer for violation in made.violations({"n": "x"})] == ["/n"]
    assert made.properties.names == {"n"}
    assert not made.takes_any_text


def test_one_that_no_validator_takes_says_so_and_is_violated_by_nothing() -> None:
    for name in ("bad", "far"):
        made = schema(name)
        assert made.problem is not None
        assert made.problem.where == f"urn:t#/{name}"
        assert list(made.violations(5)) == []
