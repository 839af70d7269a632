"""Official papers (公文): drafted, checked and signed by three people, numbered, issued."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Organ, User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref, unique
from portal.models.steps import Step
from portal.models.text import MaskedCharField, MaskedTextField
from portal.pages import search
from portal.roles import GRANTS, Permission
from portal.rows import ByName, Rows
from portal.trust.access import IsAnyOf, organ_reach


class PaperKind(models.TextChoices):
    NOTICE = "notice", pgettext_lazy("papers", "Notice")
    CIRCULAR = "circular", pgettext_lazy("papers", "Circular")
    BULLETIN = "bulletin", pgettext_lazy("papers", "Bulletin")
    SUPERVISION = "supervision", _("Supervision slip")
    RECTIFICATION = "rectification", _("Notice to put right")
    POSTING = "posting", _("Notice of posting")
    PUBLICITY = "publicity", pgettext_lazy("papers", "Public announcement")
    RESEARCH = "research", pgettext_lazy("papers", "Research report")


# 文件, with 版头 and 发文字号.
DOCUMENTS = (PaperKind.NOTICE, PaperKind.CIRCULAR, PaperKind.POSTING)
# Tables with 编号.
FORMS = (PaperKind.SUPERVISION, PaperKind.RECTIFICATION)
# Kinds that get a number or issue after signing.
NUMBERED = (*DOCUMENTS, *FORMS, PaperKind.BULLETIN)
# Kinds with named addressees.
ADDRESSED = (*DOCUMENTS, *FORMS)


class PaperState(models.TextChoices):
    """DOMAIN-NEXT E."""

    DRAFT = "draft", pgettext_lazy("papers", "Drafted")
    REVISED = "revised", pgettext_lazy("papers", "Being edited")
    CHECKING = "checking", pgettext_lazy("papers", "To be checked")
    COSIGNING = "cosigning", _("To be countersigned")
    TO_SIGN = "to_sign", _("To be signed")
    SIGNED = "signed", pgettext_lazy("papers", "Signed")
    NUMBERED = "numbered", pgettext_lazy("papers", "Numbered")
    ISSUED = "issued", pgettext_lazy("papers", "Issued")
    ARCHIVED = "archived", pgettext_lazy("papers", "Archived")
    WITHDRAWN = "withdrawn", pgettext_lazy("papers", "Withdrawn")


OPEN_TO_EDIT = (PaperState.DRAFT, PaperState.REVISED)
UNSIGNED = (*OPEN_TO_EDIT, PaperState.CHECKING, PaperState.COSIGNING, PaperState.TO_SIGN)
OUT = (PaperState.ISSUED, PaperState.ARCHIVED, PaperState.WITHDRAWN)


def acting_organs(user, permission):
    """Return ids of the organs for which the user acts with this permission: that of a grant, or
    else of its holder if the grant covers it."""
    found = set()
    for grant in user.grants_today():
        if permission not in GRANTS[grant.role]:
            continue
        holder = user if grant.user_id == user.pk else grant.user
        organ = grant.organ or holder.organ
        if organ is None:
            continue
        if not grant.division_id or (
            organ.division_id and organ.division.path.startswith(grant.division.path)
        ):
            found.add(organ.pk)
    return found


def _own(user):
    own = user.identity_ids
    return Q(written_by__in=own) | Q(checked_by__in=own) | Q(signed_by__in=own)


def _received(user):
    """Q of issued papers addressed to an organ of the user."""
    organs = {grant.organ_id for grant in user.grants_today()} | {user.organ_id}
    rows = Paper.recipients.through.objects.filter(organ__in=organs - {None})
    return Q(state__in=OUT) & Q(IsAnyOf("pk", rows.order_by().values("paper")))


def _to_countersign(user):
    rows = PaperCountersign.objects.filter(organ_reach(user, Permission.SIGN_PAPERS))
    return ~Q(state__in=OPEN_TO_EDIT) & Q(IsAnyOf("pk", rows.order_by().values("paper")))


class PaperQuerySet(Rows):
    """Ways of choosing papers; every page starts from visible_to()."""

    def visible_to(self, user):
        """Papers of organs for which the user drafts, checks, signs or countersigns, and papers the
        user worked on; once issued, also those addressed to an organ of the user."""
        opened = organ_reach(user, Permission.CHECK_PAPERS)
        opened |= organ_reach(user, Permission.SIGN_PAPERS)
        opened |= Q(organ__in=acting_organs(user, Permission.DRAFT_PAPERS))
        opened |= _own(user)
        opened |= _to_countersign(user)
        if user.holds(Permission.SEE_PEOPLE):
            opened |= _received(user)
        return self.filter(opened)

    def of(self, user):
        """Papers that the user wrote, checked or signed."""
        return self.filter(_own(user))

    def to_check(self, on=None):
        return self.filter(state=PaperState.CHECKING)

    def to_sign(self, on=None):
        return self.filter(state=PaperState.TO_SIGN)

    def to_issue(self, on=None):
        return self.filter(state__in=(PaperState.SIGNED, PaperState.NUMBERED))

    def containing(self, text):
        return self.filter(search.in_texts(text, "title") | Q(number__contains=text))

    def for_list(self):
        return self.select_related("organ", "written_by").defer("body", "figures", "demands")


class Paper(models.Model):
    """A paper. Its print layout is built by oversight/paper_layout.py."""

    kind = models.CharField(pgettext_lazy("papers", "kind"), max_length=13, choices=PaperKind)
    organ = ref(Organ, _("issuing organ"), related_name="papers")
    title = MaskedCharField(pgettext_lazy("papers", "title"), max_length=80)
    # 主送 as printed; `recipients` are the organs that read the paper in the portal.
    addressed = MaskedCharField(
        pgettext_lazy("papers", "addressed to"), max_length=300, blank=True, default=""
    )
    recipients = models.ManyToManyField(
        Organ, verbose_name=_("organs that read it here"), related_name="papers_received"
    )
    # The text; for form papers the problem or the task.
    body = MaskedTextField(pgettext_lazy("papers", "text"), max_length=20_000)
    # Only for form papers: basis, demands, deadline, how to answer, where to object.
    basis = MaskedCharField(max_length=500, blank=True, default="")
    demands = MaskedTextField(max_length=3_000, blank=True, default="")
    due_on = models.DateField(null=True)
    reply_how = MaskedCharField(max_length=200, blank=True, default="")
    review_how = MaskedCharField(max_length=200, blank=True, default="")
    # 抄送, or 协办单位 of a 督办单.
    copied = MaskedCharField(_("copied to"), max_length=300, blank=True, default="")
    # Names of annexes other than the counted table, one on each line.
    annexes = MaskedCharField(_("annexes"), max_length=500, blank=True, default="")
    # 简报: its name and issue in the year.
    series = models.CharField(_("name of the bulletin"), max_length=30, blank=True, default="")
    issue = models.PositiveSmallIntegerField(_("issue"), null=True)
    issue_year = models.PositiveSmallIntegerField(null=True)
    # 发文字号 or 编号, from the register of the office.
    number = models.CharField(_("document number"), max_length=40, blank=True, default="")
    # The figures it was drafted from, as counted then: {"first", "last", "counted_at", "title",
    # "headings", "rows", "notes"}.
    figures = models.JSONField(blank=True, default=dict)
    state = models.CharField(max_length=9, choices=PaperState, default=PaperState.DRAFT)
    written_by = ref(User, related_name="+")
    created_at = models.DateTimeField()
    checked_by = optional_ref(User, related_name="+")
    signed_by = optional_ref(User, related_name="+")
    signed_on = models.DateField(null=True)
    issued_on = models.DateField(null=True)
    # The paper that this one replaces once issued.
    corrects = optional_ref("self", related_name="corrections")

    objects = PaperQuerySet.as_manager()
    by_name = ByName.as_manager()

    class Meta:
        base_manager_name = "by_name"
        constraints = [
            check(
                "three_people_draft_check_and_sign_a_paper",
                (Q(checked_by=None) | ~Q(checked_by=F("written_by")))
                & (Q(signed_by=None) | ~Q(signed_by=F("written_by")))
                & (Q(signed_by=None) | ~Q(signed_by=F("checked_by"))),
                _("Three people draft, check and sign a paper."),
            ),
            check(
                "a_signed_paper_was_checked",
                Q(state__in=UNSIGNED, signed_by=None, signed_on=None)
                | ~Q(state__in=UNSIGNED)
                & Q(checked_by__isnull=False, signed_by__isnull=False, signed_on__isnull=False),
            ),
            check(
                "a_paper_is_numbered_after_it_is_signed",
                Q(number="", issue=None) | ~Q(state__in=UNSIGNED),
                _("A paper gets its number after it is signed."),
            ),
            check(
                "a_paper_is_out_on_a_day",
                Q(state__in=OUT, issued_on__gte=F("signed_on"))
                | ~Q(state__in=OUT) & Q(issued_on=None),
            ),
            check("an_issue_has_its_year", all_or_none("issue issue_year")),
            unique(
                "a_document_number_is_used_once",
                "number",
                when=~Q(number=""),
                said=_("Another paper has this number."),
            ),
            unique(
                "an_issue_is_used_once",
                "organ series issue_year issue",
                when=Q(issue__isnull=False),
                said=_("This issue exists already."),
            ),
        ]
        indexes = [
            index("paper_day", "-created_at -id"),
            index("paper_organ", "organ -created_at -id"),
            index("paper_state", "state", when=~Q(state__in=("archived", "withdrawn"))),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("oversight:paper", args=[self.pk])

    @property
    def number_label(self):
        """Number or issue; empty before it is assigned."""
        if self.issue:
            return f"{self.issue_year}年第{self.issue}期"
        return self.number

    @property
    def is_form(self):
        return self.kind in FORMS

    @property
    def is_numbered_kind(self):
        return self.kind in NUMBERED

    @property
    def is_out(self):
        return self.state in OUT


class CountersignQuerySet(Rows):
    def open(self, on=None):
        """Countersigns requested for checked papers and not given yet."""
        return self.filter(signed_by=None, paper__state=PaperState.COSIGNING)


class PaperCountersign(models.Model):
    """会签: a requested organ and its opinion."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="countersigns")
    organ = ref(Organ, related_name="+")
    signed_by = optional_ref(User, related_name="+")
    signed_at = models.DateTimeField(null=True)
    opinion = MaskedCharField(max_length=300, blank=True, default="")

    objects = CountersignQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("an_organ_countersigns_a_paper_once", "paper organ"),
            check("a_countersign_has_its_person", all_or_none("signed_by signed_at")),
        ]

    def __str__(self):
        return f"{self.organ_id} on {self.paper_id}"


