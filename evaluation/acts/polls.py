"""Acts on polls: drawing voters, codes, closing; also on all polls of a cycle."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluation.actions import closing_lists, polls
from evaluation.acts.cycles import crumbs as cycle_crumbs
from evaluation.acts.cycles import visible_cycle
from evaluation.forms.polls import ListForm, ObserversForm, RosterForm, SeedForm, SubstitutesForm
from evaluation.models import Poll
from evaluation.rules import polls as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_poll(user):
    return Poll.objects.visible_to(user).for_list().select_related("throw")


def crumbs(poll, *more):
    return [
        (_("The masses' ballots"), reverse("evaluation:polls")),
        (poll.unit.name, poll.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


def _how_many_drawn(_poll, drawn):
    n = drawn.sample.count()
    return [(messages.INFO, ngettext("%(n)s is drawn.", "%(n)s are drawn.", n) % {"n": n})]


def _how_many_made(_cycle, n):
    return [(messages.INFO, ngettext("%(n)s new poll.", "%(n)s new polls.", n) % {"n": n})]


def _what_opening_is(poll):
    words = ngettext(
        "Open it for %(n)s appraised person? Ballots are taken from now on; it can then only be "
        "closed, and is not opened twice.",
        "Open it for %(n)s appraised people? Ballots are taken from now on; it can then only be "
        "closed, and is not opened twice.",
        n := poll.appraised.standing().count(),
    )
    return words % {"n": n}


POLLS = Acts(
    "evaluation",
    "poll",
    "evaluation/polls/<int:pk>/",
    visible_poll,
    crumbs,
    acts=(
        Act(
            "set_roster",
            _("Enter the size of the roster"),
            rules.may_set_roster,
            polls.set_roster,
            RosterForm,
            "roster/",
            initial=lambda user, poll: {
                name: getattr(poll, name) for name in RosterForm.base_fields
            },
            title=_("Size of the roster"),
            crumb=_("Size of the roster"),
            submit=_("Save"),
            intro=_(
                "Voters are drawn by serial number; the village finds the names in its own roster."
            ),
            primary=True,
            audit={"poll.roster_set": _("Size of a poll's roster entered")},
        ),
        Act(
            "take_back_frame",
            _("Take the frame back"),
            rules.may_take_back_frame,
            polls.take_back_frame,
            ReasonForm,
            "frame/take-back/",
            intro=_(
                "For example because the village told a wrong number. The frame is frozen anew, "
                "with another hash, and needs a seed that is thrown after that."
            ),
            audit={"poll.frame_taken_back": _("Frozen frame of a poll taken back")},
        ),
        Act(
            "draw_voters",
            _("Draw the voters"),
            rules.may_draw_by_seed_of_opening,
            polls.draw_by_seed_of_opening,
            path="draw/",
            said=_how_many_drawn,
            audit={"poll.drawn": _("Voters of a poll drawn")},
        ),
        Act(
            "open_poll",
            _("Open the poll"),
            rules.may_open_poll,
            polls.open_poll,
            path="open/",
            confirm=_what_opening_is,
            audit={"poll.opened": _("Poll opened")},
        ),
        Act(
            "issue_codes",
            _("Print slips with codes"),
            rules.may_issue_codes,
            None,
            primary=True,
            audit={"poll.codes_issued": _("Slips with codes printed")},
        ),
        Act("vote_by_phone", _("Take a ballot by phone"), rules.may_vote_by_phone, None),
        Act(
            "draw_substitutes",
            _("Draw substitutes"),
            rules.may_draw_substitutes,
            polls.draw_substitutes,
            SubstitutesForm,
            "substitutes/",
            submit=_("Draw"),
            intro=_(
                "For somebody drawn who has moved away or would rather not: whoever comes next in "
                "the same drawing."
            ),
            then=lambda poll, done: reverse("evaluation:drawn_print", args=[poll.pk]),
            audit={"poll.substitutes_drawn": _("Substitutes for voters drawn")},
        ),
        Act(
            "void_codes",
            _("The sheet was lost"),
            rules.may_void_codes,
            polls.void_codes,
            path="void/",
            confirm=_(
                "Void all codes that were not used? Slips that were handed out already open "
                "nothing then, and new ones are printed."
            ),
            said=_("The unused codes are void. Print new slips now."),
            audit={"poll.codes_voided": _("Unused codes of a poll voided")},
        ),
        Act(
            "list_ballots",
            _("Stop and publish the list of sealed ballots"),
            rules.may_list_ballots,
            closing_lists.list_ballots,
            ListForm,
            "list/",
            title=_("List of sealed ballots"),
            submit=_("Stop and publish"),
            intro=_(
                "No ballot by code is taken any more; this is not taken back. The fingerprints of "
                "all sealed ballots are published before one is opened, with the count of the "
                "slips and the names of two observers. Paper is typed and compared until the poll "
                "is closed and counted."
            ),
            audit={"poll.listed": _("List of a poll's sealed ballots published")},
        ),
        Act(
            "close_poll",
            _("Close and count"),
            rules.may_close_poll,
            polls.close_poll,
            path="close/",
            confirm=_("Close this poll? The ballots are counted, and no further one is taken."),
        ),
    ),
)


def _how_many_frozen(_cycle, n):
    words = ngettext(
        "%(n)s frame is frozen. Publish its hash, then throw the seed.",
        "%(n)s frames are frozen. Publish their hashes, then throw the seed.",
        n,
    )
    return [(messages.INFO, words % {"n": n})]


def _how_many_polls_drawn(_cycle, throw):
    n = throw.polls.count()
    words = ngettext(
        "The voters of %(n)s poll are drawn.", "The voters of %(n)s polls are drawn.", n
    )
    return [(messages.INFO, words % {"n": n})]


def _how_many_listed(_cycle, n):
    words = ngettext("%(n)s list is published.", "%(n)s lists are published.", n)
    return [(messages.INFO, words % {"n": n})]


def _waiting_for_seed(user, cycle):
    n = Poll.objects.kept_by(user).filter(cycle=cycle).to_draw().count()
    words = ngettext(
        "The seed draws the voters of %(n)s poll, whose frame was frozen before. It is thrown now, "
        "in the presence of somebody from outside, and entered once.",
        "The seed draws the voters of %(n)s polls, whose frames were frozen before. It is thrown "
        "now, in the presence of somebody from outside, and entered once.",
        n,
    )
    return {"intro": words % {"n": n}}


def _crumbs_of_cycle(cycle, *more):
    return [
        *cycle_crumbs(cycle),
        (_("The masses' ballots"), reverse("evaluation:polls_of_cycle", args=[cycle.pk])),
        *[(label, "") for label in more],
    ]


def _frames_of(cycle, _done):
    return reverse("evaluation:frames_print", args=[cycle.pk])


def _of_cycle(tab):
    return lambda cycle, done: f"{reverse('evaluation:polls')}?cycle={cycle.pk}&tab={tab}"


OF_CYCLE = Acts(
    "evaluation",
    "cycle",
    "evaluation/cycles/<int:pk>/polls/",
    visible_cycle,
    _crumbs_of_cycle,
    acts=(
        Act(
            "make_polls",
            _("Make polls of units that came in since"),
            rules.may_make_polls,
            polls.make_polls,
            path="make/",
            then=_of_cycle("prepared"),
            said=_how_many_made,
        ),
        Act(
            "freeze_frames",
            _("Freeze the frames"),
            rules.may_freeze_frames,
            polls.freeze_frames,
            path="freeze/",
            confirm=_(
                "Freeze from whom the voters are drawn, in all polls with the size of their "
                "roster? Publish the hashes then, before the seed is thrown."
            ),
            then=_frames_of,
            said=_how_many_frozen,
            audit={"poll.frame_frozen": _("Frame of a poll frozen, its hash published")},
        ),
        Act(
            "enter_seed",
            _("Enter the seed and draw"),
            rules.may_enter_seed,
            polls.enter_seed,
            SeedForm,
            "seed/",
            shown=_waiting_for_seed,
            submit=_("Draw"),
            then=_frames_of,
            said=_how_many_polls_drawn,
            audit={"cycle.seed_entered": _("Public seed of a cycle entered")},
        ),
        Act(
            "list_all_polls",
            _("Stop and publish the lists of all polls"),
            rules.may_list_all,
            closing_lists.list_all,
            ObserversForm,
            "list/",
            submit=_("Stop and publish"),
            intro=_(
                "No ballot by code is taken any more in any poll of this cycle; this is not taken "
                "back. Where the slips that came back are counted, publish the list of that poll "
                "first, on its own page."
            ),
            then=_of_cycle("listed"),
            said=_how_many_listed,
        ),
        Act(
            "close_polls",
            _("Close and count all polls"),
            rules.may_close_polls,
            polls.ask_to_close_polls,
            path="close/",
            confirm=_("Close all polls of this cycle? No further ballot is taken then."),
            then=_of_cycle("all"),
            said=_("All polls of the cycle are being closed and counted."),
        ),
    ),
)
