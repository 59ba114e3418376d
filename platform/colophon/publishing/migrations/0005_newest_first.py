from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_restricting")]

    operations = [
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(fields=["tenant", "-at"], name="publications_newest_first"),
        ),
    ]