class PaperStep(Step):
    """A step in the history of a paper."""

    STRONG = frozenset({"signed", "issued", "withdrawn"})

    class Move(models.TextChoices):
        EDITED = "edited", pgettext_lazy("papers", "Edited")
        SUBMITTED = "submitted", _("Handed in to be checked")
        TAKEN_BACK = "taken_back", pgettext_lazy("papers", "Taken back")
        SENT_BACK = "sent_back", _("Sent back to be changed")
        CHECKED = "checked", pgettext_lazy("papers", "Checked")
        COUNTERSIGNED = "cosigned", _("Countersigned")
        SIGNED = "signed", pgettext_lazy("papers", "Signed")
        NUMBERED = "numbered", pgettext_lazy("papers", "Numbered")
        ISSUED = "issued", pgettext_lazy("papers", "Issued")
        ARCHIVED = "archived", pgettext_lazy("papers", "Archived")
        WITHDRAWN = "withdrawn", pgettext_lazy("papers", "Withdrawn")
        CORRECTED = "corrected", _("Withdrawn for a correction")
        UNDONE = "undone", _("Step taken back")

    # The only steps that recipients see.
    OUT = frozenset({Move.ISSUED, Move.WITHDRAWN, Move.CORRECTED})

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="steps")
    move = models.CharField(max_length=10, choices=Move)
    text = MaskedCharField(max_length=500, blank=True, default="")
    document = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes = [index("paper_step", "paper -at -id")]

    @property
    def is_out(self):
        return self.move in self.OUT
