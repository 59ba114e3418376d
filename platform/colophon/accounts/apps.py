from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "colophon.accounts"
    label = "accounts"
