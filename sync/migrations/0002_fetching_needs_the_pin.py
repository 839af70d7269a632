"""A second secret of a phone, for fetching; and a cause of entries in unsigned backup files."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0001_phones_and_entries")]

    operations = [
        migrations.AddField(
            model_name="device",
            name="pull_digest",
            field=models.CharField(
                blank=True, db_collation="C", db_default="", default="", max_length=64
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("invalid", "The form refuses it"),
                    ("refused", "The rules refuse it"),
                    ("malformed", "It is no entry"),
                    ("revoked", "The phone or the account is no longer in use"),
                    ("unsigned", "Its phone has not signed the backup file"),
                    ("waited", "The entry before it did not come"),
                    ("earlier", "The entry before it was not carried out"),
                    ("other_hash", "Another content under the same number"),
                    ("newer", "Written by a newer page"),
                    ("busy", "The database was busy"),
                    ("error", "An error of the portal"),
                    ("by_hand", "Its author dropped it"),
                    ("expired", "Kept long enough"),
                ],
                db_collation="C",
                default="",
                max_length=12,
            ),
        ),
    ]
