"""Duties: answer a summons, decide whose task it is, note who came, conclude."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.models import SummonedOrgan, Summons
from portal.duties.duty import Duty, OrganReach, Reach, Told, by_deadline, item, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _summons(act):
    return item("title", "number_label", act, due="meet_on")


def _asked(act, due):
    return item("summons.title", _called_by, act, due=due)


def _called_by(asked):
    return f"{asked.summons.organ.label} · {asked.organ.label}"


def _of(rows):
    return rows.select_related("summons__organ", "organ")


CALLER = Reach(P.HOST_MATTERS)

register(
    Area.GOING_DOWN,
    Noun("summons", names_of(Summons, "title"), "neighbours:one_summons"),
    Duty(
        code="summons_to_answer",
        title=_("Summons to answer"),
        act=pgettext_lazy("summons", "Answer"),
        records=lambda on: SummonedOrgan.objects.to_answer(),
        whose=OrganReach(P.HANDLE_MATTERS, to="organ"),
        load=_of,
        item=_asked("neighbours:answer_summons", "answer_by"),
        sort=by_deadline("answer_by", "pk"),
        told=Told(_("Your organ is called"), "summons", due="answer_by", about="summons"),
    ),
    Duty(
        code="summons_to_decide",
        title=_("Summons: whose task it is"),
        act=pgettext_lazy("summons", "Decide"),
        records=lambda on: SummonedOrgan.objects.to_decide(),
        whose=Reach(P.ASSIGN_MATTERS, via="summons__"),
        load=_of,
        item=_asked("neighbours:decide_whose", "decide_by"),
        sort=by_deadline("decide_by", "pk"),
        is_approval=True,
        told=Told(
            _("An organ that is called says it is not its task"),
            "summons",
            due="decide_by",
            about="summons",
        ),
    ),
    Duty(
        code="summons_to_note",
        title=_("Summons: who came"),
        act=pgettext_lazy("summons", "Note it"),
        records=Summons.objects.to_note,
        whose=CALLER,
        item=_summons("neighbours:note_attendance"),
        sort=by_deadline("meet_on", "pk"),
    ),
    Duty(
        code="summons_to_conclude",
        title=_("Summons to conclude"),
        act=pgettext_lazy("summons", "Conclude it"),
        records=lambda on: Summons.objects.to_conclude(),
        whose=CALLER,
        item=_summons("neighbours:conclude_summons"),
        sort=by_deadline("meet_on", "pk"),
    ),
    use="summons",
)
