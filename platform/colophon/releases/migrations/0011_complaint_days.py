from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_proposals"),
        ("releases", "0010_private_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewterms",
            name="complaint_days",
            field=models.PositiveSmallIntegerField(default=184),
        ),
        migrations.AddConstraint(
            model_name="reviewterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("complaint_days__gte", 184), ("complaint_days__lte", 3650)),
                name="complaints_for_half_a_year",
            ),
        ),
    ]
