"""Blame: whether the org, the network or the test itself is why a hand-written test did not come to its end."""

from __future__ import annotations

import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path

from harness import shipped
from harness.errors import DeskcheckError, NotAllowedError
from harness.exchange import BrokenBodyError
from harness.transport.failures import NoAnswerError
from harness.transport.refused import Refused
from harness.vendors.obstacle import Obstacle, OrgError

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
# What Python raises where a test reads an answer that has another form than the test expects.
_READING = (LookupError, TypeError, AttributeError)


class UnmetError(AssertionError):
    """The org did not do what a lifecycle of the harness itself expects."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Why a test ended early: at most one of these is filled, and none where it came to its end.

    `failure`: the org's answer is not what the test expects. `skipped`, `refused`: there was nothing to test, or the
    gate held a request back. `lost`: a request got no answer. `broken`: the test or deskcheck is at fault, or something
    was in the way of the org, for which `obstacle` is the word. `statement` is the line of the test that failed: unlike
    the message it holds no id, and is the same in every run.
    """

    failure: str = ""
    skipped: str = ""
    refused: str = ""
    lost: str = ""
    broken: str = ""
    statement: str = ""
    obstacle: str = ""


def blame(error: BaseException | None, *, skipped: bool = False, has_findings: bool = False) -> Blame:
    """Judge what a test raised. `has_findings` says that the checks have findings about its answers already.

    Then an error on reading an answer is only what follows from them, and no second finding.
    """
    if error is None:
        return Blame()
    message = str(error) or type(error).__name__
    if isinstance(error, Refused | NotAllowedError):
        return Blame(refused=message)
    if skipped:
        return Blame(skipped=message)
    if isinstance(error, NoAnswerError):
        return Blame(lost=message)
    if isinstance(error, OrgError):
        # A token without the scope is why there is nothing to test; anything else in the way is an outage to the test.
        lacks_scope = error.obstacle is Obstacle.MISSING_SCOPE
        return Blame(skipped=error.what) if lacks_scope else Blame(broken=error.what, obstacle=str(error.obstacle))
    if isinstance(error, DeskcheckError):
        return Blame(broken=error.what)
    if _is_expectation(error):
        return Blame(failure=message, statement=_statement(error))
    if not _is_unreadable_answer(error):
        return Blame(broken=f"an error of the test, or of deskcheck itself: {where(error)}")
    if has_findings:
        return Blame()
    if isinstance(error, BrokenBodyError):
        return Blame(failure=message, statement=_statement(error))
    failure = f"the answer is not made as the test reads it: {type(error).__name__}: {message}"
    return Blame(failure=failure, statement=_statement(error))


def _is_expectation(error: BaseException) -> bool:
    """Whether the error is the test's statement that the org did not do what it should."""
    if isinstance(error, UnmetError):
        return True
    if isinstance(error, AssertionError):
        return not shipped.is_ours(_raising_file(error))
    # What pytest.fail() raises is no `Exception`.
    return not isinstance(error, Exception)


def _is_unreadable_answer(error: BaseException) -> bool:
    """Whether a test failed on reading an answer that has another form than it expects."""
    if isinstance(error, BrokenBodyError):
        return True
    return isinstance(error, _READING) and _is_of_a_test(_raising_file(error))


def _statement(error: BaseException) -> str:
    """The line of the test's own code that raised the error; empty where only code of the harness did."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_of_a_test(frame.filename)]
    return (own[-1].line or "").strip() if own else ""


def where(error: BaseException) -> str:
    """An error in one line, with the file and line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}: {error}"


def _raising_file(error: BaseException) -> str:
    """The file of the code that raised the error; empty where that is not known."""
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename if frames else ""


def _is_of_a_test(file: str) -> bool:
    """Whether code is a test's: neither ours nor a library's. The suites of an installation lie among both."""
    return shipped.is_suite(file) or not (shipped.is_ours(file) or file.startswith(_LIBRARIES))
