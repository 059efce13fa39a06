"""`docs/clients.md` says what is run: a line for each test of a client, of its calls and its docstring."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PAGE = ROOT / "docs" / "clients.md"
MODULES = {"zenpy": "zenpy", "python-zendesk-sdk": "sdk", "node-zendesk": "node"}


def version(client):
    """The version that the tests run with, from the lock files."""
    locked = re.search(rf"^{client}==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    if locked:
        return locked[1]
    packages = json.loads((HERE / "node" / "package-lock.json").read_text())["packages"]
    return packages[f"node_modules/{client}"]["version"]


def lines(client):
    """The page's lines about a client: what each test calls, and the result that its docstring tells."""
    source = (HERE / f"test_zendesk_{MODULES[client]}.py").read_text()
    for test in ast.parse(source).body:
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            result = (ast.get_docstring(test) or "").removesuffix(".")
            yield f"| {client} {version(client)} | {', '.join(calls(source, test))} | {result} |"


def calls(source, test):
    """The names that a test calls on its client, in their order; those of a table, if it goes through one."""
    first = min(node.lineno for node in (test, *test.decorator_list))
    text = "\n".join(source.splitlines()[first - 1 : test.end_lineno])
    if "RESOURCES" in text:
        yield "lists of " + " ".join(re.search(r'RESOURCES = """(.*?)"""', source, re.DOTALL)[1].split())
    yield from dict.fromkeys(f"`{name}`" for name in re.findall(r"\b(?:client|guide)\.([a-z][\w.]*)\(", text))


def test_the_page_says_what_the_tests_run():
    page = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \S+ \d", line)]
    assert page == [line for client in MODULES for line in lines(client)]
    assert all(all(part.strip() for part in line.split("|")[1:-1]) for line in page)
