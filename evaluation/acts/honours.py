"""Acts on pools, nominations in them, and the grades of the year of a cycle."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluation.actions import honours
from evaluation.acts.cycles import visible_cycle
from evaluation.forms import honours as forms
from evaluation.models import Grade, Honour, HonourPool
from evaluation.models.honours import GradeValue, HonourState, with_quotas
from evaluation.models.schemes import Subject
from evaluation.rules import honours as rules
from portal.pages.acts import Act, Acts
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_pool(user):
    rows = HonourPool.objects.visible_to(user).for_list()
    return rows.select_related("cycle__organ__division", "joined_to")


@seen
def _honours(user):
    rows = Honour.objects.visible_to(user).filter(
        pool__in=HonourPool.objects.visible_to(user).values("pk")
    )
    return rows.for_list().select_related("pool__cycle__organ__division", "appraised__cycle")


def honours_of_cycle(cycle):
    return reverse("evaluation:cycle_honours", args=[cycle.pk])


def _way_in_cycle(cycle, label):
    return [(cycle.title, honours_of_cycle(cycle)), (label, "")]


def grades(cycle):
    """Counts of grades: `lines` [(grade, proposed, decided)], cadres, and those without a grade."""
    rows = Grade.objects.current().filter(appraised__cycle=cycle).order_by()
    counted = {}
    for value, on, n in rows.values_list("value", "decided_on").annotate(n=Count("pk")):
        here = counted.setdefault(value, [0, 0])
        here[1 if on else 0] += n
    cadres = cycle.appraised.standing().filter(subject=Subject.CADRE).count()
    given = sum(sum(n) for n in counted.values())
    return {
        "lines": [(one.label, *counted.get(one.value, (0, 0))) for one in GradeValue],
        "without": max(0, cadres - given),
        "cadres": cadres,
    }


def _propose(*, cycle, by, at, **typed):
    return honours.propose_grade(by=by, at=at, **typed)


OF_CYCLE = Acts(
    "evaluation",
    "cycle",
    "cycles/<int:pk>/",
    visible_cycle,
    _way_in_cycle,
    address=honours_of_cycle,
    acts=(
        Act(
            "new_honour_pool",
            _("Make a pool"),
            rules.may_make_pool,
            honours.make_pool,
            forms.PoolForm,
            "honours/new/",
            about=True,
            submit=_("Make it"),
            intro=_(
                "The quota is the whole part of the share of who belongs: 20 % of three is none. "
                "Pools that are too small can be joined afterwards."
            ),
            primary=True,
            then=lambda cycle, pool: pool,
            audit={"honour_pool.made": _("Pool for honours made")},
            undo="pool.give_up_honour_pool",
        ),
        Act(
            "propose_grade",
            _("Propose a grade"),
            rules.may_propose_grades,
            _propose,
            forms.GradeForm,
            "grades/propose/",
            about=True,
            intro=_(
                "Everybody else with a total becomes competent in one act of the meeting. Who has "
                "no total gets a grade by a proposal alone."
            ),
            audit={"grade.proposed": _("Grade of the year proposed")},
        ),
        Act(
            "decide_grades",
            _("Decide all grades"),
            rules.may_decide_grades,
            honours.decide_grades,
            forms.DecisionForm,
            "grades/decide/",
            initial=lambda user, cycle: {"on": user.today},
            intro=lambda cycle: (
                _(
                    "What was proposed stands; the other %(n)s cadres with a total become "
                    "competent. Who has no total gets a grade by a proposal alone."
                )
                % {"n": rules.competent_in_one_act(cycle).count()}
            ),
            audit={"grades.decided": _("Grades of a cycle decided in one act")},
        ),
    ),
)


def crumbs(pool, *more):
    return [
        (_("Pools for honours"), reverse("evaluation:honour_pools")),
        (pool.cycle.title, honours_of_cycle(pool.cycle)),
        (pool.title, pool.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


def _quota_in_words(pool):
    with_quotas([pool])
    return _("%(percent)s %% of %(n)s is %(quota)s: so many at most are chosen.") % {
        "percent": pool.percent_words,
        "n": pool.belong,
        "quota": pool.places,
    }


def _what_is_final(pool):
    words = ngettext(
        "%(n)s result becomes final. This is not taken back.",
        "%(n)s results become final. This is not taken back.",
        n := pool.honours.filter(state=HonourState.NOTICE).count(),
    )
    return words % {"n": n}


POOLS = Acts(
    "evaluation",
    "pool",
    "honour-pools/<int:pk>/",
    visible_pool,
    crumbs,
    acts=(
        Act(
            "nominate_for_honour",
            _("Nominate somebody"),
            rules.may_nominate,
            honours.nominate,
            forms.NominateForm,
            "nominate/",
            about=True,
            submit=_("Nominate"),
            intro=_(
                "More may be nominated than the quota allows; the meeting chooses, and points "
                "break no ties."
            ),
            primary=True,
            audit={"honour.nominated": _("Somebody nominated for an honour")},
            undo="honour.withdraw_honour",
        ),
        Act(
            "decide_honour_pool",
            _("Enter what the meeting decided"),
            rules.may_decide_pool,
            honours.decide_pool,
            forms.DecidePoolForm,
            "decide/",
            about=True,
            initial=lambda user, pool: {"on": user.today},
            intro=_quota_in_words,
            audit={
                "honour_pool.decided": _("Choice of a meeting among nominations entered"),
                "grade.decided": _("Grade of the year decided"),
            },
        ),
        Act(
            "publicise_honour_pool",
            _("Put under public notice"),
            rules.may_publicise,
            honours.publicise_pool,
            forms.NoticeForm,
            "publicise/",
            initial=lambda user, pool: {"on": user.today},
            intro=_(
                "For the working days of the norm; the sheet to hang up is printed from the pool's"
                " page."
            ),
            audit={"honour_pool.publicised": _("Honours put under public notice")},
        ),
        Act(
            "finish_honour_pool",
            _("Notice over: make it final"),
            lambda user, pool: rules.may_finish_pool(user, pool, on=user.today),
            honours.finish_pool,
            path="finish/",
            confirm=_what_is_final,
            audit={"honour_pool.finished": _("Honours made final")},
        ),
        Act(
            "give_up_honour_pool",
            _("Give the pool up"),
            rules.may_give_up_pool,
            honours.give_up_pool,
            ReasonForm,
            "give-up/",
            intro=_("Its nominations are withdrawn with it."),
            audit={"honour_pool.given_up": _("Pool for honours given up")},
        ),
    ),
)

NOMINATIONS = Acts(
    "evaluation",
    "honour",
    "honours/<int:pk>/",
    _honours,
    crumbs,
    page=lambda honour: honour.pool,
    acts=(
        Act(
            "withdraw_honour",
            _("Withdraw the nomination"),
            rules.may_withdraw,
            honours.withdraw_nomination,
            ReasonForm,
            "withdraw/",
            intro=lambda honour: honour.appraised.name,
            audit={"honour.withdrawn": _("Nomination for an honour withdrawn")},
        ),
        Act(
            "object_to_honour",
            _("Take off after an objection"),
            rules.may_object,
            honours.take_off,
            ReasonForm,
            "object/",
            intro=lambda honour: (
                _(
                    "%(name)s: only when the objection was looked into and holds. The place stays "
                    "empty."
                )
                % {"name": honour.appraised.name}
            ),
            audit={"honour.objected": _("Honour taken off after an objection")},
        ),
    ),
)
