from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "colophon.public"
    label = "public"
