from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "colophon.rights"
    label = "rights"
