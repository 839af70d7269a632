from django.db import migrations, models

REASONS = [
    ("overflow", "Very many messages by one card on one day"),
    ("trap", "A field that people do not see was filled in"),
    ("different", "Different content under the key of an earlier message"),
    ("card_over", "The card is revoked, or its area has ended"),
    ("not_asked", "No word is being asked for"),
    ("no_contact", "No contact is kept of this matter"),
    ("no_slip", "No slip has this number and code"),
    ("inside", "Printed by somebody who took part: ask whether the raiser wants it"),
    ("closed", "The matter is closed"),
    ("chased", "Urged within the last seven days already"),
    ("call_open", "Done once the call-back has been made"),
    ("unreadable", "It could not be opened"),
    ("trouble", "It could not be taken over; see the log"),
    ("decided", "Refused by a person"),
]
KINDS = [
    ("raise", "A matter"),
    ("word", "The people's word"),
    ("correct", "Correct the contact"),
    ("erase", "Erase the contact"),
    ("chase", "Urge the matter"),
    ("conduct", "About conduct"),
]

# A slip says when its matter was urged last, and whether a wish to urge it still waits. The rights
# of the door stay as they are.
SLIPS = """
DO $$
DECLARE
    was text := pg_get_functiondef('door_slip(text, text)'::regprocedure);
    now text := replace(was, '''adds'', matter.referred_to = '''',',
        '''adds'', matter.referred_to = '''', ''chased_on'', matter.chased_on,
        ''chase_pending'', EXISTS (
            SELECT FROM outreach_doormessage m
            WHERE m.slip_number = wanted AND m.code_digest = digest AND m.kind = ''chase''
              AND m.state IN (''new'', ''held'')),');
BEGIN
    IF now = was THEN
        RAISE EXCEPTION 'door_slip() does not answer as expected';
    END IF;
    EXECUTE now;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0012_a_slip_says_more")]

    operations = [
        migrations.AddField("matter", "chased_on", models.DateField(null=True)),
        migrations.AlterField(
            "doormessage",
            "kind",
            models.CharField(choices=KINDS, max_length=8, verbose_name="kind"),
        ),
        migrations.AlterField(
            "doormessage",
            "hold",
            models.CharField(blank=True, choices=REASONS, db_default="", max_length=10),
        ),
        migrations.AlterField(
            "doormessage",
            "reason",
            models.CharField(blank=True, choices=REASONS, db_default="", max_length=10),
        ),
        migrations.RunSQL(SLIPS),
    ]
