"""A run's baseline: read before anything is sent, and held against what the run found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from harness.errors import UsageError
from harness.finding import Finding
from harness.planning.run_context import RunContext
from harness.report.comparison import compare
from harness.results import baseline
from harness.results.baseline import Baseline
from harness.results.outcome import AgainstBaseline, Run, fingerprint


def open_baseline(context: RunContext, reports: Path) -> Baseline | None:
    """The baseline that the options name; None without the option.

    Raises `UsageError` where it cannot be read, or speaks of other vendors or documents than the run.
    """
    if not context.options.baseline:
        return None
    known = baseline.load(context.options.baseline, reports)
    tested = set(context.vendors)
    if not tested & set(known.vendors):
        what = f"is a baseline of {_listed(known.vendors)}, and this run tests {_listed(sorted(tested))}"
        remedy = "Give a baseline of the same vendor, or name its org with --target."
        raise UsageError(what, where=f"--baseline {context.options.baseline}", remedy=remedy)
    about = [finding for finding in known.findings if finding.operation.split(":")[0] in tested]
    are_there = any(_is_there(finding, context.documents.catalog.by_key) for finding in about)
    if about and not are_there and not set(known.documents) & set(context.documents.hashes()):
        what = f"is of another document: none of its {len(about):,} findings is about an operation of this one"
        remedy = f"It was made of {_listed(known.documents)}. Give a baseline of the document that is tested."
        raise UsageError(what, where=f"--baseline {context.options.baseline}", remedy=remedy)
    return known


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"


def _is_there(finding: Finding, keys: Collection[str]) -> bool:
    """Whether the finding's operation is in a document; of a vendor without one here, nobody can say that it is not.

    A hand-written test is in no document, and does not go with one.
    """
    vendor, _, name = finding.operation.partition(":")
    if vendor not in {key.partition(":")[0] for key in keys}:
        return True
    return finding.operation in keys or name.startswith("test")


def against(known: Baseline, run: Run, keys: Collection[str]) -> AgainstBaseline:
    """How the run stands to its baseline; `keys` are those of all operations there are."""
    comparison = compare(known, run)
    unseen = [finding for finding in comparison.unseen if _is_there(finding, keys)]
    return AgainstBaseline(
        name=known.name,
        new=tuple(map(fingerprint, comparison.new)),
        known=tuple(map(fingerprint, comparison.still)),
        waived=tuple(map(fingerprint, comparison.waived)),
        gone=comparison.gone,
        unseen=tuple(unseen),
        vanished=tuple(finding for finding in comparison.unseen if not _is_there(finding, keys)),
        found_by={fingerprint(finding): known.found_by[fingerprint(finding)] for finding in unseen},
    )


def notes(known: Baseline, run: Run) -> tuple[str, ...]:
    """What a reader has to know of the two before trusting what is new and gone."""
    if known.seed == run.seed:
        return ()
    changed = f"the baseline {known.name} was made with seed {known.seed}, and this run had {run.seed}"
    return (f"{changed}: of what was found by chance, some may look new or gone",)
