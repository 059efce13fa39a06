"""Five tiers in the order of the harm that they can do."""

from __future__ import annotations

from harness.risk.tier import Assessment, Tier


def test_of_two_tiers_the_worse_one_is_the_greater() -> None:
    assert max(Tier.ADMIN, Tier.OUTBOUND, Tier.WRITE) is Tier.OUTBOUND
    assert sorted(Tier) == [Tier.READ, Tier.WRITE, Tier.ADMIN, Tier.OUTBOUND, Tier.DESTRUCTIVE]


def test_a_tier_reads_as_it_is_typed_on_the_command_line() -> None:
    assert [str(tier) for tier in Tier] == ["read", "write", "admin", "outbound", "destructive"]


def test_an_assessment_claims_no_more_than_its_rule() -> None:
    assessment = Assessment(Tier.READ, "get")
    assert assessment.evidence == ()
    assert not assessment.only_removes
