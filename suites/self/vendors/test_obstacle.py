"""Each obstacle ends the process in a way that a script can act upon."""

from __future__ import annotations

import pytest

from harness.vendors.obstacle import Obstacle, OrgError, exit_code


@pytest.mark.parametrize(
    ("obstacle", "code"),
    [
        (Obstacle.WRONG_SECRET, 2),
        (Obstacle.MISSING_SCOPE, 2),
        (Obstacle.DEAD_ACCOUNT, 2),
        (Obstacle.PRODUCTION, 3),
        (Obstacle.NO_PROOF, 3),
        (Obstacle.DNS, 4),
        (Obstacle.THROTTLED, 4),
        (Obstacle.QUOTA, 4),
    ],
)
def test_the_same_configuration_may_do_later_or_never(obstacle: Obstacle, code: int) -> None:
    assert exit_code(obstacle) == OrgError(obstacle, "what", remedy="next").exit_code == code
