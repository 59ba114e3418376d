from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "colophon.publishing"
    label = "publishing"
