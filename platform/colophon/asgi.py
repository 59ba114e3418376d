"""The one ASGI application: pages, REST and the one stream of server-sent events."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colophon.settings.local")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
