"""What a test sends is read from its source: paths with their ids, helpers, fixtures, constants and conftest files."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from harness.planning.sent_requests import SentRequest, requests_in, requests_of, scope_of

CONFTEST = """
import pytest
@pytest.fixture
def order(client):
    return client.post("/api/orders", {}).json
"""
FILE = """
from desk_helpers import close
ORDERS, KIND = "/api/orders", "urgent"
def change(client, key):
    path = f"{ORDERS}/{key}"
    client.put(path, {})
class TestOrders:
    def shown(self, client):
        return client.get(ORDERS + "/" + KIND)
    def test_subject(self, client):
        BODY
"""


@pytest.mark.parametrize(
    ("arguments", "body", "expected"),
    [
        ("client", "client.get('/api/orders?page=1')", {("GET", "/api/orders")}),
        ("client", "client.get(f'/api/orders/{1}/notes')", {("GET", "/api/orders/*/notes")}),
        ("client", "change(client, 1)", {("PUT", "/api/orders/*")}),
        ("client", "self.shown(client)", {("GET", "/api/orders/urgent")}),
        ("client, order", "pass", {("POST", "/api/orders")}),
        ("client", "close(client)", {("DELETE", "/api/orders/*")}),
        ("client", "client.call('PATCH', ORDERS)", {("PATCH", "/api/orders")}),
        ("client", "client.post_at_once(ORDERS, {}, {})", {("POST", "/api/orders")}),
        ("own", "own(ORDERS)", {("POST", "/api/orders"), ("GET", "/api/orders/*")}),
        ("own", "other(ORDERS); own(somewhere()); own('CreateOrder')", set()),
        ("client", "{}.get('orders'); client.get(somewhere())", set()),
    ],
)
def test_a_test_sends_what_its_source_shows(
    tmp_path: Path, arguments: str, body: str, expected: set[tuple[str, str]]
) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "desk_helpers.py").write_text("def close(client):\n    client.delete(f'/api/orders/{client.x}')\n")
    file = tmp_path / "test_orders.py"
    tree = ast.parse(
        FILE.replace("BODY", body).replace("test_subject(self, client)", f"test_subject(self, {arguments})")
    )
    test = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "test_subject")
    assert requests_of(test, scope_of(tree, file)) == {SentRequest(*request) for request in expected}


def test_a_fixture_that_several_tests_share_is_followed_by_usefixtures_too(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    tree = ast.parse("@pytest.mark.usefixtures('order')\ndef test_a(client): ...")
    test = tree.body[0]
    assert isinstance(test, ast.FunctionDef)
    assert requests_of(test, scope_of(tree, tmp_path / "test_a.py")) == {SentRequest("POST", "/api/orders")}


GIVEN = {"ticket": frozenset({SentRequest("POST", "/api/tickets")})}


@pytest.mark.parametrize(
    ("source", "sends"),
    [
        ("def test_a(ticket): ...", True),
        ("@pytest.mark.usefixtures('ticket')\ndef test_a(): ...", True),
        ("@pytest.fixture\ndef closed(ticket): ...\ndef test_a(closed): ...", True),
        ("@pytest.fixture\ndef ticket(): ...\ndef test_a(ticket): ...", False),  # one of the suite's own
        ("def test_a(client):\n    ticket = client.shown()", False),
    ],
)
def test_what_a_fixture_from_elsewhere_sends_counts_where_a_test_asks_for_it(
    tmp_path: Path, source: str, sends: bool
) -> None:
    tree = ast.parse(source)
    (test,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "test_a")
    assert requests_of(test, scope_of(tree, tmp_path / "test_a.py"), GIVEN) == (GIVEN["ticket"] if sends else set())


def make_order(client: Any) -> None:
    """Sends what a function of a suite sends."""
    client.get("/api/customers")
    client.post("/api/orders", {})


def test_a_loaded_function_is_read_as_those_of_a_suite_are() -> None:
    assert requests_in(make_order) == {SentRequest("GET", "/api/customers"), SentRequest("POST", "/api/orders")}
