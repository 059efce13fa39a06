"""The release check: what changed since the last release, in the document and in behaviour, on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harness.errors import UnfinishedError
from harness.finding import Finding
from harness.report import comparison, summary, text
from harness.report.comparison import Comparison
from harness.results.outcome import fingerprint
from harness.review.change import Change, Diff
from harness.review.touched import Touched

LINES = 25


@dataclass(frozen=True, slots=True)
class ReleaseCheck:
    """What a release manager has to know of one vendor's document, and of the org's behaviour if two runs are given.

    `retest` are the keys of the operations to test again, `operations` how many there are, and `command` tests them.
    `unfinished` says why the later run is no evidence; empty where it is, or where there is none.
    """

    vendor: str
    difference: Diff
    waivers: tuple[Touched, ...]
    overlays: tuple[Touched, ...]
    retest: tuple[str, ...]
    operations: int
    command: str
    behaviour: Comparison | None = None
    unfinished: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why somebody has to look before the release; none where nothing needs it."""
        stale = sum(touched.is_stale for touched in (*self.waivers, *self.overlays))
        counts = {
            ("change breaks a client", "changes break a client"): len(self.difference.breaking),
            ("change breaks the suites", "changes break the suites"): len(_breaking_suites(self.difference)),
            ("change is not understood", "changes are not understood"): len(self.difference.not_understood),
            ("waiver or overlay is stale", "waivers or overlays are stale"): stale,
        }
        return (*(text.many(count, *words) for words, count in counts.items() if count), *self._behaviour_reasons())

    def _behaviour_reasons(self) -> Iterator[str]:
        if self.behaviour and self.behaviour.new:
            yield text.many(len(self.behaviour.new), "new finding")
        elif self.behaviour and self.behaviour.worse:
            yield "operations lost their verdict"

    @property
    def exit_code(self) -> int:
        """4 where the later run is no evidence, 1 where somebody has to look, else 0."""
        return UnfinishedError.exit_code if self.unfinished else int(bool(self.reasons))

    @property
    def verdict(self) -> str:
        """The check in one sentence."""
        if self.unfinished:
            return f"Behaviour cannot be judged: {self.unfinished}."
        if self.reasons:
            return f"Look before you release: {', '.join(self.reasons)}."
        judged = "the document or in behaviour" if self.behaviour else "the document; behaviour was not compared"
        return f"Nothing that needs a look in {judged}."


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: a sentence, and lists by heading."""

    title: str
    sentence: str
    lists: Mapping[str, tuple[str, ...]]


def sections(check: ReleaseCheck) -> tuple[Section, ...]:
    """The page as values, which each form writes in its own way."""
    return (_document(check.difference), _behaviour(check), _upkeep(check), _tests(check))


def _document(difference: Diff) -> Section:
    total = len(difference.changes)
    lists = {
        "Breaks a client": _lines(difference.breaking),
        "Breaks the suites only": _lines(_breaking_suites(difference)),
        "Changed, not understood": _lines(difference.not_understood),
        "Operations removed": difference.removed,
        "Operations added": difference.added,
        "Another tier": tuple(f"{key}: {old} to {new}" for key, (old, new) in difference.tiers.items()),
    }
    sentence = f"{text.many(total, 'change')} from {difference.old} to {difference.new}" if total else "Nothing changed"
    return Section("Document", f"{sentence}.", lists)


def _breaking_suites(difference: Diff) -> tuple[Change, ...]:
    return tuple(change for change in difference.changes if change.breaks_suites and not change.breaks_client)


def _lines(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(f"{change.place} {change.pointer}".rstrip() + f": {change.message}" for change in changes)


def _behaviour(check: ReleaseCheck) -> Section:
    behaviour = check.behaviour
    if behaviour is None:
        return Section("Behaviour", "Not compared. Give --baseline RUN|FILE, and the later run as --run RUN.", {})
    lists = {
        "New findings": _findings(behaviour.new),
        "Gone": _findings(behaviour.gone),
        "Waived since": _findings(behaviour.waived),
        "Not looked for this time, so neither gone nor good": _findings(behaviour.unseen),
        "The runs were not alike": behaviour.differences,
    }
    still = f"{text.many(behaviour.same, 'finding')} as before" if behaviour.same else "no finding as before"
    sentence = f"{behaviour.before} to {behaviour.after}: {text.many(len(behaviour.new), 'new finding')}, {still}."
    return Section("Behaviour", sentence, lists)


def _findings(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(
        f"{fingerprint(finding)} {finding.operation} {finding.check} {finding.status} "
        f"{finding.pointer or 'the whole answer'}: {finding.message}"
        for finding in findings
    )


def _upkeep(check: ReleaseCheck) -> Section:
    lists = {
        "Stale waivers": _touched(check.waivers, is_stale=True),
        "Waivers to look at": _touched(check.waivers, is_stale=False),
        "Stale overlay actions": _touched(check.overlays, is_stale=True),
        "Overlay actions to look at": _touched(check.overlays, is_stale=False),
    }
    count = len(check.waivers) + len(check.overlays)
    sentence = f"{text.many(count, 'waiver or overlay action', 'waivers and overlay actions')} touched."
    return Section("Waivers and overlays", sentence if count else "None is touched.", lists)


def _touched(rows: Iterable[Touched], *, is_stale: bool) -> tuple[str, ...]:
    return tuple(f"{row.name}: {row.why}" for row in rows if row.is_stale is is_stale)


def _tests(check: ReleaseCheck) -> Section:
    keys = check.retest
    if not keys:
        return Section("Tests to run", "None: no operation has changed.", {})
    sentence = f"{len(keys):,} of {text.many(check.operations, 'operation')}: {check.command}"
    return Section("Tests to run", sentence, {"Operations": keys})


def page(check: ReleaseCheck) -> str:
    """The page in lines for a terminal; long lists are cut, the JSON form has all."""
    blocks = [f"Release check of {check.vendor}\n{check.exit_code}  {check.verdict}"]
    for section in sections(check):
        lines = [section.title, f"  {section.sentence}"]
        for heading, rows in section.lists.items():
            if rows:
                lines += [f"  {heading} ({len(rows):,})", *(f"    {row}" for row in rows[:LINES])]
            if len(rows) > LINES:
                lines.append(f"    and {len(rows) - LINES:,} more (--json has all)")
        blocks.append("\n".join(text.visible(line) for line in lines))
    return "\n\n".join(blocks)


def markdown(check: ReleaseCheck) -> str:
    """The page in GitHub-flavoured Markdown, for a pull request or a release's notes."""
    parts = [f"# Release check of {check.vendor}", summary.code(check.verdict, 400)]
    for section in sections(check):
        parts += [f"## {section.title}", summary.code(section.sentence, 2_000)]
        parts += [_details(heading, rows) for heading, rows in section.lists.items() if rows]
    return "\n\n".join(parts) + "\n"


def _details(heading: str, rows: tuple[str, ...]) -> str:
    items = [f"- {summary.code(row, 300)}" for row in rows]
    return "\n".join([f"<details><summary>{heading} ({len(rows):,})</summary>", "", *items, "", "</details>"])


def document(check: ReleaseCheck) -> dict[str, Any]:
    """The whole check as plain JSON values."""
    return {
        "vendor": check.vendor,
        "exit_code": check.exit_code,
        "verdict": check.verdict,
        "reasons": list(check.reasons),
        "document": asdict(check.difference),
        "behaviour": comparison.document(check.behaviour) if check.behaviour else None,
        "waivers": [asdict(row) for row in check.waivers],
        "overlays": [asdict(row) for row in check.overlays],
        "tests": {"keys": list(check.retest), "command": check.command if check.retest else ""},
    }
