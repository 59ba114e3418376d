from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "colophon.releases"
    label = "releases"
