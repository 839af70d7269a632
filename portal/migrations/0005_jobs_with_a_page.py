from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_name_on_the_seal"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="job",
            name="a_finished_job_has_its_file",
        ),
    ]
