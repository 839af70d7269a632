"""Items of help that wait: promises whose day is near, and words that nobody has asked for."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from pairing.models import SupportItem, SupportRemark
from portal import parameters
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _due(user):
    ahead = parameters.number("pairing.promise_ahead_days", on=user.today)
    return SupportItem.objects.due_for(user, user.today, ahead)


def _to_ask(user):
    within = parameters.number("pairing.word_within_days", on=user.today)
    return SupportItem.objects.to_ask_by(user, user.today, within)


def _to_ask_again(user):
    within = parameters.number("pairing.word_within_days", on=user.today)
    return SupportItem.objects.to_ask_again_by(user, user.today, within)


def _unsatisfied(user):
    within = parameters.number("pairing.word_within_days", on=user.today)
    return SupportItem.objects.unsatisfied_by_help_of(user, user.today, within)


def _where(item):
    """The unit, and whom of it where it is not the unit itself that is helped."""
    helped = item.pairing.helped_label
    return item.unit.name if helped == item.unit.name else f"{item.unit.name} · {helped}"


def _promise(item):
    return Item(
        what=item.what,
        where=_where(item),
        url=item.get_absolute_url(),
        act_url=reverse("pairing:finish_support", args=[item.pk]),
        due=item.promised_for,
    )


def _complaint(item):
    # What comes next is between those who help and the helped side: it leads to what was said.
    return Item(
        what=item.what,
        where=_where(item),
        url=item.get_absolute_url(),
        act_url=item.get_absolute_url(),
    )


def _word(item):
    return Item(
        what=item.what,
        where=f"{_where(item)} · {item.organ.label}",
        url=item.get_absolute_url(),
        act_url=reverse("pairing:hear_support", args=[item.pk]),
        # No deadline: asking late is better than asking in a hurry.
    )


def _remark(remark):
    item = remark.slip.item
    url = item.get_absolute_url()
    said = remark.get_answer_display()
    where = f"{_where(item)} · {said}" if said else _where(item)
    return Item(what=item.what, where=where, url=url, act_url=url)


def _of_items(remarks):
    return remarks.select_related(
        "slip__item__unit", "slip__item__pairing__household", "slip__item__pairing__helped_branch"
    ).defer("slip__item__search")


register(
    Area.PAIRING,
    Kind(
        code="support_due",
        title=gettext_lazy("Help that was promised"),
        act=gettext_lazy("Note it as done"),
        rows=_due,
        load=lambda rows: rows.for_list(),
        item=_promise,
        sort=Sort(gettext_lazy("due soonest first"), "promised_for", descending=False),
        permissions=(P.RECORD_SUPPORT,),
    ),
    Kind(
        code="support_word",
        looks_up=True,
        title=gettext_lazy("Ask whether the help was done"),
        act=gettext_lazy("Note what they say"),
        rows=_to_ask,
        load=lambda rows: rows.for_list(),
        item=_word,
        sort=Sort(gettext_lazy("done first first"), "done_on", descending=False),
        permissions=(P.HOST_MATTERS,),
    ),
    Kind(
        code="support_unsatisfied",
        title=gettext_lazy("Help with which people were not satisfied"),
        act=gettext_lazy("Read what they say"),
        rows=_unsatisfied,
        load=lambda rows: rows.for_list(),
        item=_complaint,
        sort=Sort(gettext_lazy("done first first"), "done_on", descending=False),
        permissions=(P.RECORD_SUPPORT,),
    ),
    Kind(
        code="support_ask_again",
        looks_up=True,
        title=gettext_lazy("Help with which people were not satisfied: ask again"),
        act=gettext_lazy("Note what they say"),
        rows=_to_ask_again,
        load=lambda rows: rows.for_list(),
        item=_word,
        sort=Sort(gettext_lazy("done first first"), "done_on", descending=False),
        permissions=(P.HOST_MATTERS,),
    ),
    Kind(
        code="support_remark",
        title=gettext_lazy("Words added by slip on help to read"),
        act=gettext_lazy("Read"),
        rows=SupportRemark.objects.unread_by,
        load=_of_items,
        item=_remark,
        sort=Sort(gettext_lazy("oldest first"), "said_at", descending=False),
        permissions=(P.ARRANGE_CALL_BACKS,),
        looks_up=True,
    ),
)
