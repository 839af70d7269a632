import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Which matters keep this phone, for whoever has the digest: rows of contacts themselves open a
# matter at a time. Nothing of a contact is in the answer.
FINDER = """
CREATE FUNCTION matters_with_phone(wanted text) RETURNS TABLE (matter_id bigint, side_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.matter_id, c.side_id FROM outreach_mattercontact c
    WHERE c.phone_index = wanted AND wanted <> ''
$$;

REVOKE EXECUTE ON FUNCTION matters_with_phone(text) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT EXECUTE ON FUNCTION matters_with_phone(text) TO portal_app;
  END IF;
END $$;
"""


def text(most):
    return models.CharField(blank=True, default="", max_length=most)


def cipher():
    return models.TextField(blank=True, default="")


def key(to, **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **more
    )


def may_be_empty(to):
    return key(to, null=True, blank=True)


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0014_months_taken_back"),
        ("oversight", "0003_archives"),
        ("portal", "0013_found_sooner"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PrivacyRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("person", "In person"),
                            ("phone", "By phone"),
                            ("letter", "By letter"),
                            ("other", "In another way"),
                        ],
                        max_length=6,
                        verbose_name="how it came",
                    ),
                ),
                (
                    "wish",
                    models.CharField(
                        choices=[
                            ("consult", "See what is kept"),
                            ("copy", "Get a copy"),
                            ("correct", "Correct it"),
                            ("erase", "Erase it"),
                        ],
                        max_length=7,
                        verbose_name="what is wanted",
                    ),
                ),
                ("display", text(20)),
                ("name_cipher", cipher()),
                ("phone_cipher", cipher()),
                (
                    "phone_index",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                (
                    "identity",
                    models.CharField(max_length=60, verbose_name="how it was made sure who asks"),
                ),
                ("details", text(300)),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be answered"),
                            ("prepared", "To be approved"),
                            ("answered", "Answered"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("registered_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("granted", "Done as asked"),
                            ("partly", "Done in part"),
                            ("refused", "Refused"),
                        ],
                        default="",
                        max_length=7,
                    ),
                ),
                ("answer", models.TextField(blank=True, default="", max_length=1000)),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("erased", models.PositiveIntegerField(blank=True, null=True)),
                ("approved_by", may_be_empty(settings.AUTH_USER_MODEL)),
                ("cadre", may_be_empty("portal.cadre")),
                ("organ", key("portal.organ")),
                ("prepared_by", may_be_empty(settings.AUTH_USER_MODEL)),
                ("registered_by", key(settings.AUTH_USER_MODEL)),
                ("unit", may_be_empty("portal.grassrootsunit")),
            ],
            options={
                "indexes": [models.Index(fields=["-received_on", "-id"], name="privacy_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", None))
                        | models.Q(
                            ("prepared_by__isnull", False),
                            models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                        ),
                        name="an_answer_about_personal_data_is_approved_by_another",
                        violation_error_message="A second person approves the answer.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", False),
                            ("approved_by__isnull", False),
                            ("state", "answered"),
                            models.Q(("decision", ""), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                        )
                        | models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            ("answered_on", None),
                            ("approved_by", None),
                        ),
                        name="an_answered_request_has_its_answer",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FINDER, "DROP FUNCTION matters_with_phone(text)"),
    ]
