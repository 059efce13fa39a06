"""An outcome, and any outcomes, for tests of what they add up to."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from harness.results.outcome import Outcome, Run, State
from harness.results.totals import TIERS

OUTCOME = Outcome("zendesk:ListTickets", "zendesk", "GET", "/api/v2/tickets", "Tickets", "read", "get", State.PASSED)

OUTCOMES = st.lists(
    st.builds(
        Outcome,
        key=st.sampled_from(["zendesk:A", "zendesk:B", "zoho:C"]),
        vendor=st.just("zendesk"),
        method=st.just("GET"),
        path=st.just("/a"),
        resource=st.just("A"),
        tier=st.sampled_from(TIERS),
        rule=st.just("r"),
        state=st.sampled_from(State),
        requests=st.integers(0, 9),
        statuses=st.dictionaries(st.sampled_from(["200", "404"]), st.integers(1, 5)),
        succeeded=st.booleans(),
    ),
    max_size=12,
)


def run_of(outcomes: Iterable[Outcome], **orgs: str) -> Run:
    """A run with these outcomes; `orgs` are the vendors of its targets."""
    return Run("1", "", 1.0, 1, {}, {}, {}, 0, tuple(outcomes), orgs=orgs)
