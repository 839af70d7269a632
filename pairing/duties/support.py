"""Duties about items of help: promises that are due, and words still to be asked for.

Hosts are not reminded of other people's promises; completed items are in their to-do list. Both
sides are told if the helped side is not satisfied, as the villager's door announces.
"""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from pairing.models import Pairing, SupportItem, SupportRemark, SupportWord
from pairing.models.pairings import PairingState
from pairing.models.support import SupportItemQuerySet, SupportRemarkQuerySet
from portal import parameters
from portal.duties.duty import (
    Chosen,
    Deadline,
    Duty,
    Item,
    Reach,
    Through,
    Told,
    item,
    oldest,
    register,
)
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

LONG_PAST = timedelta(days=92)
DONE_FIRST = Sort(_("done first first"), "done_on", descending=False)
# The cadre while the pairing runs, and the liaison of the helping organ. Excludes hosts, who may
# enter items for the organ but promised nothing.
HELPERS = Reach(P.RECORD_FOR_OTHERS) & Reach(P.OFFER_HELP) | Through(
    "pairing", Pairing.objects.under_way, "pk", "cadre__user", P.RECORD_SUPPORT
)
HOST = Chosen(SupportItemQuerySet.asked_by, P.HOST_MATTERS)


def _due(on):
    ahead = timedelta(days=parameters.number("pairing.promise_ahead_days", on=on))
    return SupportItem.objects.due_by(on + ahead)


def _still_told(items, day, at):
    """Remind every morning until done, except of long overdue items and past pairings."""
    return items.filter(
        promised_for__gte=day - LONG_PAST,
        pairing__state=PairingState.AGREED,
        pairing__ends_on__gte=day,
    )


def _word_within(on):
    return parameters.number("pairing.word_within_days", on=on)


def _unsatisfied(on):
    return SupportItem.objects.unsatisfied(on, _word_within(on))


def _said_on(day):
    words = SupportWord.objects.filter(item=OuterRef("pk")).order_by("-asked_at")
    # The day here: a cast would give the day in UTC.
    return TruncDate(Subquery(words.values("asked_at")[:1]))


def _where(item):
    """The unit, and the helped side if that is not the unit itself."""
    helped = item.pairing.helped_label
    return item.unit.name if helped == item.unit.name else f"{item.unit.name} · {helped}"


def _remark(remark):
    item = remark.slip.item
    url = item.get_absolute_url()
    said = remark.get_answer_display()
    where = f"{_where(item)} · {said}" if said else _where(item)
    return Item(what=item.what, where=where, url=url, act_url=url)


def _of_items(remarks):
    return remarks.select_related(
        "slip__item__unit",
        "slip__item__pairing__unit",
        "slip__item__pairing__household",
        "slip__item__pairing__helped_branch",
    ).defer("slip__item__search")


def _load(items):
    return items.for_list()


# No deadline: a late answer is better than a hurried one.
WORD = item("what", lambda one: f"{_where(one)} · {one.organ.label}", "pairing:hear_support")

register(
    Area.PAIRING,
    Noun("support_item", names_of(SupportItem, "what"), "pairing:support_item"),
    Duty(
        code="support_due",
        title=_("Help that was promised"),
        act=_("Note it as done"),
        records=_due,
        whose=HELPERS,
        load=_load,
        item=item("what", _where, "pairing:finish_support", due="promised_for"),
        sort=Deadline(_("due soonest first"), "promised_for", descending=False),
        told=Told(
            _("Promised help is due or overdue"),
            "support_item",
            only=_still_told,
            due="promised_for",
        ),
    ),
    Duty(
        code="support_word",
        title=_("Ask whether the help was done"),
        act=_("Note what they say"),
        records=lambda on: SupportItem.objects.to_ask(on, _word_within(on)),
        whose=HOST,
        load=_load,
        item=WORD,
        sort=DONE_FIRST,
    ),
    Duty(
        code="support_unsatisfied",
        title=_("Help that did not satisfy people"),
        act=_("Read what they say"),
        records=_unsatisfied,
        whose=HELPERS,
        load=_load,
        # Links to what was said; the next step is up to the helpers.
        item=item("what", _where),
        sort=DONE_FIRST,
        # Reminds until it is read, or another word is given.
        told=Told(
            _("The helped side was not satisfied with the help"),
            "support_item",
            whose=HELPERS | Reach(P.HOST_MATTERS),
            due=_said_on,
            until_read=True,
        ),
    ),
    Duty(
        code="support_ask_again",
        title=_("Help that did not satisfy people: ask again"),
        act=_("Note what they say"),
        records=_unsatisfied,
        whose=HOST,
        load=_load,
        item=WORD,
        sort=DONE_FIRST,
    ),
    Duty(
        code="support_remark",
        title=_("Remarks added by slip about help, to be read"),
        act=_("Read"),
        records=lambda on: SupportRemark.objects.all(),
        whose=Chosen(SupportRemarkQuerySet.unread_by, P.ARRANGE_CALL_BACKS),
        load=_of_items,
        item=_remark,
        sort=oldest("said_at"),
    ),
    use="pairing",
)
