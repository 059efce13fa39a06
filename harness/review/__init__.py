"""Documents under review: two versions side by side, or one held to the rules of its own format.

Goes in: what compares or checks documents, and how that is shown. Not in: reading and repairing them (`openapi/`).
"""

from harness.review.change import Change, Diff
from harness.review.operations import changes, diff
from harness.review.render import as_json, text

__all__ = ["Change", "Diff", "as_json", "changes", "diff", "text"]
