"""Stamps of storing come from the clock of the database; everything else is said by the action."""

from django.db import migrations, models

import portal.models.clock


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0016_one_clock_for_the_database"),
    ]

    operations = [
        # Tables that Django does not manage.
        migrations.RunSQL(
            "ALTER TABLE portal_auditentry ALTER COLUMN at SET DEFAULT portal_clock();"
            "ALTER TABLE portal_delivery ALTER COLUMN at SET DEFAULT portal_clock(),"
            " ALTER COLUMN try_at SET DEFAULT portal_clock()",
            "ALTER TABLE portal_auditentry ALTER COLUMN at DROP DEFAULT;"
            "ALTER TABLE portal_delivery ALTER COLUMN at DROP DEFAULT,"
            " ALTER COLUMN try_at DROP DEFAULT",
        ),
        migrations.AlterField(
            model_name="attachment",
            name="added_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="auditseal",
            name="at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="avoidancepair",
            name="made_at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="importbatch",
            name="created_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="importmapping",
            name="set_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="job",
            name="created_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="ledgerheading",
            name="set_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="lockout",
            name="locked_at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="loginfailure",
            name="at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="passwordslip",
            name="made_at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="policyparameter",
            name="set_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="reorganisation",
            name="at",
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="granted_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="starts_on",
            field=models.DateField(verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="scheduledexport",
            name="made_at",
            field=models.DateTimeField(db_default=portal.models.clock.DatabaseClock()),
        ),
        migrations.AlterField(
            model_name="standin",
            name="starts_on",
            field=models.DateField(verbose_name="from"),
        ),
        migrations.AlterField(
            model_name="user",
            name="created_at",
            field=models.DateTimeField(
                db_default=portal.models.clock.DatabaseClock(), editable=False
            ),
        ),
    ]
