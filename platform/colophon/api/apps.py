from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "colophon.api"
    label = "api"
