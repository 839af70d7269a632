"""Acts on schemes: writing a draft, publishing, versions, withdrawing; a trial on last year."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation.actions import schemes
from evaluation.actions.scores import try_scheme
from evaluation.forms.schemes import GatesForm, PublishForm, SchemeForm
from evaluation.models import Scheme
from evaluation.models.schemes import SchemeState
from evaluation.rules import schemes as rules
from evaluation.rules.scores import may_try_scheme
from portal.pages.acts import Act, Acts
from portal.pages.forms import ReaderForm
from portal.records.seen import seen


@seen
def visible_scheme(user):
    return Scheme.objects.visible_to(user).select_related(
        "organ__division", "previous", "published_by", "written_by"
    )


def title_of(scheme):
    return _("%(title)s, version %(n)s") % {"title": scheme.title, "n": scheme.version}


def crumbs(scheme, *more):
    way = [(_("Schemes"), reverse("evaluation:schemes"))]
    if scheme is not None:
        way.append((title_of(scheme), scheme.get_absolute_url()))
    return [*way, *[(label, "") for label in more]]


def _what_publishing_means(scheme):
    words = _(
        "Everybody who works with people can read it from now on, and nobody can change it "
        "any more; what is to be different then becomes a new version."
    )
    if scheme.previous_id and scheme.previous.state == SchemeState.PUBLISHED:
        words += _(
            " Version %(n)s is no longer taken for new cycles; those that began with it go "
            "on by it."
        ) % {"n": scheme.previous.version}
    return words


SCHEMES = Acts(
    "evaluation",
    "scheme",
    "schemes/<int:pk>/",
    visible_scheme,
    crumbs,
    listing="evaluation:schemes",
    starts=(
        Act(
            "new_scheme",
            _("Write a scheme"),
            lambda user: rules.may_write_scheme(user, schemes.own_organ(user)),
            schemes.write_scheme,
            SchemeForm,
            "schemes/new/",
            submit=_("Keep as a draft"),
            intro=_(
                "One scheme for each class: who goes down in the same way is judged in the same "
                "way. Indicators and thresholds follow on the next pages."
            ),
            then=lambda _none, scheme: reverse("evaluation:scheme_indicators", args=[scheme.pk]),
            audit={"scheme.written": _("Draft of a scheme written")},
            undo="drop_scheme",
        ),
    ),
    acts=(
        Act(
            "publish_scheme",
            _("Publish it"),
            rules.may_publish_scheme,
            schemes.publish_scheme,
            PublishForm,
            "publish/",
            intro=_what_publishing_means,
            primary=True,
            audit={"scheme.published": _("Scheme published")},
            undo="withdraw_scheme",
        ),
        Act(
            "edit_scheme",
            _("Change title, weights and marks"),
            rules.may_change_scheme,
            schemes.change_scheme,
            SchemeForm,
            "edit/",
            initial=lambda user, scheme: {name: getattr(scheme, name) for name in schemes.TERMS},
            title=_("Change the draft"),
            crumb=_("Change the draft"),
            submit=_("Keep"),
            audit={"scheme.changed": _("Draft of a scheme changed")},
        ),
        Act(
            "scheme_indicators",
            _("Set the indicators"),
            rules.may_set_lines,
            None,
            audit={"scheme.indicators_set": _("Indicators of a draft set")},
        ),
        Act(
            "scheme_gates",
            _("Set the thresholds"),
            rules.may_set_lines,
            schemes.set_gates,
            GatesForm,
            "thresholds/",
            initial=lambda user, scheme: dict(scheme.gates.values_list("gate", "limit")),
            submit=_("Keep"),
            intro=_("A threshold is met or not and gives no points. Empty: none."),
            audit={"scheme.gates_set": _("Thresholds of a draft set")},
        ),
        Act(
            "begin_scheme_version",
            _("Begin a new version"),
            rules.may_begin_version,
            schemes.begin_version,
            path="new-version/",
            audit={"scheme.version_begun": _("New version of a scheme begun")},
            undo="drop_scheme",
        ),
        Act(
            "withdraw_scheme",
            _("Withdraw the scheme"),
            rules.may_withdraw_scheme,
            schemes.withdraw_scheme,
            ReaderForm,
            "withdraw/",
            intro=_(
                "No new cycle begins with it. Cycles that began with it go on by it, and it can be "
                "read for as long as they can."
            ),
        ),
        Act(
            "drop_scheme",
            _("Discard"),
            rules.may_drop_scheme,
            schemes.drop_scheme,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda scheme, done: reverse("evaluation:schemes"),
            audit={"scheme.dropped": _("Draft of a scheme thrown away")},
        ),
        Act(
            "start_preview",
            _("Try it on last year's records"),
            may_try_scheme,
            try_scheme,
            path="trial/start/",
            hidden=True,
            confirm=_("Compute it on last year’s records? Only you see it, and no score changes."),
            then=lambda scheme, job: reverse("evaluation:scheme_preview", args=[scheme.pk]),
        ),
    ),
)
