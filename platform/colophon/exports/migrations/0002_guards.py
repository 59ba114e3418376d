from django.db import migrations

from colophon.ledger.schema import tenant_rows


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("ledger", "0002_guards")]

    operations = [tenant_rows("exports_cut")]
