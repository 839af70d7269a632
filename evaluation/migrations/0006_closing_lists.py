import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

# What is published of a poll: nothing before its list is. With the owner's rights, so that the door
# reads no table.
LIST = """
CREATE FUNCTION door_closing_list(wanted bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'cycle', y.title, 'is_counted', p.state = 'closed', 'made_at', l.made_at,
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = p.unit_id),
        'list', jsonb_build_object(
            'fingerprints', l.fingerprints, 'digest', l.digest, 'given', l.given,
            'used', l.used, 'voided', l.voided, 'returned', l.returned, 'remark', l.remark,
            'observer', l.observer, 'observer_of', l.observer_of,
            'second_observer', l.second_observer, 'second_observer_of', l.second_observer_of),
        'paper', (SELECT jsonb_build_object(
                'frame', a.frame, 'frame_digest', a.frame_digest, 'sheets', a.sheets,
                'kind', a.kind, 'digits', a.digits, 'how', a.how, 'organiser', a.organiser,
                'witness', a.witness, 'witness_of', a.witness_of, 'sample', a.sample,
                'differing', a.differing, 'compared_at', a.compared_at,
                'observer', a.observer, 'observer_of', a.observer_of)
            FROM evaluation_paperaudit a WHERE a.poll_id = p.id))
    FROM evaluation_closinglist l
    JOIN evaluation_poll p ON p.id = l.poll_id
    JOIN evaluation_cycle y ON y.id = p.cycle_id
    WHERE l.poll_id = wanted AND p.state IN ('listed', 'closed')
$$;
"""

# Where the door's role is missing, make it and run this block again. A list stays as it is.
RIGHTS = """
REVOKE EXECUTE ON FUNCTION door_closing_list(bigint) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION door_closing_list(bigint) TO portal_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON evaluation_closinglist FROM portal_app;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_door') THEN
    GRANT EXECUTE ON FUNCTION door_closing_list(bigint) TO portal_door;
  END IF;
END $$;
"""


def text(most, **more):
    return models.CharField(max_length=most, **more)


def may_be_empty(most):
    return text(most, blank=True, db_default="", default="")


def person(**more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **more,
    )


def of_one_poll(related_name):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="evaluation.poll",
    )


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0005_schemes_by_staff"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="poll",
            name="voided",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name="poll",
            name="state",
            field=models.CharField(
                choices=[
                    ("prepared", "Prepared"),
                    ("open", "Ballots are taken"),
                    ("listed", "List of sealed ballots published"),
                    ("closed", "Closed and counted"),
                    ("dropped", "Broken off, not counted"),
                ],
                default="prepared",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="ClosingList",
            fields=[
                ("id", key()),
                ("fingerprints", models.TextField(blank=True, db_collation="C")),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("given", models.PositiveIntegerField()),
                ("used", models.PositiveIntegerField()),
                ("voided", models.PositiveIntegerField()),
                ("returned", models.PositiveIntegerField(null=True)),
                ("remark", text(300, blank=True)),
                ("observer", text(40)),
                ("observer_of", text(60)),
                ("second_observer", text(40)),
                ("second_observer_of", text(60)),
                ("made_at", models.DateTimeField()),
                ("made_by", person()),
                ("poll", of_one_poll("closing_list")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "given__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("used"), "+", models.F("voided")
                                ),
                            )
                        ),
                        name="slips_given_are_used_void_or_still_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_observer", models.F("observer")), _negated=True
                        ),
                        name="two_people_observe_a_closing_list",
                        violation_error_message="Two different people observe this.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperAudit",
            fields=[
                ("id", key()),
                ("frame", models.TextField(db_collation="C")),
                ("frame_digest", models.CharField(db_collation="C", max_length=64)),
                ("sheets", models.PositiveIntegerField()),
                ("begun_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dice", "Dice, thrown before two people"),
                            ("public", "Numbers that somebody else draws in public"),
                        ],
                        db_default="",
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "digits",
                    models.CharField(
                        blank=True, db_collation="C", db_default="", default="", max_length=200
                    ),
                ),
                ("how", may_be_empty(200)),
                ("organiser", may_be_empty(40)),
                ("witness", may_be_empty(40)),
                ("witness_of", may_be_empty(60)),
                (
                    "sample",
                    models.TextField(blank=True, db_collation="C", db_default="", default=""),
                ),
                ("drawn_at", models.DateTimeField(null=True)),
                (
                    "differing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        blank=True,
                        null=True,
                        size=None,
                    ),
                ),
                ("observer", may_be_empty(40)),
                ("observer_of", may_be_empty(60)),
                ("compared_at", models.DateTimeField(null=True)),
                ("begun_by", person()),
                ("compared_by", person(null=True)),
                ("poll", of_one_poll("paper_audit")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digits", ""),
                            ("drawn_at__gt", models.F("begun_at")),
                            _connector="OR",
                        ),
                        name="sheets_are_drawn_by_a_seed_younger_than_their_frame",
                        violation_error_message=(
                            "The seed is entered after the frame is frozen and published."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("compared_at", None),
                            ("compared_by", None),
                            ("differing", None),
                        )
                        | models.Q(
                            ("compared_at__isnull", False),
                            ("compared_by__isnull", False),
                            ("differing__isnull", False),
                            ("drawn_at__isnull", False),
                        ),
                        name="paper_is_compared_by_somebody_once_it_is_drawn",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LIST, "DROP FUNCTION door_closing_list(bigint)"),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
