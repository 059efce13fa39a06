"""Contract tests for help-desk APIs that cannot do harm: every operation has a tier, every request a verdict."""

__version__ = "0.1.0"
