"""A service says where it is served, and joins the behaviours of its files."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from boxes import service

from harness.sandbox.service import merged_behaviours


def module(**behaviours: Any) -> ModuleType:
    made = ModuleType("behaviours")
    made.BEHAVIOURS = behaviours  # type: ignore[attr-defined]
    return made


def test_the_api_is_served_under_the_vendors_name_and_first() -> None:
    made = service(more_mounts={"accounts": "/accounts"})
    assert made.mount == "/zendesk"
    assert list(made.mounts.items()) == [("zendesk", "/zendesk"), ("accounts", "/accounts")]


def test_of_two_behaviours_for_an_operation_the_later_one_counts() -> None:
    first, second, other = object(), object(), object()
    assert merged_behaviours(module(a=first, b=other), module(a=second)) == {"a": second, "b": other}
