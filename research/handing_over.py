"""Research work that a cadre hands over when leaving."""

from django.utils.translation import gettext_lazy as _

from portal.places.handing_over import CARRIED, Carried
from research.models import DrawnUnit, FoundProblem, ResearchBatch, ResearchTopic
from research.models.batches import BatchState
from research.models.topics import RUNNING


def carried(cadre, on):
    topics = ResearchTopic.objects.filter(leader=cadre, state__in=RUNNING)
    ended = (BatchState.OVER, BatchState.CANCELLED)
    batches = ResearchBatch.objects.filter(people=cadre).exclude(state__in=ended)
    asked = DrawnUnit.objects.to_ask(on).filter(asked_by=cadre)
    problems = FoundProblem.objects.filter(settled_on=None, matter=None, person=cadre)
    return [
        Carried(
            _("Research topics that the cadre leads"),
            topics.order_by("pk"),
            say=lambda one: one.title,
            how=_("Another head of the group is named on the page of the topic."),
            use="research",
        ),
        Carried(
            _("Research batches with which the cadre goes"),
            batches.select_related("topic").order_by("pk"),
            say=lambda one: one.label,
            how=_("The list of who goes is changed on the page of the batch."),
            use="research",
        ),
        Carried(
            _("Units of a sample that the cadre is to ask"),
            asked.select_related("sample").order_by("pk"),
            how=_("Somebody else is to ask them; that is arranged on the page of the sample."),
            named=lambda rows, user: rows.none(),
            use="research",
        ),
        Carried(
            _("Problems found by research, not struck off"),
            problems.order_by("pk"),
            say=lambda one: one.title,
            how=_("Another responsible person is named on the page of the problem."),
            use="research",
        ),
    ]


CARRIED.append(carried)
