"""Whose contact cards are to be replaced: told once a month, on its first working day."""

from django.utils.translation import gettext_lazy as _

from outreach.models import ContactCard
from portal import workdays
from portal.reminders import Kind, Noun, around_id, holders, register
from portal.roles import Permission


def _is_the_day(day):
    """The first working day of the month."""
    earlier = (day.replace(day=one) for one in range(1, day.day))
    return workdays.is_working_day(day) and not any(map(workdays.is_working_day, earlier))


def _replace_rows(day, at):
    """The cadre named today, as `ContactCard.objects.to_replace(day).of(user)` says it."""
    before, after = around_id("outreach:contact_card")
    sql = f"""
        WITH {holders(Permission.RECORD_VISITS)}
        SELECT DISTINCT acting.user_id, 'contactcard', c.id, c.short_code, NULL::date,
               %(before)s || c.id || %(after)s
        FROM outreach_contactcard c
        JOIN outreach_contactarea a ON a.id = c.area_id
        JOIN portal_cadre cadre ON cadre.id = a.cadre_id
        JOIN portal_organ o ON o.id = cadre.organ_id
        JOIN portal_grassrootsunit u ON u.id = a.unit_id
        JOIN acting ON acting.as_id = cadre.user_id
        JOIN holder ON holder.user_id = acting.user_id
        WHERE %(is_the_day)s AND c.revoked_on IS NULL
          AND (a.ends_on IS NULL OR a.ends_on >= %(day)s)
          AND (c.holder, c.post, c.organ_name, c.phone, c.unit_name)
              IS DISTINCT FROM (cadre.name, cadre.post, o.name, cadre.public_phone, u.name)"""
    return sql, {
        "day": day, "before": before, "after": after, "is_the_day": _is_the_day(day),
    }  # fmt: skip


def _card_titles(user, ids):
    cards = ContactCard.objects.visible_to(user).filter(pk__in=ids)
    return dict(cards.values_list("pk", "unit_name"))


register(
    Noun("contactcard", _card_titles),
    Kind("replace_card", _("A contact card is to be replaced"), _replace_rows),
)
