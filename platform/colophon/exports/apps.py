from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "colophon.exports"
    label = "exports"
