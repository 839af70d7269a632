from django.db import migrations

# What a slip says of itself: how many codes are left today, and whether a contact is kept at all.
# Named by what it changes, since other migrations change other lines of the answer.
SLIPS = """
DO $$
DECLARE
    was text := pg_get_functiondef('door_slip(text, text)'::regprocedure);
    first text := replace(was, 'RETURN jsonb_build_object(''state'', ''wrong'');',
        'RETURN jsonb_build_object(''state'', ''wrong'', ''left'', 10 - (
            SELECT count(*) FROM outreach_doortry
            WHERE number = wanted AND at > portal_clock() - interval ''1 day''));');
    now text := replace(first,
        '''has_contact'', matter.confidentiality <> ''anonymous'' AND matter.referred_to = '''',',
        '''has_contact'', matter.confidentiality <> ''anonymous'' AND matter.referred_to = ''''
            AND EXISTS (SELECT FROM outreach_mattercontact c WHERE c.matter_id = matter.id),
        ''no_contact'', matter.confidentiality <> ''anonymous'' AND matter.referred_to = ''''
            AND matter.raiser_kind <> ''found''
            AND NOT EXISTS (SELECT FROM outreach_mattercontact c WHERE c.matter_id = matter.id),');
BEGIN
    IF first = was OR now = first THEN
        RAISE EXCEPTION 'door_slip() does not answer as expected';
    END IF;
    EXECUTE now;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0011_taking_back")]

    operations = [migrations.RunSQL(SLIPS)]
