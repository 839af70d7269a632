from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0008_keys_of_call_backs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="doormessage",
            name="hold",
            field=models.CharField(
                blank=True,
                choices=[
                    ("overflow", "Very many messages by one card on one day"),
                    ("trap", "A field that people do not see was filled in"),
                    ("different", "Different content under the key of an earlier message"),
                    ("card_over", "The card is revoked, or its area has ended"),
                    ("not_asked", "No word is being asked for"),
                    ("no_contact", "No contact is kept of this matter"),
                    ("no_slip", "No slip has this number and code"),
                    (
                        "inside",
                        "Printed by somebody who took part: ask whether the raiser wants it",
                    ),
                    ("call_open", "Done once the call-back has been made"),
                    ("unreadable", "It could not be opened"),
                    ("trouble", "It could not be taken over; see the log"),
                    ("decided", "Refused by a person"),
                ],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="doormessage",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("overflow", "Very many messages by one card on one day"),
                    ("trap", "A field that people do not see was filled in"),
                    ("different", "Different content under the key of an earlier message"),
                    ("card_over", "The card is revoked, or its area has ended"),
                    ("not_asked", "No word is being asked for"),
                    ("no_contact", "No contact is kept of this matter"),
                    ("no_slip", "No slip has this number and code"),
                    (
                        "inside",
                        "Printed by somebody who took part: ask whether the raiser wants it",
                    ),
                    ("call_open", "Done once the call-back has been made"),
                    ("unreadable", "It could not be opened"),
                    ("trouble", "It could not be taken over; see the log"),
                    ("decided", "Refused by a person"),
                ],
                db_default="",
                max_length=10,
            ),
        ),
    ]
