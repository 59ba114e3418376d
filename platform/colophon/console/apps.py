from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "colophon.console"
    label = "console"
