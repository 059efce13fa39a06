"""Cursors: they give back what they were made of, and those that were recorded can be read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.sandbox.zendesk import cursors

ORDERS = st.sampled_from(["id", "name,id", "created_at,id", "position,title,id"])


@given(ORDERS, st.data())
def test_a_cursor_gives_back_the_values_it_was_made_of(order, data):
    values = tuple(
        data.draw(st.text() if name in ("name", "title") else st.integers(0, 2**62)) for name in order.split(",")
    )
    assert cursors.decode(cursors.encode(order, values)) == values


def test_recorded_cursors_can_be_read():
    assert cursors.decode("eyJvIjoibmljZV9pZCIsInYiOiJhUUVBQUFBQUFBQUEifQ==") == (1,)
    assert cursors.decode("eyJvIjoibmFtZSxpZCIsInYiOiJjd2NBQUFCVGRYQndiM0owYVJxZ1NYT1RCUUFBIn0=")[0] == "Support"
    assert cursors.decode("ZGgF/WQAAAAAaRrn+nGTBQAA") is not None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_cursors(text):
    assert cursors.decode(text) is None or isinstance(cursors.decode(text), tuple)
