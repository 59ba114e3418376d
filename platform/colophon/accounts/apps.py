from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "colophon.accounts"
    label = "accounts"

    def ready(self) -> None:
        autodiscover_modules("proposing")  # each room's kinds of change that take two people
