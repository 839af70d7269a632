"""Secrets of authenticator apps and recovery codes that were stored in the clear, encrypted."""

from allauth.mfa.utils import encrypt
from django.db import migrations

SECRETS = ("secret", "seed")


def encrypt_secrets(apps, schema_editor):
    Authenticator = apps.get_model("mfa", "Authenticator")
    for row in Authenticator.objects.using(schema_editor.connection.alias).order_by("pk"):
        # In the clear they are letters and digits; a ciphertext begins with its key's id and ":".
        clear = {n: row.data[n] for n in SECRETS if n in row.data and ":" not in row.data[n]}
        if clear:
            row.data |= {name: encrypt(text) for name, text in clear.items()}
            row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_division_names_searched_in_any_collation"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt_secrets, migrations.RunPython.noop)]
