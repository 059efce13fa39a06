"""What a vendor's value is made of: nothing that nobody asks for, and nothing that falls through to another vendor."""

from __future__ import annotations

import ast
import inspect
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from harness import shipped, vendors
from harness.errors import UsageError
from harness.vendors import VENDORS, vendor

PARTS = [kind for _, kind in inspect.getmembers(vendor, inspect.isclass)
         if is_dataclass(kind) and kind.__module__ == vendor.__name__]  # fmt: skip


@cache
def asked_for() -> frozenset[str]:
    """The attributes that code outside of the vendors' own folders reads."""
    own = {shipped.root() / "harness" / "vendors" / name for name in VENDORS}
    outside = [path for path in (shipped.root() / "harness").rglob("*.py") if path.parent not in own]
    trees = [ast.parse(path.read_text()) for path in outside]
    return frozenset(node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_fact_is_asked_for(part: type) -> None:
    assert {one.name for one in fields(part)} - asked_for() == set()


def parts_of(value: Any, kind: type) -> list[Any]:
    """The values of a kind that a vendor is made of, itself included."""
    own = [value] if isinstance(value, kind) else []
    if isinstance(value, tuple):
        return [part for one in value for part in parts_of(one, kind)]
    if not is_dataclass(value):
        return []
    return own + [part for field in fields(value) for part in parts_of(getattr(value, field.name), kind)]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_fact_is_one_of_a_vendor_that_there_is(part: type) -> None:
    """What is left out everywhere is a guess at what vendors might do."""
    values = [one for known in VENDORS.values() for one in parts_of(known, part)]
    optional = [one for one in fields(part) if one.default is not MISSING]
    assert values
    assert [one.name for one in optional if all(getattr(value, one.name) == one.default for value in values)] == []


OF_ONE_VENDOR = {
    "zoho": {
        "data_centres.py": "each data centre has hosts of its own",
        "orgs.py": "one host serves all organisations",
    },
}
"""Files that only one vendor has, and what they are for."""


def test_both_vendors_have_the_same_files() -> None:
    folder = Path(vendors.__file__).parent
    names = [
        {path.name for path in (folder / name).glob("*.py")} - OF_ONE_VENDOR.get(name, {}).keys() for name in VENDORS
    ]
    assert names[0] == names[1]


def test_an_unknown_vendor_is_told_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="unknown vendor 'jira'") as caught:
        vendors.named("jira")
    assert caught.value.remedy == "Use one of: zendesk, zoho."


def test_an_unknown_auth_kind_is_told_those_of_the_vendor() -> None:
    with pytest.raises(UsageError, match="auth 'zoho' is none of zendesk's") as caught:
        VENDORS["zendesk"].auth_kind("zoho")
    assert caught.value.remedy == "Use one of: oauth, oauth_refresh, bearer, basic, none."


@pytest.mark.parametrize(("paths", "name"), [
    (["/api/v2/tickets", "/api/v2/users", "/oauth/tokens"], "zendesk"), (["/api/v1/tickets"], "zoho"),
    (["/api/v1/tickets", "/api/v2/tickets"], None), (["/tickets"], None), ([], None),
])  # fmt: skip
def test_most_paths_say_whose_document_it_is(paths: list[str], name: str | None) -> None:
    found = vendors.of_paths(paths)
    assert (found.name if found else None) == name


def test_a_vendor_that_is_no_longer_known_keeps_its_name_in_reports() -> None:
    assert vendors.title("zoho") == "Zoho Desk"
    assert vendors.title("gone") == "gone"


@pytest.mark.parametrize(("name", "body", "job"), [
    ("zendesk", {"job_status": {"id": "a"}}, True), ("zendesk", {"ticket": {}}, False), ("zendesk", None, False),
    ("zoho", {"job_status": {"id": "a"}}, False),
])  # fmt: skip
def test_only_a_vendor_with_jobs_names_one(name: str, body: Any, job: bool) -> None:
    assert VENDORS[name].names_job(body) is job


@pytest.mark.parametrize("name", list(VENDORS))
def test_pages_are_walked_by_query(name: str) -> None:
    """Each style begins with as many rows as asked for, and goes on from its own last query."""
    pages = {
        "zendesk": [{"meta": {"has_more": True, "after_cursor": "a=="}}, {"next_page": "https://x.example/?page=9"}],
        "zoho": [{"data": []}],
    }
    following = {
        "zendesk": ["page%5Bsize%5D=7&page%5Bafter%5D=a%3D%3D", "page=2&per_page=7"],
        "zoho": ["from=8&limit=7"],
    }
    styles = VENDORS[name].paging.styles
    asked = [style.following(style.first(7), body, 7) for style, body in zip(styles, pages[name], strict=True)]
    assert asked == following[name]
    assert [style.following(style.first(7), {}, 6) for style in styles] == [""] * len(styles)


def test_ids_that_cannot_exist_fit_their_type() -> None:
    for known in VENDORS.values():
        assert known.impossible_ids["integer"].isdigit()
        assert int(known.impossible_ids["integer"]) < 2**63, "an int64 must hold it, or another rule refuses it first"
        assert known.impossible_ids["string"].isalnum()
