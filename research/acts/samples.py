"""Acts on samples and drawn units. A sample is begun by a view, from its questionnaire or batch."""

from operator import attrgetter

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages.acts import Act, Acts, crumbs_under, is_shown
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.views.pieces import button
from research.actions import samples as actions
from research.forms import samples as forms
from research.models import DrawnUnit, Sample
from research.rules import samples as rules


@seen
def visible_sample(user):
    return Sample.objects.visible_to(user).select_related(
        "organ__division",
        "questionnaire",
        "batch__topic__lead_organ",
        "area",
        "job",
        "written_by",
    )


@seen
def visible_drawn(user):
    return DrawnUnit.objects.visible_to(user).select_related(
        "sample__organ__division",
        "sample__questionnaire",
        "sample__batch__topic",
        "unit__host_organ",
        "unit__division",
        "township",
        "asked_by__organ",
    )


crumbs = crumbs_under(_("Samples"), "research:samples", attrgetter("title"))


def drawn_crumbs(drawn, *more):
    way = crumbs(drawn.sample, drawn.key, *more)
    if more:
        way[-2] = (drawn.key, drawn.get_absolute_url())
    return way


def begin_sample(user, **of):
    """The button that prepares a sample of this questionnaire or batch, None if it is not shown."""
    ((noun, record),) = of.items()
    may_begin = {
        "questionnaire": rules.may_sample_questionnaire,
        "batch": rules.may_sample_batch,
    }
    decision = may_begin[noun](user, record)
    if not is_shown(decision):
        return None
    here = {noun: record.pk}
    # A batch may have more than one sample.
    is_first = not record.samples.standing().exists()
    return button(_("Prepare a sample"), decision, "research:new_sample", primary=is_first, **here)


def _said_drawn(sample, done):
    if done.is_drawn:
        return _("Drawn. Print the confirmation and have it signed.")
    return _("A worker draws; the result will stand on this page.")


def _said_frozen(sample, done):
    if done.is_frozen:
        return _("Frozen and published. Now throw the seed.")
    return _("A worker freezes the frame; its hash will stand on this page.")


SAMPLES = Acts(
    "research",
    "sample",
    "samples/<int:pk>/",
    visible_sample,
    crumbs,
    listing="research:samples",
    acts=(
        Act(
            "change_sample",
            pgettext_lazy("samples", "Change"),
            rules.may_change,
            actions.change_sample,
            forms.SampleForm,
            "edit/",
            initial=forms.as_planned,
            submit=_("Save"),
            audit={
                "sample.prepared": _("Sample prepared"),
                "sample.changed": _("Sample changed before its freeze"),
            },
        ),
        Act(
            "freeze_sample",
            _("Freeze and publish"),
            rules.may_freeze,
            actions.freeze_sample,
            path="freeze/",
            primary=True,
            confirm=_("From now on nothing of frame and plan changes. Freeze them?"),
            said=_said_frozen,
            audit={"sample.frozen": _("Frame and plan of a sample frozen")},
        ),
        Act(
            "enter_seed",
            _("Enter the seed"),
            rules.may_enter_seed,
            actions.enter_seed,
            forms.SeedForm,
            "seed/",
            intro=_(
                "The seed is thrown now, after frame and plan were published, before two people, "
                "one of them from outside. It is entered once."
            ),
            submit=pgettext_lazy("samples", "Draw"),
            primary=lambda user, sample: sample.is_frozen,
            said=_said_drawn,
            audit={
                "sample.seeded": _("Seed of a sample entered"),
                "sample.drawn": _("Sample drawn"),
            },
        ),
        Act(
            "draw_again",
            _("Resume the draw"),
            rules.may_draw_again,
            actions.draw_again,
            path="resume/",
            said=_said_drawn,
        ),
        Act(
            "assign_asker",
            _("Say who asks"),
            rules.may_assign,
            actions.assign_asker,
            forms.AskerForm,
            "askers/",
            about=True,
            intro=_(
                "Only drawn units that are nobody's yet. Nobody asks where they work, stay or live."
            ),
            audit={"sample.assigned": _("Drawn units given to who asks")},
        ),
        Act(
            "release_reserve",
            _("Release a batch of the reserve"),
            rules.may_release,
            actions.release_reserve,
            ReasonForm,
            "reserve/",
            intro=_("Whoever is replaced stays a non-response; the batch counts as drawn."),
            audit={"sample.released": _("Batch of the reserve released")},
        ),
        Act(
            "give_up_sample",
            pgettext_lazy("samples", "Give it up"),
            rules.may_give_up,
            actions.give_up,
            ReasonForm,
            "give-up/",
            intro=_("It stays readable. A new sample needs a new frame and a new seed."),
            audit={"sample.given_up": _("Sample given up")},
        ),
    ),
)

DRAWN = Acts(
    "research",
    "drawn",
    "samples/drawn/<int:pk>/",
    visible_drawn,
    drawn_crumbs,
    address=lambda drawn: reverse("research:drawn_unit", args=[drawn.pk]),
    acts=(
        Act(
            "note_try",
            _("Note a try"),
            rules.may_note_try,
            actions.note_try,
            forms.TryForm,
            "try/",
            initial=lambda user, drawn: {"on": user.today},
            intro=_(
                "Nobody was met. After three tries at three times of day it is a non-response."
            ),
            audit={"drawn_unit.tried": _("Try to meet somebody noted")},
        ),
        Act(
            "note_disposition",
            _("Note what became of it"),
            rules.may_dispose,
            actions.note_disposition,
            forms.DispositionForm,
            "disposition/",
            about=True,
            intro=_(
                "An empty or missing number of the roster is “empty house”, and is not counted "
                "among those who were to answer."
            ),
            audit={"drawn_unit.disposed": _("What became of a drawn unit noted")},
        ),
        Act(
            "assign_one",
            _("Give to somebody else"),
            rules.may_assign_one,
            actions.assign_one,
            forms.OneAskerForm,
            "asker/",
            audit={"drawn_unit.assigned": _("Drawn unit given to who asks")},
        ),
    ),
)
