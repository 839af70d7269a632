"""Duties: phone entries that could not be carried out."""

from operator import methodcaller

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.duties.duty import Duty, Own, Told, by_deadline, item, register
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.roles import Permission as P
from sync.models import Entry


def _titles(user, ids):
    rows = Entry.objects.visible_to(user).filter(pk__in=ids)
    return {one.pk: one.kind_label for one in rows}


# Not tied to the use `offline`: even when it is off, authors must decide on their entries.
register(
    Area.GOING_DOWN,
    Noun("phone_entry", _titles, "sync:entry"),
    Duty(
        code="phone_entry_decide",
        title=_("Entries of my phone that were not carried out"),
        act=_("Look at it"),
        records=lambda on: Entry.objects.to_decide(),
        # Stand-ins do not read them.
        whose=Own("owner", P.SEE_PEOPLE, is_lent=False),
        item=item("kind_label", methodcaller("get_cause_display"), due="expires_on"),
        sort=by_deadline("expires_on"),
        due_label=pgettext_lazy("entry", "Kept until"),
        told=Told(
            _("An entry of your phone was not carried out"),
            "phone_entry",
            due="expires_on",
            until_read=True,
        ),
    ),
)
