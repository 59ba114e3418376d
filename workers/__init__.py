"""Celery: the outermost layer. It imports everything; nothing imports it."""

from workers.app import app as app
