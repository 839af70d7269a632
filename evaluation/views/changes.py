"""Records that changed after the freeze: find them, show their effect, decide."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions import scores as actions
from evaluation.acts.cycles import visible_cycle
from evaluation.appraisal import changes, records
from evaluation.appraisal.computing import plain
from evaluation.forms.appeals import DecideChangesForm
from evaluation.models import Appraised, EvidenceDecision, Score
from evaluation.rules import scores as rules
from evaluation.views.parts import own_page
from portal.models import Job
from portal.pages.text_forms import tell_masked
from portal.pages.web import form_page, posted
from portal.trust.access import require

Verdict = EvidenceDecision.Verdict


@require_safe
def evidence_changes(request, pk):
    """People whose live records differ, by this user's last comparison."""
    user = request.user
    cycle = visible_cycle(user, pk)
    require(rules.keeps(user, cycle))
    job = changes.last_job(cycle, user)
    people = []
    if job and job.state in (Job.State.DONE, Job.State.EXPIRED):
        named = Appraised.objects.visible_to(user).filter(
            cycle=cycle, pk__in=job.manifest.get("people", [])
        )
        # Compare again, for the people on the page, to account for decisions made since.
        people = changes.people_with_changes(
            cycle, list(named.in_official_order()), at=timezone.now()
        )
    context = {
        "cycle": cycle,
        "job": job,
        "people": people,
        "looking": rules.may_look_for_changes(user, cycle),
        "crumbs": [(cycle.title, cycle.get_absolute_url()), (_("Changed since the freeze"), "")],
    }
    return own_page(request, "evidence_changes", context)


def _shown(user, found):
    """function(change) -> words on the record, both verdicts, and the effect on the results."""
    shown = records.shown_to(user, [(one.indicator, one.record) for one in found])

    def points(known):
        return pgettext("score", "no data") if known is None else f"{known:.2f}"

    def words(one):
        title = records.title_of(one.indicator)
        effect = _(" (%(effect)s)") % {"effect": f"{points(one.before)} → {points(one.after)}"}
        colon = _(": ")
        if not one.record:
            return f"{title}{colon}{plain(one.counts_value)} → {plain(one.value)}{effect}"
        name, _url = shown(one.indicator, one.record)
        counts, live = Verdict(one.counts).label, Verdict(one.live).label
        return f"{title} · {name}{colon}{counts} → {live}{effect}"

    return words


# A view, not an act: the differences are found at each request.
@require_http_methods(["GET", "HEAD", "POST"])
def decide_changes(request, pk):
    """Accept or reject the differences of one person, with a reason."""
    user = request.user
    seen = Score.objects.visible_to(user).filter(appraised=pk).values("appraised")
    appraised = get_object_or_404(
        Appraised.objects.select_related("cycle__organ", "cadre", "scheme"), pk__in=seen
    )
    require(rules.may_decide_evidence(user, appraised))
    found = changes.people_with_changes(appraised.cycle, [appraised], at=timezone.now())
    open_changes = found[0].open if found else []
    back = reverse("evaluation:score", args=[pk])
    form = DecideChangesForm(
        posted(request), user=user, changes=open_changes, shown=_shown(user, open_changes)
    )
    if form.is_bound and form.is_valid():
        actions.decide_evidence(appraised=appraised, by=user, at=timezone.now(), **form.content())
        tell_masked(request, form)
        return redirect("evaluation:evidence_changes", appraised.cycle_id)
    if open_changes:
        intro = _(
            "Records of %(name)s say something else now than when the data were frozen. In "
            "brackets the points of the results before and after. Nothing is overwritten: what you "
            "decide stands beside the frozen evidence and counts from the next computation on."
        ) % {"name": appraised.name}
    else:
        intro = _("No record of %(name)s differs from the frozen evidence now.") % {
            "name": appraised.name
        }
    here = _("Changed since the freeze")
    return form_page(
        request,
        form,
        title=here,
        submit_label=_("Enter the decision"),
        cancel_url=back,
        intro=intro,
        crumbs=[
            (appraised.cycle.title, appraised.cycle.get_absolute_url()),
            (appraised.name, back),
            (here, ""),
        ],
    )
