from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "colophon.studio"
    label = "studio"
