"""Words, numbers and untrusted text, the same in every report."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from harness.finding import Finding
from harness.formats.shell import command_line
from harness.results.outcome import AgainstBaseline, Outcome, Run, State, fingerprint
from harness.results.totals import RunCounts, Totals, count, count_run
from harness.vendors import title

MEANING = {
    0: "nothing new",
    1: "new findings",
    2: "wrong use or configuration",
    3: "refused by the gate",
    4: "could not finish",
    5: "something that the run created is still there",
}
"""What the exit codes mean, in words for the reader of a report."""

STATES = {
    State.PASSED: "passed",
    State.NO_SUCCESS: "no 2xx",
    State.UNJUDGED: "unjudged",
    State.FINDINGS: "findings",
    State.ERROR: "error",
    State.REFUSED: "refused",
    State.SKIPPED: "skipped",
    State.UNSUPPORTED: "unsupported",
}
"""How an operation ended, in a column's head and beside the operation."""

# Characters that move, hide or reverse other text, or that are none: a server must not be able to draw on our page.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, keep: str = "") -> str:
    r"""The text with control, format and broken characters written out (`\x1b`, `\u202e`); those in `keep` stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character in keep else _escape(character) for character in text)


def _escape(character: str) -> str:
    """The character itself where it shows as one."""
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: str, size: int) -> str:
    """At most `size` characters, with an ellipsis where something is missing."""
    return text if len(text) <= size else text[: size - 1].rstrip() + "…"


def number(value: int) -> str:
    """`1,310`."""
    return f"{value:,}"


def percent(share: float | None) -> str:
    """`93 %`, rounded down so that 100 % means all; an en dash for nothing."""
    return "–" if share is None else f"{int(share * 100)} %"


def many(amount: int, word: str, plural: str = "") -> str:
    """`1 finding`, `3 findings`."""
    return f"{amount:,} {word if amount == 1 else plural or word + 's'}"


def rest(amount: int, word: str = "") -> str:
    """`and 3 more causes in the report` for what a list leaves out; empty where it has all."""
    if amount <= 0:
        return ""
    return f"and {many(amount, f'more {word}') if word else f'{amount:,} more'} in the report"


def duration(seconds: float) -> str:
    """`0.4 s`, `47 s`, `4 min 7 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(stamp: str) -> str:
    """`21 Nov 2026, 14:30 UTC` for an ISO 8601 stamp; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return stamp
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def near(path: Path) -> str:
    """The path as it would be typed from here: relative inside the working directory, else as it is."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def places(run: Run) -> str:
    """Which vendor was tested where: `Zendesk and Zoho Desk on embedded`; `Zendesk on eu and us, Zoho Desk on desk`."""
    shown = [(title(run.vendors[name]), run.targets.get(label, name)) for name, label in run.labels.items()]
    groups: dict[str, list[str]] = {}
    for vendor, target in shown:
        if run.is_side_by_side:
            groups.setdefault(vendor, []).append(target)
        else:
            groups.setdefault(target, []).append(vendor)
    if run.is_side_by_side:
        return ", ".join(f"{vendor} on {' and '.join(targets)}" for vendor, targets in groups.items())
    return ", ".join(f"{' and '.join(vendors)} on {target}" for target, vendors in groups.items())


def meaning(run: Run) -> str:
    """What the run's exit code means. Lost evidence has the code of leftovers, since it cannot disprove them, and a run
    that judged nothing has that of wrong use.
    """
    if run.lost and not run.leftovers and run.exit_code == 5:
        return "the ledger was lost, so nothing proves that all the run created is taken back"
    obstacles = sorted({outcome.obstacle for outcome in run.outcomes if outcome.obstacle})
    if obstacles and run.exit_code in (2, 4):
        return f"the org could not be tested: {', '.join(obstacles)}"
    if run.exit_code == 2:
        states = {outcome.state for outcome in run.outcomes}
        is_judged = State.UNJUDGED not in states and not states.isdisjoint({State.PASSED, State.FINDINGS})
        return "wrong use, which the notes tell" if is_judged else "nothing was judged"
    if run.exit_code == 5 and (findings := count_run(run.outcomes).findings):
        return f"{MEANING[5]}, and {many(findings, 'finding')}"
    return MEANING.get(run.exit_code, f"exit code {run.exit_code}")


def verdict(run: Run) -> str:
    """The run in one sentence, the worst first."""
    totals = count_run(run.outcomes)
    findings = f"{many(totals.findings, 'finding')} in {where_found(run, totals)}" if totals.findings else ""
    if run.leftovers:
        left = f"{many(len(run.leftovers), 'record')} of this run could not be removed"
        return f"{left}, and {findings}." if findings else f"{left}."
    if run.lost:
        lost = "The ledger was lost: what was known is taken back, but nothing proves that this is all."
        return f"{lost} {findings}." if findings else lost
    if run.against and run.exit_code in (0, 1):
        return f"{standing(run.against).capitalize()}."
    if run.exit_code == 1 or findings:
        return f"{findings or many(0, 'finding')}."
    if run.exit_code:
        reason = meaning(run)
        return f"{reason[0].upper()}{reason[1:]}."
    nothing_new = f"Nothing new in {many(totals.permitted - totals.no_success, 'operation')}"
    return f"{nothing_new}; {totals.no_success:,} gave no 2xx." if totals.no_success else f"{nothing_new}."


def found(counts: RunCounts) -> str:
    """What a run left and found, in one line, the worst first: `2 records still there, 1,020 findings, 27 causes`.

    What there is none of is not named, but that there are no findings is.
    """
    parts = [
        still_there(counts),
        many(counts.findings, "finding") if counts.findings else "no findings",
        many(counts.causes, "cause") if counts.causes else "",
        f"{counts.waived:,} waived" if counts.waived else "",
    ]
    return ", ".join(filter(None, parts))


def still_there(counts: RunCounts) -> str:
    """`2 records still there`; empty where everything is taken back."""
    return f"{many(counts.leftovers, 'record')} still there" if counts.leftovers else ""


def where_found(run: Run, totals: Totals) -> str:
    """What shows the findings of a run: `14 operations`, `14 operations and 3 hand-written tests`."""
    tests = count(outcome for outcome in run.outcomes if not outcome.method).deviating
    counts = [(totals.deviating, "operation"), (tests, "hand-written test")]
    return " and ".join(many(amount, word) for amount, word in counts if amount) or many(0, "operation")


def standing(against: AgainstBaseline) -> str:
    """How a run stands to its baseline, in words: `2 new findings, 3 known, 1 gone, 4 not looked for`."""
    new = f"{many(len(against.new), 'new finding')}" if against.new else "nothing new against the baseline"
    counts = {
        "known": against.known,
        "waived since": against.waived,
        "gone": against.gone,
        "not looked for this time, so neither gone nor good": against.unseen,
        "of operations that no document has any more": against.vanished,
    }
    return ", ".join([new, *(f"{len(findings):,} {word}" for word, findings in counts.items() if findings)])


def permitted(run: Run) -> str:
    """The tiers that the run was allowed, in words."""
    tiers = run.permit.get("tiers") or ()
    return ", ".join(str(tier) for tier in tiers) or "none"


def next_step(run: Run, cause: str = "") -> str:
    """The command that a reader would most likely type next; `cause` is the id of the heaviest cause."""
    if run.leftovers or run.exit_code == 5:
        return command_line("sweep", "--run", run.place or run.id)
    is_hindered = any(outcome.obstacle for outcome in run.outcomes)
    if run.real_targets and (run.exit_code in (3, 4) or is_hindered):
        return command_line("doctor", "--target", _troubled(run))
    if cause:
        return command_line("replay", cause, *(["--run", run.place] if run.place else []))
    refused = next((outcome for outcome in run.outcomes if outcome.state is State.REFUSED and outcome.method), None)
    return command_line("explain", refused.key) if refused else command_line("plan")


def _troubled(run: Run) -> str:
    """The org to look at: the first that gave no verdict, else the first."""
    errors = (run.target_of(outcome) for outcome in run.outcomes if outcome.state is State.ERROR)
    return next((name for name in errors if name in run.real_targets), run.real_targets[0])


def secret_variable(run: Run, targets: Iterable[str]) -> str:
    """The environment variable of the secret of one of these targets; empty where none is known."""
    return next((run.secret_variables[name] for name in targets if name in run.secret_variables), "")


def finding_line(finding: Finding) -> str:
    """A finding in one line: id, check, code, place and message."""
    place = finding.pointer or "the whole answer"
    return f"{fingerprint(finding)} {finding.check} {finding.status} at {place}: {finding.message}"


MOST_CORRECTIONS = 8
"""Corrections of one outcome that are listed; all of them are in results.ndjson."""


def corrected_by(outcome: Outcome) -> str:
    """The corrections that counted for an outcome, the user's first, each with file and line."""
    rows = sorted(outcome.corrections, key=lambda row: not row.is_own)
    shown = [f"{row.kind} {row.place}" for row in rows[:MOST_CORRECTIONS]]
    more = len(rows) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])


def key_of(run: Run, outcome: Outcome) -> str:
    """The key of an operation, with its org where its vendor has several: `zendesk:ListTickets@eu`."""
    return f"{outcome.key}@{outcome.target}" if run.is_side_by_side else outcome.key


def label(outcome: Outcome) -> str:
    """An operation as people say it: `GET /api/v2/tickets`."""
    return f"{outcome.method} {outcome.path}"
