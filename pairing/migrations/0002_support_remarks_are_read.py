import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("pairing", "0001_version_0_1"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="supportremark", name="read_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="supportremark",
            name="read_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="supportremark",
            index=models.Index(
                condition=Q(read_at=None), fields=["said_at", "id"], name="support_remark_unread"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportremark",
            constraint=models.CheckConstraint(
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="a_support_remark_is_read_by_somebody",
            ),
        ),
    ]
