"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import events, handbook, ledgers, lists, reminders, todo  # noqa: F401
        from outreach import demo
        from portal.access import Permission as P
        from portal.side_list import Entry, add_to_side_list

        add_to_side_list(
            _("What it was worth"),
            Entry(_("Cycles"), "evaluation:cycles", (P.READ_EVALUATION, P.MANAGE_EVALUATION)),
            Entry(_("Schemes"), "evaluation:schemes", (P.SEE_PEOPLE,)),
            Entry(_("My appraisals"), "evaluation:my_appraisals", (P.RECORD_VISITS,)),
        )
        demo.MORE_OF_A_COUNTY.append("evaluation.demo")
