from django.db import migrations

from colophon.ledger.schema import kept_private


class Migration(migrations.Migration):
    dependencies = [("studio", "0007_searches")]

    operations = [kept_private("studio_batch")]
