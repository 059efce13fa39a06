"""What changed since an older document, as a run takes it: keys to test again, and what is told of the rest."""

from __future__ import annotations

import json
from pathlib import Path

from harness.planning.changed_operations import ChangedOperations, changed_operations


def written(path: Path, *names: str) -> str:
    paths = {f"/api/v2/{name}": {"get": {"operationId": f"List_{name}", "responses": {}}} for name in names}
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}))
    return str(path)


def test_new_operations_are_tested_and_those_that_are_gone_are_told(tmp_path: Path) -> None:
    old = written(tmp_path / "old.json", "doors", "keys")
    changed = changed_operations(old, written(tmp_path / "new.json", "doors", "lamps"))
    assert changed == ChangedOperations(old, "zendesk", ("zendesk:List_lamps",), ("zendesk:List_keys",))
    assert changed.sentence == f"changed since {old}: 1 of zendesk's operations; gone: zendesk:List_keys"


def test_where_nothing_is_left_to_test_that_is_said(tmp_path: Path) -> None:
    old = written(tmp_path / "old.json", "doors", "keys")
    assert changed_operations(old, old).sentence == f"nothing to test again: no operation differs from {old}"
    fewer = changed_operations(old, written(tmp_path / "new.json", "doors"))
    assert fewer.sentence.endswith("; gone: zendesk:List_keys")
