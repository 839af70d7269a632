"""Which slips of help count, and what the others add."""

import django.db.models.deletion
from django.db import migrations, models

# As in migration 0004, and: whether the word by this slip counts, and whether its holder said how it
# is already.
SLIPS = """
CREATE OR REPLACE FUNCTION door_support_slip(wanted text, digest text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    item pairing_supportitem;
    slip pairing_supportslip;
    pending boolean;
    said boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('door_slip'), hashtext(wanted));
    SELECT * INTO slip FROM pairing_supportslip s
    WHERE s.number = wanted AND s.code_digest = digest;
    IF NOT FOUND OR (SELECT count(*) >= 10 FROM outreach_doortry
                     WHERE number = wanted AND at > portal_clock() - interval '1 day') THEN
        RETURN door_slip(wanted, digest);
    END IF;
    SELECT * INTO item FROM pairing_supportitem i WHERE i.id = slip.item_id;
    SELECT EXISTS (
        SELECT FROM pairing_supportremark r WHERE r.slip_id = slip.id AND r.answer <> ''
    ) INTO said;
    SELECT EXISTS (
        SELECT FROM outreach_doormessage m
        WHERE m.slip_number = wanted AND m.code_digest = digest AND m.state IN ('new', 'held')
    ) INTO pending;
    RETURN jsonb_build_object(
        'state', 'support', 'title', item.what, 'promised_on', item.promised_on,
        'promised_for', item.promised_for, 'done_on', item.done_on, 'stands', item.state,
        'result', item.result, 'word', item.word, 'pending', pending,
        'asks', item.state = 'done' AND item.word = '' AND NOT pending AND NOT said,
        'said', said, 'decides', slip.decides, 'adds', item.state <> 'dropped',
        'helper', (SELECT o.name FROM portal_organ o WHERE o.id = item.organ_id),
        'unit', (SELECT u.name FROM portal_grassrootsunit u WHERE u.id = item.unit_id),
        'places', coalesce((SELECT d.path FROM portal_grassrootsunit u
                            JOIN portal_division d ON d.id = u.division_id
                            WHERE u.id = item.unit_id), ''));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0024_slips_that_decide"),
        ("pairing", "0010_moments_are_said"),
    ]

    operations = [
        migrations.AddField(
            model_name="supportslip",
            name="decides",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="SupportRemark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("satisfied", "Satisfied"),
                            ("basically", "Basically satisfied"),
                            ("unsatisfied", "Not satisfied"),
                            ("declined", "Declined to say"),
                            ("unreachable", "Could not be reached"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=320)),
                ("said_at", models.DateTimeField()),
                (
                    "slip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remarks",
                        to="pairing.supportslip",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), ("text", ""), _negated=True),
                        name="a_support_remark_says_something",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answer", ""), _negated=True),
                        fields=("slip",),
                        name="one_answer_by_a_slip",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SLIPS, migrations.RunSQL.noop),
    ]
