"""Every folder of the sandbox with a service is a vendor, and is found without a list."""

from __future__ import annotations

from harness.sandbox.service import Service
from harness.sandbox.services import installed


def test_vendors_are_found_by_their_folders() -> None:
    found = installed()
    assert list(found) == ["zendesk", "zoho"]
    assert all(isinstance(service, Service) for service in found.values())


def test_a_service_has_the_name_of_its_folder() -> None:
    assert all(service.name == name for name, service in installed().items())


def test_no_two_services_share_a_mount() -> None:
    mounts = [mount for service in installed().values() for mount in service.mounts.values()]
    assert len(set(mounts)) == len(mounts)
