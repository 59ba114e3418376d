from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "colophon.web"
    label = "web"
