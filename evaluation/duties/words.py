"""Duties on words that an organ or host has to give. Reminders start two working days before the
last day, one per cycle, and continue as overdue until collecting ends."""

from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.models import Appraised, Cycle
from evaluation.models.cycles import CycleState
from evaluation.models.schemes import Subject
from evaluation.models.words import Side, asked, is_missing
from portal.duties import duty as duties
from portal.duties.duty import BulkAct, Deadline, Duty, Item, Own, Reach, Told, register, soon
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

NO_ORGAN = Cast(Value(None), BigIntegerField())
# The organ above gives the word on an organ's leading team.
SPEAKER = Case(When(subject=Subject.ORGAN, then=F("organ__parent")), default=F("organ"))


class Speakers(Reach):
    """Liaisons of the sending organ, or hosts, as in `asked`."""

    def __init__(self, side):
        super().__init__(P.GIVE_ORGANISATION_WORD)
        object.__setattr__(self, "side", side)

    def q(self, user):
        return asked(user, self.side)

    def columns(self):
        _organ, host, places = super().columns()
        return (
            (SPEAKER, NO_ORGAN, places) if self.side == Side.SENDING else (NO_ORGAN, host, places)
        )


def _missing(*sides):
    """Select who has to give a missing word of one of the sides; nobody gives one on themselves."""
    parts = [duties.When(is_missing(side), Speakers(side)) for side in sides]
    whose = parts[0] if len(parts) == 1 else parts[0] | parts[1]
    return whose - Own("cadre__user")


def _collected(on):
    return Appraised.objects.standing().filter(cycle__state=CycleState.COLLECTING)


def _kind(side, title):
    def item(one):
        url = f"{reverse('evaluation:words_to_give')}?side={side}&chosen={one.pk}"
        place = f" · {one.unit.name}" if one.unit_id else ""
        return Item(
            what=f"{one.name} {one.post}".strip(),
            where=f"{one.cycle.title} · {one.organ_name}{place}",
            url=url,
            act_url=url,
            due=one.cycle.ballots_until,
            chosen=one.pk,
        )

    return Duty(
        code=f"word_{side}",
        title=title,
        act=_("Give the word"),
        records=_collected,
        whose=_missing(side),
        load=lambda rows: rows.for_list(),
        item=item,
        sort=Deadline(_("due soonest first"), "cycle__ballots_until", descending=False),
        bulk=(BulkAct(_("Give these words"), "evaluation:words_together", (side.value,)),),
    )


register(
    Area.EVALUATION,
    Noun("words_of_cycle", names_of(Cycle, "title")),
    _kind(Side.SENDING, _("Word of the sending organ")),
    _kind(Side.HOST, _("Word of the host")),
    Told(
        _("The word of your organ is due or overdue"),
        "words_of_cycle",
        code="word_due",
        records=lambda day: _collected(day).filter(cycle__ballots_until__lte=soon(day)),
        whose=_missing(Side.SENDING, Side.HOST),
        about="cycle",
        due="cycle__ballots_until",
        link=lambda day: f"{reverse('evaluation:words_to_give')}?cycle={{id}}",
    ),
    use="evaluation",
)
