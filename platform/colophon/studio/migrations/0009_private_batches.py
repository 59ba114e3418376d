from django.db import migrations

from colophon.ledger.schema import kept_private


class Migration(migrations.Migration):
    dependencies = [("studio", "0008_engine_off")]

    operations = [kept_private("studio_batch")]
