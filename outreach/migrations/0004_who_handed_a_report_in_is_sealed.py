"""Who handed a conduct report in is encrypted like its texts; the plain column goes."""

from django.db import migrations, models

from portal import crypto


def sealed(user_pk):
    return crypto.encrypt(str(user_pk), "conduct.registrar")


def seal_registrars(apps, schema_editor):
    reports = apps.get_model("outreach", "ConductReport").objects.using(
        schema_editor.connection.alias
    )
    for pk, registrar in reports.order_by("pk").values_list("pk", "registered_by_id"):
        reports.filter(pk=pk).update(registrar_cipher=sealed(registrar))


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_counts_from_the_index_alone")]

    operations = [
        migrations.AddField(
            "conductreport",
            "registrar_cipher",
            models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.RunPython(seal_registrars),
        migrations.RemoveField("conductreport", "registered_by"),
    ]
