"""Acts on items of help: promising, changing, done, dropped, the word of the helped side."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.actions import support as actions
from pairing.forms import support as forms
from pairing.models import Pairing, SupportItem
from pairing.rules import support as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.roles import Permission


@seen
def visible_pairing(user):
    return Pairing.objects.visible_to(user).for_list()


@seen
def visible_item(user):
    return (
        SupportItem.objects.visible_to(user)
        .for_list()
        .select_related(
            "pairing__helper_branch", "pairing__organ", "pairing__unit", "need", "noted_by"
        )
    )


def reads_list(user):
    return user.holds(Permission.READ_PAIRINGS) or user.holds(Permission.RECORD_SUPPORT)


def list_crumb(user):
    """Return the crumb of the list, without a link for those who may not read it."""
    return (_("Items of help"), reverse("pairing:support_items") if reads_list(user) else "")


def _with_way(find):
    """Wrap `find` to set `way` on the record: the crumbs, which depend on the reader."""

    def found(user, pk):
        record = find(user, pk)
        record.way = [list_crumb(user)]
        return record

    return found


def _pairing_crumbs(pairing, label):
    return [*pairing.way, (pairing.helped_label, _address_of_items(pairing)), (label, "")]


def _item_crumbs(item, label):
    return [*item.way, (item.what, item.get_absolute_url()), (label, "")]


def _address_of_items(pairing):
    return reverse("pairing:pairing_items", args=[pairing.pk])


def _who_helps(pairing):
    sides = {"helper": pairing.helper_label, "helped": pairing.helped_label}
    return _("%(helper)s helps %(helped)s.") % sides


def _what_to_ask(item):
    words = _(
        "%(what)s. Ask %(helped)s: was it done, and did it help? Write down the answer in "
        "their words."
    )
    return words % {"what": item.what, "helped": item.pairing.helped_label}


def _promised(user, item):
    return {name: getattr(item, name) for name in actions.FIELDS}


PROMISES = Acts(
    "pairing",
    "pairing",
    "pairings/<int:pk>/",
    _with_way(visible_pairing),
    _pairing_crumbs,
    address=_address_of_items,
    acts=(
        Act(
            "promise_support",
            _("Promise help"),
            rules.may_promise,
            actions.promise_item,
            forms.PromiseForm,
            "promise/",
            about=True,
            submit=_("Promise it"),
            intro=_who_helps,
            audit={"support.promised": _("Help promised")},
            then=lambda pairing, item: item,
            undo="item.drop_support",
        ),
    ),
)

ITEMS = Acts(
    "pairing",
    "item",
    "support/<int:pk>/",
    _with_way(visible_item),
    _item_crumbs,
    acts=(
        Act(
            "finish_support",
            _("It is done"),
            rules.may_finish,
            actions.finish_item,
            forms.FinishForm,
            "done/",
            about=True,
            initial=lambda user, item: {"done_on": user.today},
            submit=_("Note it as done"),
            intro=_(
                "The helped side says whether it helped: the host or the office asks, or they "
                "answer with their slip."
            ),
            primary=True,
            audit={"support.done": _("Help noted as done")},
            undo="undo_support",
        ),
        Act(
            "hear_support",
            _("Note what they say"),
            rules.may_hear_word,
            actions.hear_word,
            forms.HearWordForm,
            "word/",
            about=True,
            submit=_("Keep"),
            intro=_what_to_ask,
        ),
        Act(
            "change_support",
            _("Change the promise"),
            rules.may_change_promise,
            actions.change_promise,
            forms.PromiseForm,
            "change/",
            about=True,
            initial=_promised,
            submit=_("Keep"),
            intro=_("The history keeps the earlier version."),
            audit={"support.changed": _("Promise of help changed")},
        ),
        Act(
            "drop_support",
            _("Drop it with a reason"),
            rules.may_drop,
            actions.drop_item,
            ReasonForm,
            "drop/",
            submit=_("Drop it"),
            intro=_("It stays in the list as dropped; the helped side is told the reason."),
            audit={"support.dropped": _("Item of help dropped with a reason")},
        ),
        Act(
            "undo_support",
            _("It is not done after all"),
            rules.may_take_back_done,
            actions.take_back_done,
            path="undo/",
            confirm=_("Take “done” back? It stands as promised again."),
            audit={"support.undone": _("“Done” of an item of help taken back")},
        ),
    ),
)
