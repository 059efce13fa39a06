"""Each data centre's hosts of Desk and of accounts end alike."""

from __future__ import annotations

from harness.vendors.zoho.data_centres import TOKEN_URLS


def test_hosts_of_one_data_centre_end_alike() -> None:
    assert len(TOKEN_URLS) == 10
    for desk, accounts in TOKEN_URLS.items():
        assert accounts == f"https://accounts.{desk.removeprefix('desk.')}"
        assert desk == f"desk.{desk.removeprefix('desk.')}".lower()
