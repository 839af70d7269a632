"""Beginnings of names by index: outside the collation C.UTF-8 of our own server as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_audit_is_append_only")]

    operations = [
        migrations.RemoveIndex(model_name="division", name="division_name"),
        migrations.AddIndex(
            model_name="division",
            index=models.Index(
                fields=["name"], name="division_name", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
