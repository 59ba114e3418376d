"""What the fork server of `warm` has loaded before it forks."""

import django
import pytest  # noqa: F401  the main module of a test run, which each fork would load again

django.setup()

from colophon.ledger.management.commands import fsck_ledger, sequencer  # noqa: E402, F401  loaded for forks, after setup
