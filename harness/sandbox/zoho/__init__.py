"""Zoho Desk as the sandbox answers for it: the service that the engine runs."""

from harness.sandbox.service import Service, Ways
from harness.sandbox.zoho import errors, gate, oauth, paging, quota, records

SERVICE = Service(
    name="zoho",
    mounts=("/zoho", "/zoho-accounts"),
    ways=Ways(
        missing=errors.missing, unknown=errors.missing, method=errors.method, malformed=errors.malformed,
        invalid=errors.breaches, page=paging.page, identify=records.identify, touch=records.touch,
    ),
    seed=lambda org: None,
    wrapped=False,
    link="{}Id",
    nulls=False,
    full=False,
    typical=records.typical,
)  # fmt: skip
