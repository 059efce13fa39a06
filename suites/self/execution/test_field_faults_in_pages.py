"""A fault of single fields is no fault of pages: on the sandbox of both vendors, every list, each style of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from in_process import Lab, lab

from harness.execution import lifecycle_walk
from harness.execution.api_client import ApiClient
from harness.sandbox.faults import FaultRule
from harness.settings import cache_folder
from harness.vendors import VENDORS

OF_FIELDS = ("extra_field", "missing_field", "mistyped_field", "wrong_enum")
OF_PAGES = frozenset({"page_repeats", "page_loses"})
# The rows of one article differ in their language alone, and this fault gives all of them the same.
INDISTINCT = {"wrong_enum": {"zoho:getArticleTranslations", "zoho:searchArticleTranslationByTag"}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab(tmp_path_factory.mktemp("run"), cache_folder()) as made:
        yield made


def found_by_walks(place: Lab, vendor: str) -> set[tuple[str, str]]:
    """What comparing the pages of every list finds of pages: the operation and the check."""
    listings = [listing for listing, _ in lifecycle_walk.parameters(place.run_context, vendor)["listing"]]
    with place.ledger() as ledger:
        client = ApiClient(place.org(vendor, ledger))
        for listing in listings:
            for style in VENDORS[vendor].paging.styles:
                lifecycle_walk.compare_pages(client, listing, style)
    return {(one.operation, one.check) for one in client.findings.values() if one.check in OF_PAGES}


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_fault_of_a_field_is_taken_for_one_of_pages(place: Lab, vendor: str) -> None:
    for name in OF_FIELDS:
        place.reset()
        place.state.set_faults([FaultRule(name)])
        found = {operation for operation, _ in found_by_walks(place, vendor)}
        assert found - INDISTINCT.get(name, set()) == set(), name


@pytest.mark.parametrize("check", sorted(OF_PAGES))
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_fault_of_pages_is_found_beside_one_of_a_field(place: Lab, vendor: str, check: str) -> None:
    place.reset()
    place.state.set_faults([FaultRule("extra_field"), FaultRule(check)])
    assert check in {name for _, name in found_by_walks(place, vendor)}
