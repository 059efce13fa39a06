"""Mechanical defects of vendor documents, repaired when one is loaded: by named rules, each repair listed.

Goes in: a rule for a defect that makes a document unreadable to any tool. Not in: facts that a document has wrong,
which overlays correct.
"""

from harness.openapi.repair.repair_rules import PATH_TWINS, RULES, Repair, RepairRule, repair

__all__ = ["PATH_TWINS", "RULES", "Repair", "RepairRule", "repair"]
