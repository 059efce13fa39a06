"""Mechanical defects of vendor documents, mended at load by named rules, each mend told."""

from harness.openapi.repair.rules import RULES, Repair, Rule, repair

__all__ = ["RULES", "Repair", "Rule", "repair"]
