"""What a test says of itself survives the way from a worker to the results."""

from __future__ import annotations

from harness.results import archive
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation
from harness.results.outcome import Outcome, State, merge

OUTCOME = Outcome("zendesk:test_it", "zendesk", "", "test_it", "suite", "read", "hand-written", State.PASSED)
SAID = Annotations(
    title="A door is stuck",
    links=(("issue", "https://example.com/1", "ONE"),),
    steps=(StepAnnotation("open", "passed", attachments=(AttachedContent("photo", "image/png", "png", b"\x89PNG"),)),),
)


def test_annotations_cross_with_their_outcome() -> None:
    said = Outcome(**{name: getattr(OUTCOME, name) for name in OUTCOME.__slots__} | {"annotations": SAID})
    assert archive.decode(archive.encode(said)).annotations == SAID
    assert merge([OUTCOME, said])[0].annotations == SAID


def test_an_outcome_without_any_has_no_word_of_them() -> None:
    assert b"annotations" not in archive.encode(OUTCOME)
