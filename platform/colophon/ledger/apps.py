from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "colophon.ledger"
    label = "ledger"
