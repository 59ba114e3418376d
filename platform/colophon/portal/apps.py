from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "colophon.portal"
    label = "portal"
