"""Acts on practices."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.actions import practices as actions
from oversight.forms import practices as forms
from oversight.models import Practice
from oversight.rules import practices as rules
from portal.acts.undoing import taking_back
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen

WRITTEN = ("name", "problem", "method", "unit_kinds", "unit", "origin", "found_in")


@seen
def visible_practice(user):
    return Practice.objects.visible_to(user).select_related(
        "organ__division", "unit", "written_by", "rule__replaced_by__practice"
    )


crumbs = crumbs_under(_("Practices"), "oversight:practices", attrgetter("name"))


def _as_written(user, practice):
    return {name: getattr(practice, name) for name in WRITTEN}


def _next_stage(practice):
    stage = practice.rule.next_stage
    return stage.label if stage else ""


PRACTICES = Acts(
    "oversight",
    "practice",
    "oversight/practices/<int:pk>/",
    visible_practice,
    crumbs,
    listing="oversight:practices",
    starts=(
        Act(
            "new_practice",
            _("Write a practice down"),
            rules.may_write_practices,
            actions.write_practice,
            forms.PracticeForm,
            "oversight/practices/new/",
            intro=_("One page. Nobody has to, nothing is counted, and nobody is reminded."),
            submit=_("Keep and look at it"),
            audit={"practice.written": _("Practice written down")},
            undo="drop_practice",
        ),
    ),
    acts=(
        Act(
            "submit_practice",
            pgettext_lazy("practices", "Hand it in"),
            rules.may_submit_practice,
            actions.submit_practice,
            path="submit/",
            audit={"practice.submitted": _("Practice handed in")},
        ),
        Act(
            "change_practice",
            pgettext_lazy("practices", "Change it"),
            rules.may_change_practice,
            actions.change_practice,
            forms.PracticeForm,
            "edit/",
            initial=_as_written,
            submit=_("Keep and look at it"),
            audit={"practice.changed": _("Practice changed")},
        ),
        Act(
            "try_practice",
            _("Have it tried elsewhere"),
            rules.may_try_practice,
            actions.try_practice,
            forms.TrialForm,
            "trials/new/",
            primary=True,
            intro=_(
                "The trial ends with what came of it and what happened there; the unit is "
                "not changed."
            ),
            audit={"practice.trial_begun": _("Trial of a practice begun")},
        ),
        Act(
            "end_practice_trial",
            _("Note what came of a trial"),
            rules.may_end_trial,
            actions.end_trial,
            forms.EndTrialForm,
            "trials/end/",
            about=True,
            intro=_("It is linked to what happened there: matters and visits of the unit."),
            audit={"practice.trial_ended": _("Trial of a practice ended")},
        ),
        Act(
            "finish_practice_trials",
            _("End the trials"),
            rules.may_finish_trials,
            actions.finish_trials,
            forms.OpinionForm,
            "trials/finish/",
            audit={"practice.tried": _("Trials of a practice ended")},
            undo="take_back_practice_step",
        ),
        Act(
            "decide_practice",
            pgettext_lazy("practices", "Note the decision"),
            rules.may_decide_practice,
            actions.decide_practice,
            forms.DecisionForm,
            "decide/",
            primary=True,
            audit={"practice.decided": _("Practice decided by a meeting")},
            undo="take_back_practice_step",
        ),
        Act(
            "spread_practice",
            pgettext_lazy("practices", "Spread it"),
            rules.may_spread_practice,
            actions.spread_practice,
            forms.SpreadForm,
            "spread/",
            primary=True,
            intro=_("From then on everybody reads it in the library."),
            audit={"practice.spread": _("Practice spread")},
        ),
        Act(
            "begin_practice_rule",
            _("Turn it into a rule"),
            rules.may_begin_rule,
            actions.begin_rule,
            forms.BeginRuleForm,
            "rule/new/",
            intro=_(
                "It stays in the library meanwhile. What was begun goes on to the issued rule."
            ),
            audit={"practice.rule_begun": _("Turning a practice into a rule begun")},
        ),
        Act(
            "advance_practice_rule",
            pgettext_lazy("rules", "Note the next stage"),
            rules.may_advance_rule,
            actions.advance_rule,
            forms.StageForm,
            "rule/stage/",
            intro=_next_stage,
            primary=True,
            audit={"practice.rule_advanced": _("Next stage of a rule noted")},
        ),
        Act(
            "issue_practice_rule",
            pgettext_lazy("rules", "Note that it is issued"),
            rules.may_issue_rule,
            actions.issue_rule,
            forms.IssueRuleForm,
            "rule/issue/",
            about=True,
            intro=_(
                "The rule holds from the day that you enter, and one that it replaces ends with "
                "that day. This is not taken back; a later rule replaces it, or it is ended."
            ),
            audit={"practice.rule_issued": _("Rule made of a practice issued")},
        ),
        Act(
            "extend_practice_rule",
            pgettext_lazy("rules", "Extend it"),
            rules.may_extend_rule,
            actions.extend_rule,
            forms.ExtendRuleForm,
            "rule/extend/",
            audit={"practice.rule_extended": _("Rule made of a practice extended")},
        ),
        Act(
            "end_practice_rule",
            pgettext_lazy("rules", "Note that it ended"),
            rules.may_end_rule,
            actions.end_rule,
            forms.EndRuleForm,
            "rule/end/",
            intro=_("The rule no longer holds from this day on. This is not taken back."),
            audit={"practice.rule_ended": _("Rule made of a practice ended")},
        ),
        Act(
            "ask_practice_to_add",
            _("Ask to add to it"),
            rules.may_ask_to_add,
            actions.ask_to_add,
            ReasonForm,
            "ask/",
            intro=_("Once: then it is tried, or not taken up."),
            audit={"practice.to_add": _("Asked to add to a practice")},
        ),
        Act(
            "refuse_practice",
            _("Do not take it up"),
            rules.may_refuse_practice,
            actions.refuse_practice,
            ReasonForm,
            "refuse/",
            audit={"practice.refused": _("Practice not taken up")},
            undo="take_back_practice_step",
        ),
        Act(
            "drop_practice",
            pgettext_lazy("practices", "Discard"),
            rules.may_drop_practice,
            actions.drop_practice,
            path="drop/",
            confirm=_("Discard this draft?"),
            then=lambda _practice, _none: "oversight:practices",
            audit={"practice.dropped": _("Draft of a practice discarded")},
        ),
        taking_back(
            "take_back_practice_step",
            "practice.taken_back",
            lock=actions.locked_practice,
            supervises=rules.supervises_step,
        ),
    ),
)
