"""Documents with one defect, and what the repairs make of them."""

from __future__ import annotations

from typing import Any

from harness.openapi.repair import repair

Tree = dict[str, Any]


def openapi(schema: Any = None, *, version: str = "3.0.3", **more: Any) -> Tree:
    """A document with one schema, `S`, and whatever else."""
    components: Tree = {"schemas": {"S": schema}} if schema is not None else {}
    return {"openapi": version, "paths": {}, "components": components} | more


def mended(schema: Any, version: str = "3.0.3", **others: Any) -> tuple[Any, list[str]]:
    """What becomes of a schema, and by which rules."""
    tree = openapi(schema, version=version)
    tree["components"]["schemas"] |= others
    rules = [one.rule for one in repair(tree)]
    return tree["components"]["schemas"]["S"], rules


def operation(path: str = "/a", method: str = "get", item: Tree | None = None, **words: Any) -> tuple[Tree, list[str]]:
    """What becomes of the one operation of a document, and by which rules."""
    tree = openapi() | {"paths": {path: {method: {"responses": {"200": {"description": ""}}} | words} | (item or {})}}
    rules = [one.rule for one in repair(tree)]
    return tree["paths"][path][method], rules
