"""Evaluation as a Django app. Its entries in the side list follow those of pairing."""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class EvaluationConfig(AppConfig):
    name = "evaluation"

    def ready(self):
        # Importing these modules registers them.
        from evaluation import acts, duties, events, ledgers, statistics  # noqa: F401
        from evaluation.appraisal import previewing, scoring  # noqa: F401
        from evaluation.appraisal.counted import is_month_counted
        from outreach.overview import dashboard
        from outreach.rules import stay_months
        from portal.pages.side_list import Area, Entry, add_lists
        from portal.roles import Permission as P

        stay_months.COUNTED.append(is_month_counted)

        def entry(label, page, *held):
            return Entry(label, f"evaluation:{page}", held)

        add_lists(
            Area.EVALUATION,
            _("Appraisal"),
            entry(_("Cycles"), "cycles", P.READ_EVALUATION, P.MANAGE_EVALUATION),
            entry(_("Schemes"), "schemes", P.SEE_PEOPLE),
            entry(_("My appraisals"), "my_appraisals", P.RECORD_VISITS),
            entry(
                _("Objections to scores"),
                "appeals",
                P.MANAGE_EVALUATION,
                P.RECORD_VISITS,
                P.GIVE_ORGANISATION_WORD,
            ),
            entry(_("Appraisal of Party members"), "member_appraisals", P.HOLD_MEMBER_APPRAISALS),
        )
        add_lists(
            Area.EVALUATION,
            _("Ballots and words"),
            entry(_("The masses' ballots"), "polls", P.MANAGE_EVALUATION, P.COUNT_BALLOTS),
            entry(_("Paper ballots"), "paper_polls", P.COUNT_BALLOTS, P.MANAGE_EVALUATION),
            entry(
                _("Assessments to give"), "words_to_give", P.GIVE_ORGANISATION_WORD, P.COUNT_BALLOTS
            ),
        )
        add_lists(
            Area.EVALUATION,
            _("Honours and discipline"),
            entry(
                _("Pools for honours"),
                "honour_pools",
                P.MANAGE_EVALUATION,
                P.GIVE_ORGANISATION_WORD,
            ),
            entry(_("Honours"), "honours", P.SEE_PEOPLE),
            entry(_("Group size and burden"), "burden", P.READ_EVALUATION),
            entry(_("Discipline findings"), "findings", P.RECORD_FINDINGS),
        )
        _join_the_parts()
        title, page = gettext_lazy("Evaluation"), "evaluation:evaluation_dashboard"
        dashboard.PARTS.append(dashboard.Part(title, page, P.READ_EVALUATION))


def _join_the_parts():
    """Fill the lists of `evaluation.appraisal.hooks`."""
    from evaluation import discipline
    from evaluation.actions import cycles, hints, paper, polls, scores, words
    from evaluation.appraisal import hooks, measuring
    from evaluation.rules import appeals as appeal_rules
    from evaluation.rules import hand_overs as hand_over_rules
    from evaluation.rules import honours as honour_rules
    from evaluation.rules import paper as paper_rules
    from evaluation.rules import polls as poll_rules
    from evaluation.rules import words as word_rules
    from portal.roles import Permission as P

    measuring.FINDINGS.append(discipline.standing_against)
    hooks.AFTER_START.append(lambda cycle, by: polls.make_polls(cycle, by=by))
    hooks.AFTER_TAKING_IN.append(lambda one, by: polls.make_polls(one.cycle, by=by))
    hooks.BEFORE_POLL_CLOSES.append(paper_rules.may_close)
    hooks.WHEN_A_POLL_CLOSES.append(partial(paper.into_ballots, add=polls.add_ballots))
    hooks.BEFORE_CLOSING += [
        paper_rules.may_close_cycle,
        word_rules.may_close_cycle,
        poll_rules.polls_are_closed,
    ]
    hooks.CLOSING.append(lambda cycle, by, at: polls.close_polls(cycle, by=by, at=at))
    hooks.AFTER_CANCEL += [
        lambda cycle, by, at: polls.drop_polls(cycle, by=by),
        lambda cycle, by, at: words.revoke_links(cycle, by=by, at=at),
    ]
    hooks.AFTER_CLOSE += [scores.start_after_closing, hints.queue]
    hooks.AFTER_COMPUTED.append(lambda cycle, by, at: cycles.note_computed(cycle, by=by, at=at))
    hooks.BEFORE_FINISH += [appeal_rules.may_be_finished, honour_rules.pools_decided]

    def part(label, page, may):
        return gettext_lazy(label), f"evaluation:{page}", may

    hooks.CYCLE_PARTS += [
        part(_("The masses' ballots"), "polls_of_cycle", P.MANAGE_EVALUATION),
        part(_("Words of unit and organisation"), "cycle_words", P.READ_EVALUATION),
        part(_("Hints to check"), "cycle_hints", P.MANAGE_EVALUATION),
        part(_("Computations"), "computations", P.MANAGE_EVALUATION),
        part(_("Honours and grades"), "cycle_honours", P.MANAGE_EVALUATION),
        part(
            _("Hand-over to the personnel side"),
            "hand_overs",
            hand_over_rules.may_see_hand_overs,
        ),
    ]
    hooks.APPRAISED_PARTS += [
        part(_("Where my points come from"), "score", P.SEE_PEOPLE),
        part(_("The masses' ballots"), "ballots_of_appraised", poll_rules.may_read_result),
        part(_("Words of unit and organisation"), "words_of_appraised", P.READ_SCORES),
        part(_("Honours and grades"), "appraised_results", P.SEE_PEOPLE),
    ]
    hooks.SCHEME_LINKS.append(part(_("Preview"), "scheme_preview", P.MANAGE_EVALUATION))
