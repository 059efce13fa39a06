"""Two versions of one document side by side: what changed, whom it breaks, and what to test again."""

from harness.diff.change import Change, Diff
from harness.diff.operations import diff
from harness.diff.text import as_json, text

__all__ = ["Change", "Diff", "as_json", "diff", "text"]
