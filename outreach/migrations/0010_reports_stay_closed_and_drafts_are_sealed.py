"""Drafts are encrypted; a report stays closed to the accounts of the organ concerned."""

from django.conf import settings
from django.db import migrations, models

from portal import crypto, privacy


def sealed(text):
    return crypto.encrypt(privacy.mask_ids(text), "visit.draft")


def seal_drafts(apps, schema_editor):
    drafts = apps.get_model("outreach", "VisitDraft").objects.using(schema_editor.connection.alias)
    for pk, text in drafts.order_by("pk").values_list("pk", "content"):
        drafts.filter(pk=pk).update(content=sealed(text))


def bar_accounts(apps, schema_editor):
    alias = schema_editor.connection.alias
    users = apps.get_model("portal", "User").objects.using(alias)
    reports = apps.get_model("outreach", "ConductReport").objects.using(alias)
    for report in reports.exclude(subject_organ=None).select_related("subject_organ__parent"):
        organ = report.subject_organ
        top = organ.parent if organ.kind == "station" and organ.parent_id else organ
        report.barred.set(users.filter(organ__path__startswith=top.path))


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_excel_in"),
        ("outreach", "0009_imported_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField("visitdraft", "content", models.TextField()),
        migrations.RunPython(seal_drafts),
        migrations.AddField(
            "conductreport",
            "barred",
            models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(bar_accounts),
    ]
