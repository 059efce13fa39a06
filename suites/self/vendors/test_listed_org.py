"""An org of a list is described by id and names, and known by any of them."""

from __future__ import annotations

from harness.vendors.listed_org import ListedOrg


def test_an_org_is_described_by_its_id_and_its_names() -> None:
    assert ListedOrg("7", ("Paper Lane", "paperlane")).description == '"7" (Paper Lane) paperlane'
    assert ListedOrg("7").description == '"7"'


def test_letter_case_and_blanks_around_a_name_do_not_matter() -> None:
    org = ListedOrg("7", ("Paper Lane", "paperlane"))
    assert org.is_called("paper lane ")
    assert org.is_called("PAPERLANE")
    assert not org.is_called("Paper")
    assert not ListedOrg("7").is_called("")
