"""Accounts of other systems, their tokens and the answers kept of calls stand behind the second wall
(docs/adr/0084)."""

from django.db import migrations

from portal.migrations._walls import by_name, either, holds, lowered, mine, raised, under

SEES_ALL = holds("manage_accounts", "give_grants")
WALLS = {
    "api_serviceaccount": either(mine("responsible_id"), mine("user_id"), SEES_ALL),
    "api_token": under("api_serviceaccount", "service_id"),
    # The system that called gets them again, and nobody else.
    "api_keptanswer": f"""EXISTS (
        SELECT FROM api_token token JOIN api_serviceaccount service ON service.id = token.service_id
        WHERE token.id = token_id AND ({mine("service.user_id")}))""",
}


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0001_tokens_and_messages"),
        ("portal", "0019_second_wall_of_office"),
    ]

    operations = [
        migrations.RunSQL(raised(WALLS), lowered(WALLS)),
        *by_name("serviceaccount", "token"),
    ]
