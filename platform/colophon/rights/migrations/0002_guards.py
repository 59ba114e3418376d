from django.db import migrations

from colophon.ledger.schema import append_only, tenant_rows


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial"), ("ledger", "0002_guards")]

    operations = [
        tenant_rows("rights_registeredwork", "rights_fingerprint", "rights_inputrights"),
        append_only("rights_inputrights"),
    ]
