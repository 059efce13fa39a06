"""What recorded traffic showed as a run, so that every report of a run can be written of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from harness import __version__
from harness.openapi.catalog import Catalog
from harness.results.outcome import Outcome, Run, State, merge
from harness.traffic.observe import Observation, Sighting

NAME = "observed"
"""The id of a run of recorded traffic; nothing was sent, so no folder has its name."""


def observed_run(
    observation: Observation, catalog: Catalog, sources: Mapping[str, str], started: datetime, exit_code: int
) -> Run:
    """The observation as a run that permitted nothing: one outcome for each operation that was seen.

    `sources` says where operations are described. Findings have no exchange: the recording has it.
    """
    outcomes = merge(outcomes_of(observation, catalog, sources))
    vendors = {outcome.vendor: outcome.vendor for outcome in outcomes}
    return Run(
        id=NAME,
        started=started.astimezone(UTC).isoformat(timespec="seconds"),
        seconds=0.0,
        seed=0,
        targets=dict.fromkeys(vendors, "recorded traffic"),
        permit={"tiers": []},
        versions={"deskcheck": __version__},
        exit_code=exit_code,
        outcomes=outcomes,
        notes=observation.notes,
        orgs=vendors,
    )


def outcomes_of(observation: Observation, catalog: Catalog, sources: Mapping[str, str]) -> list[Outcome]:
    """One outcome for each operation that was seen, with the statuses of its answers and all its findings."""
    sightings: dict[str, list[Sighting]] = {key: [] for key in observation.coverage["by_operation"]}
    for sighting in observation.findings:
        sightings.setdefault(sighting.finding.operation, []).append(sighting)
    return [_outcome(observation, catalog, key, rows, sources) for key, rows in sightings.items()]


def _outcome(
    observation: Observation, catalog: Catalog, key: str, sightings: list[Sighting], sources: Mapping[str, str]
) -> Outcome:
    operation = catalog.by_key[key]
    covered = observation.coverage["by_operation"].get(key, {})
    statuses = {str(status): int(count) for status, count in dict(covered.get("statuses", {})).items()}
    findings = tuple(sighting.finding for sighting in sightings)
    new = tuple(finding for finding in findings if not finding.waiver)
    return Outcome(
        key=key,
        vendor=operation.vendor,
        method=operation.method,
        path=operation.path,
        resource=operation.resource,
        tier="",
        rule="",
        state=State.FINDINGS if new else State.PASSED,
        requests=sum(statuses.values()),
        statuses=statuses,
        succeeded=any(status.startswith("2") for status in statuses),
        findings=new,
        waived=tuple(finding for finding in findings if finding.waiver),
        source=sources.get(key, ""),
    )
