"""The closed list of indicators that may count as results of the work.

No indicator counts volume. Each is a percentage of records in favour of the appraised among all
that count, and only of what they control.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from evaluation.models.schemes import Subject

KINDS = {
    "rate": _("Rate"),
    "timeliness": _("Timeliness"),
    "word": _("The people's word"),
    "verified": _("Verified by somebody else"),
}

GOING_DOWN = (Subject.CADRE, Subject.TEAM)
_OF_MATTERS = ("matter", "follow_up", "matter_assignment")


@dataclass(frozen=True)
class Indicator:
    """`records` is the kind of its records, `subjects` whom it fits."""

    code: str
    title: str
    definition: str
    kind: str
    subjects: tuple
    records: str


_ALL = (
    Indicator(
        "own_results_word",
        _("People satisfied with what was solved on the spot"),
        _(
            "Of the sample call-backs answered about matters that they solved on the spot, "
            "those with “satisfied” or “fairly satisfied”."
        ),
        "word",
        GOING_DOWN,
        "follow_up",
    ),
    Indicator(
        "own_results_lasting",
        _("What was solved on the spot stays solved"),
        _("Of the matters that they solved on the spot, those that were not reopened."),
        "verified",
        GOING_DOWN,
        "matter",
    ),
    Indicator(
        "call_backs_in_time",
        _("Call-backs asked in time"),
        _("Of the call-backs given to them, those answered or given up by the due day."),
        "timeliness",
        GOING_DOWN,
        "follow_up",
    ),
    Indicator(
        "contact_rhythm",
        _("Contact with paired households kept"),
        _(
            "Of the households and members paired with them, those never longer without contact"
            " than the norm, while the pairing ran and they were not to be left in peace."
        ),
        "rate",
        GOING_DOWN,
        "pairing",
    ),
    Indicator(
        "promises_kept",
        _("Promises of help kept in time"),
        _(
            "Of the items of help promised for a day of the period, those done by that day;"
            " items dropped with a reason do not count."
        ),
        "timeliness",
        tuple(Subject),
        "support_item",
    ),
    Indicator(
        "suggestions_adopted",
        _("Suggestions adopted"),
        _("Of the suggestions in their stay reports that were decided on, those adopted."),
        "verified",
        GOING_DOWN,
        "suggestion",
    ),
    Indicator(
        "matters_signed_in_time",
        _("Matters signed for in time"),
        _("Of the matters assigned to the organ, those signed for by the due day."),
        "timeliness",
        (Subject.ORGAN,),
        "matter_assignment",
    ),
    Indicator(
        "matters_in_time",
        _("Matters answered in time"),
        _("Of the matters that the organ led and that were due, those answered by the due day."),
        "timeliness",
        (Subject.ORGAN,),
        "matter",
    ),
    Indicator(
        "results_word",
        _("People satisfied with results"),
        _(
            "Of the sample call-backs answered about matters that the organ led, those with"
            " “satisfied” or “fairly satisfied”."
        ),
        "word",
        (Subject.ORGAN,),
        "follow_up",
    ),
    Indicator(
        "results_lasting",
        _("Results that last"),
        _("Of the matters that the organ led and that were closed, those not reopened."),
        "verified",
        (Subject.ORGAN,),
        "matter",
    ),
)
INDICATORS = {one.code: one for one in _ALL}


def family(code):
    """The family of records that may count for the same thing: call-backs and assignments belong to
    a matter."""
    records = INDICATORS[code].records if code in INDICATORS else code
    return "matter" if records in _OF_MATTERS else records


def kind_label(code):
    return KINDS[INDICATORS[code].kind] if code in INDICATORS else ""


def choices(subject):
    """[(code, title)] of the indicators that fit a subject."""
    return [(one.code, one.title) for one in INDICATORS.values() if subject in one.subjects]
