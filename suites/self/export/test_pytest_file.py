"""The pytest file: it is Python as ruff would leave it, short, and holds no value of a credential."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace

import pytest
from sample_test import CHANGED, MADE, REMOVED, WITH_BASIC, WITH_TOKEN

from harness.export.pytest_file import file_name, pytest_file
from harness.export.standalone import Capture, Role, StandaloneTest


@pytest.mark.parametrize("test", [WITH_BASIC, WITH_TOKEN], ids=["basic", "token"])
def test_it_is_formatted_and_has_nothing_unused(test: StandaloneTest) -> None:
    source = pytest_file(test)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E9,F", "-"]
    assert subprocess.run(command, input=source, text=True, capture_output=True).stdout == "All checks passed!\n"
    style = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "120", "--check", "-"]
    assert subprocess.run(style, input=source, text=True).returncode == 0, source


def test_what_is_made_is_a_fixture_that_removes_it() -> None:
    source = pytest_file(WITH_BASIC)
    body = source[source.index("def ticket(client):") :]
    assert (
        body.index("client.post(")
        < body.index("yield ticket")
        < body.index('client.delete(f"/api/v1/tickets/{ticket}")')
    )
    assert 'json={"id": ticket, "name": f"T{ticket}"}' in source
    assert 'json={"subject": mark, "count": 1}' in source


def test_what_the_request_itself_makes_is_removed_whatever_comes_of_the_checks() -> None:
    made = replace(MADE, role=Role.SEND, captures=(Capture("ticket", ("id",)),))
    source = pytest_file(replace(WITH_BASIC, steps=(made,), removals=(REMOVED,)))
    assert 'ticket = response.json()["id"] if response.is_success else None' in source
    (function,) = [
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name.startswith("test")
    ]
    (attempt,) = [one for one in function.body if isinstance(one, ast.Try)]
    assert "client.delete" in ast.unparse(attempt.finalbody[0])


def test_the_test_itself_can_be_read_in_30_lines() -> None:
    source = pytest_file(WITH_BASIC)
    (function,) = [
        one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name.startswith("test")
    ]
    assert function.end_lineno is not None
    assert function.end_lineno - function.lineno < 30


def test_a_step_without_credentials_has_a_client_without() -> None:
    source = pytest_file(replace(WITH_BASIC, steps=(MADE, replace(CHANGED, is_signed=False))))
    assert "anonymous.patch(" in source


def test_a_null_body_is_sent_as_null() -> None:
    source = pytest_file(replace(WITH_BASIC, steps=(replace(CHANGED, path=MADE.path, json=None),), removals=()))
    assert 'content=b"null"' in source


def test_a_text_that_would_end_the_docstring_does_not() -> None:
    source = pytest_file(replace(WITH_BASIC, note='""" + exit() + """ \\'))
    assert isinstance(ast.parse(source).body[0], ast.Expr)


def test_the_name_is_one_that_pytest_collects() -> None:
    assert file_name(WITH_BASIC) == "test_update_ticket_1a2b3c4d5e.py"
