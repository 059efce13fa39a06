"""Source text of Python: what is written is read back as the value it was made of."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harness.export.python_source import call, literal, template_source
from harness.export.standalone import MARK, Template, Variable

TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
)


@given(TREES, st.integers(10, 120))
def test_a_tree_is_read_back_whatever_the_width(tree: Any, width: int) -> None:
    assert eval(literal(tree, width)) == tree


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_template_is_an_f_string_that_leaves_braces_alone(before: str, after: str) -> None:
    source = template_source(Template((before, Variable("ticket"), after)))
    assert eval(source, {"ticket": 7}) == f"{before}7{after}"


def test_a_variable_that_is_no_text_keeps_its_type() -> None:
    tree = {"id": Template((Variable("ticket"),), is_text=False), "name": Template((Variable(MARK),))}
    assert literal(tree) == '{"id": ticket, "name": mark}'


def test_a_long_call_has_an_argument_a_line() -> None:
    assert call("client.get", ['"/a"']) == 'client.get("/a")'
    assert call("client.get", [f'"/{"a" * 100}"', "params={}"]).splitlines()[2:] == ["    params={},", ")"]
