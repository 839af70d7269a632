"""The register of supervision: entries, candidates to propose, and the part of a matter's page."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from outreach.models import AnalysisMeeting, Matter, MeetingDecision, SupervisionOrder
from oversight.acts.supervision import ENTRIES, crumbs, visible_entry
from oversight.models import EntryGround, PlanItem, SupervisionEntry
from oversight.rules import supervision as rules
from pairing.models import ProminentProblem
from portal.models.text import shown
from portal.pages.acts import is_shown
from portal.pages.side_list import Area
from portal.pages.web import page_or_part
from portal.records.seen import sees
from portal.records.steps import history
from portal.trust.access import require

# Maximum rows of each kind on the page of unsupervised records.
SHOWN = 50


@require_safe
def entry(request, pk):
    user, entry = request.user, visible_entry(request.user, pk)
    rows = entry.grounds.select_related("problem", "item", "decision__meeting")
    rows = rows.prefetch_related("matter")
    grounds = list(rows.order_by("pk"))
    for one in grounds:
        origin = one.origin
        is_seen = origin and sees(user, type(origin[1]), origin[1].pk)
        one.words, one.shown = origin if is_seen else ("", None)
    context = {
        "entry": entry,
        "is_late": entry.is_late(user.today),
        "grounds": grounds,
        "organs": entry.organs.order_by("sort_order", "pk"),
        "steps": history(entry),
        "acts": ENTRIES.buttons(user, entry),
        "crumbs": [Area.EVALUATION.crumb, *crumbs(entry)],
    }
    return render(request, "oversight/entry.html", context)


@require_safe
def unsupervised(request):
    """Instructions, decisions, late tasks and prominent problems that no entry follows."""
    user = request.user
    require(rules.may_propose(user))
    followed = EntryGround.objects.order_by()
    matters = Matter.objects.visible_to(user).order_by().values("pk")
    orders = SupervisionOrder.objects.filter(settled_at=None, matter__in=matters)
    meetings = AnalysisMeeting.objects.visible_to(user).order_by().values("pk")
    decisions = MeetingDecision.objects.standing().filter(meeting__in=meetings)
    decisions = decisions.filter(due_on__gte=user.today)
    problems = ProminentProblem.objects.visible_to(user).open()
    items = PlanItem.objects.visible_to(user).late(user.today)
    groups = [
        (
            _("Instructions of leaders"),
            "order",
            orders.select_related("matter"),
            lambda one: (shown(one.instruction), one.due_on),
        ),
        (
            _("Decisions of meetings"),
            "decision",
            decisions,
            lambda one: (shown(one.text), one.due_on),
        ),
        (
            _("Prominent problems"),
            "problem",
            problems,
            lambda one: (shown(one.title), one.next_review_on),
        ),
        (_("Tasks behind their day"), "item", items, lambda one: (shown(one.task), one.due_on)),
    ]
    propose = reverse("oversight:propose_entry")
    shown_groups = []
    for title, name, rows, words in groups:
        taken = followed.filter(**{f"{name}__isnull": False}).values(name)
        left = rows.exclude(pk__in=taken).order_by("-pk")[:SHOWN]
        lines = [(*words(one), f"{propose}?{name}={one.pk}") for one in left]
        shown_groups.append((title, lines))
    context = {
        "groups": shown_groups,
        "crumbs": [
            Area.EVALUATION.crumb,
            (_("Register of supervision"), reverse("oversight:supervision")),
            (_("Not under supervision yet"), ""),
        ],
    }
    return render(request, "oversight/unsupervised.html", context)


@require_safe
def supervision_of_matter(request, pk):
    """The part of a matter's page: the entry that follows it."""
    user = request.user
    matter = get_object_or_404(Matter.objects.visible_to(user), pk=pk)
    grounds = EntryGround.objects.filter(matter=matter).order_by().values("entry")
    entries = SupervisionEntry.objects.visible_to(user).filter(pk__in=grounds)
    propose = rules.may_propose(user)
    context = {
        "matter": matter,
        "entries": entries.select_related("lead_organ").order_by("-created_at", "-pk"),
        "propose": propose if is_shown(propose) else None,
        "crumbs": [
            (matter.number_label, matter.get_absolute_url()),
            (pgettext("supervision", "Supervision"), ""),
        ],
    }
    page, part = "oversight/supervision_of_matter.html", "oversight/_supervision_of_matter.html"
    return page_or_part(request, page, part, context)
