"""Settings of the stage: those of a laptop, with passwords that cost nothing to check.

A hundred people are founded and sign in there, each for half a second of processor time otherwise.
"""

from __future__ import annotations

from colophon.settings.local import *  # noqa: F403  as settings inherit

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
