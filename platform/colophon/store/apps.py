from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "colophon.store"
    label = "store"
