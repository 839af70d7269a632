"""What it was worth, as a Django app; its lines of the side list stand after helping."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # They register themselves.
        from evaluation import (  # noqa: F401
            events,
            handbook,
            hooks,
            ledgers,
            lists,
            reminders,
            statistics,
            todo,
        )
        from evaluation.rules.honours import pools_decided
        from outreach import dashboard, demo
        from portal.access import Permission as P
        from portal.side_list import Entry, add_to_side_list

        add_to_side_list(
            _("What it was worth"),
            Entry(_("Honours"), "evaluation:honours", (P.SEE_PEOPLE,)),
            Entry(_("Pools for honours"), "evaluation:honour_pools",
                  (P.MANAGE_EVALUATION, P.GIVE_ORGANISATION_WORD)),
            Entry(_("Appraisal of Party members"), "evaluation:member_appraisals",
                  (P.HOLD_MEMBER_APPRAISALS,)),
            Entry(_("Retinue and burden"), "evaluation:burden", (P.READ_EVALUATION,)),
            Entry(_("Discipline findings"), "evaluation:findings", (P.RECORD_FINDINGS,)),
        )  # fmt: skip
        hooks.BEFORE_FINISH.append(pools_decided)
        hooks.CYCLE_PARTS.append(
            (gettext_lazy("Honours and grades"), "evaluation:cycle_honours", P.MANAGE_EVALUATION)
        )
        hooks.APPRAISED_PARTS.append(
            (gettext_lazy("Honours and grades"), "evaluation:appraised_results", P.SEE_PEOPLE)
        )
        dashboard.PARTS.append(
            dashboard.Part(
                gettext_lazy("What it was worth"), "evaluation:evaluation_dashboard",
                P.READ_EVALUATION,
            )
        )  # fmt: skip

        demo.MORE_OF_A_COUNTY.append("evaluation.demo")
