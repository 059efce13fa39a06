"""The filter by which a list shows what a create makes, as far as its body says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.ledger import Ledger
from harness.openapi.catalog import Catalog, Operation, Parameter
from harness.transport.prior_listing import PriorListing, list_nothing

TASKS = "/api/v1/tasks"
FILTERS = tuple(Parameter(name, "query", True) for name in ("departmentId", "module"))
CATALOG = Catalog((Operation("zoho", "getTasks", "GET", TASKS, parameters=FILTERS),))


@pytest.mark.parametrize(("body", "query"), [
    ({"departmentId": "5", "module": "tasks", "subject": "x"}, "departmentId=5&module=tasks"),
    ({"departmentId": None, "module": None}, "departmentId="),
    ({"subject": "x"}, ""),
    ([0], ""),
], ids=["all of it", "a department left empty", "nothing of it", "no object"])  # fmt: skip
def test_the_filter_is_what_the_body_says_of_it(tmp_path: Path, body: Any, query: str) -> None:
    ledger = Ledger.open(tmp_path / "ledger.ndjson")
    assert PriorListing("zoho", CATALOG, ledger, list_nothing).query(TASKS, body) == query
