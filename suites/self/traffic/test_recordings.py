"""Figures on real traffic: recorded Zendesk exchanges of two teams, as they are and broken on purpose."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mutate_recordings import caught_and_made, in_words
from recorded import RECORDINGS, RECORDINGS_2015

from harness.checks import waivers
from harness.contract.contract import Contract
from harness.openapi import bundle
from harness.openapi.catalog import Catalog, compile_operations
from harness.openapi.document import SPECS, Document, pinned, pins
from harness.traffic import observe, recorded_files
from harness.traffic.observe import find

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")
of_2015 = pytest.mark.skipif(not RECORDINGS_2015.is_dir(), reason=f"no recordings at {RECORDINGS_2015}")


def documents(documents):
    operations = {}
    for one in documents:
        for operation in compile_operations(one.vendor, one.name, one.tree):
            operations.setdefault((operation.method, operation.path), operation)
    named = {one.name: one for one in documents}
    return Catalog(tuple(operations.values())), Contract.over(documents), named


@pytest.fixture(scope="module")
def corrected():
    """The pinned documents with repairs and overlays."""
    return documents(list(pinned("zendesk")))


@pytest.fixture(scope="module")
def published():
    """The same documents as they were published: nothing mended, nothing corrected."""
    folder = SPECS / "zendesk"
    return documents(
        [
            Document(row.name, "zendesk", folder / row.file, "", bundle.bundle(folder / row.file))
            for row in pins("zendesk")
        ]
    )


def test_every_described_exchange_is_matched(corrected, capsys):
    """What the document describes is decided here by patterns of its own, not by the catalog's router."""
    catalog, _, _ = corrected
    patterns = [
        (operation.method, re.compile(re.sub(r"{[^{}]+}", "[^/]+", operation.path) + r"(\.json)?"), operation.path)
        for operation in catalog.operations
    ]
    described = right = 0
    for one in recorded_files.entries([RECORDINGS]):
        request = one.exchange.request
        fitting = [
            path for method, pattern, path in patterns if method == request.method and pattern.fullmatch(request.path)
        ]
        if fitting:
            described += 1
            match = find(catalog, ("zendesk",), one.exchange)
            best = min(fitting, key=lambda path: path.count("{"))
            right += match is not None and match.operation.path == best
    with capsys.disabled():
        print(f"\nrecordings: {right} of {described} described exchanges matched to the right operation")
    assert described > 800
    assert right >= 0.97 * described


def test_no_finding_is_left_unexplained_and_without_corrections_there_are_many(corrected, published, capsys):
    known = waivers.load()
    with_corrections = observe([RECORDINGS], *corrected[:2], known)
    without = observe([RECORDINGS], *published[:2])
    failing = {(one.file, one.entry) for one in without.findings}
    with capsys.disabled():
        print(f"\nrecordings: {len(with_corrections.unexplained)} unexplained with overlays and {len(known)} waivers, "
              f"{len(without.findings)} findings in {len(failing)} exchanges without")  # fmt: skip
    assert with_corrections.exchanges == 999
    assert with_corrections.unexplained == ()
    assert with_corrections.notes == ()
    assert len(failing) > 0.45 * without.matched


@of_2015
def test_what_the_vendor_did_once_is_explained_in_recordings_of_that_time_alone(corrected, capsys):
    known = waivers.load()
    seen = observe([RECORDINGS_2015], *corrected[:2], known)
    without = observe([RECORDINGS_2015], *corrected[:2], [waiver for waiver in known if waiver.seen_until is None])
    with capsys.disabled():
        print(f"\nrecordings of 2015: {len(seen.unexplained)} of {len(seen.findings)} findings unexplained")
    assert seen.exchanges == 314
    assert seen.unexplained == ()
    assert seen.notes == ()
    assert 0 < len({(one.file, one.entry) for one in without.unexplained}) < 0.15 * seen.matched


@pytest.mark.parametrize(
    ("folder", "fewest"),
    [pytest.param(RECORDINGS, 20, id="first"), pytest.param(RECORDINGS_2015, 20, id="2015", marks=of_2015)],
)
def test_mutants_are_caught_on_their_own_pointer(folder, fewest, corrected, capsys):
    caught, made, missed = caught_and_made([folder], corrected, "zendesk")
    with capsys.disabled():
        print(f"\nmutants: {in_words(caught, made)}")
    kinds = ("required", "type", "null", "enum", "status", "media type", "page field", "date")
    assert min(made[kind] for kind in kinds) >= fewest
    assert caught.total() >= 0.98 * made.total(), missed[:20]


CHILD = """
import re, sys
from pathlib import Path
from harness.openapi.catalog import Catalog, compile_operations
from harness.contract.contract import Contract
from harness.traffic.observe import observe
from harness.openapi.document import pinned
documents = list(pinned("zendesk"))
operations = [one for made in documents[:1] for one in compile_operations(made.vendor, made.name, made.tree)]
for path in sys.argv[1:]:
    seen = observe([Path(path)], Catalog(tuple(operations)), Contract.over(documents))
    print(seen.exchanges, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_a_large_recording_is_never_held_whole(tmp_path):
    """A file of four times the size needs no more memory than one."""
    logs = [json.loads(path.read_text())["log"]["entries"] for path in sorted(RECORDINGS.glob("*.har"))]
    text = ",\n".join(json.dumps(one) for log in logs for one in log)
    for name, times in (("one.har", 1), ("four.har", 4)):
        entries = ",\n".join([text] * times)
        (tmp_path / name).write_text(f'{{"log": {{"version": "1.2", "entries": [{entries}]}}}}')
    paths = [str(tmp_path / "one.har"), str(tmp_path / "four.har")]
    out = subprocess.run([sys.executable, "-c", CHILD, *paths], capture_output=True, text=True, check=True).stdout
    (_, one), (exchanges, four) = (map(int, line.split()) for line in out.splitlines())
    assert exchanges == 4 * 999
    assert (tmp_path / "four.har").stat().st_size > 50_000_000
    assert (four - one) * 1024 < 20_000_000
    assert four * 1024 < 300_000_000
