"""The checks we have: ``CHECKS.get("text_overlap")``."""

from compliance import checks
from compliance.findings import Check
from kernel.shelf import Shelf

CHECKS: Shelf[Check] = Shelf("check", checks, "CHECK")
