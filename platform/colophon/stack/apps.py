from celery import Celery, current_app
from django.apps import AppConfig
from django.conf import settings


class StackConfig(AppConfig):
    name = "colophon.stack"
    label = "stack"

    def ready(self) -> None:
        """Tell a process that only queues work where the broker is; a worker has its own app."""
        if current_app.main == "workers":
            return
        app = Celery("colophon")
        app.add_defaults(lambda: settings.CELERY)
        app.set_default()
