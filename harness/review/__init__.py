"""Two versions of one document side by side: what changed, whom it breaks, and what to test again."""

from harness.review.change import Change, Diff
from harness.review.operations import diff
from harness.review.render import as_json, text

__all__ = ["Change", "Diff", "as_json", "diff", "text"]
