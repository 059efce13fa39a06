"""Mechanical defects of vendor documents, mended at load by named rules, each mend told."""

from harness.openapi.repair.repair_rules import RULES, Repair, RepairRule, repair

__all__ = ["RULES", "Repair", "RepairRule", "repair"]
