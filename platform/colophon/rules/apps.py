from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "colophon.rules"
    label = "rules"
