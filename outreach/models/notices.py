"""通知公告: notices of an organ to others, with a reply slip only if an answer is needed.

Reading a notice leaves no trace. Only organs answer, and only if asked.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Attachment, Organ, User
from portal.models.constraints import check, index, only_unless, only_when, unique
from portal.models.text import MaskedCharField, MaskedTextField, shown
from portal.pages.search import SearchedQuerySet
from portal.roles import Permission, Role, role_choices
from portal.rows import Rows
from portal.rules import acting_for
from portal.trust.access import IsAnyOf, organ_reach


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    REPLACED = "replaced", _("Replaced by a correction")
    WITHDRAWN = "withdrawn", _("Notice withdrawn")


class AnswerKind(models.TextChoices):
    """The answer that the reply slip (回执) asks for; most notices need none."""

    NONE = "none", _("No answer needed")
    YES_NO = "yes_no", _("Yes or no")
    TEXT = "text", _("A text")
    BOTH = "both", _("Yes or no, with a text")


class _Sent(models.Func):
    """The number of organs that a notice was sent to, or that answered. Runs with the owner's
    rights, like `_SentBelow`: the same count for all readers, whichever answers they may see."""

    function = "outreach_notice_sent"
    output_field = models.IntegerField()  # pyright: ignore[reportAssignmentType]  # as Django does


class _SentBelow(models.Func):
    function = "outreach_notice_sent_below"
    output_field = models.BooleanField()  # pyright: ignore[reportAssignmentType]  # as Django does


class NoticeQuerySet(SearchedQuerySet):
    """Ways of choosing notices; every page starts from visible_to()."""

    def visible_to(self, user):
        """The user's drafts; notices of organs in the user's reach; those sent to the user."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        opened = organ_reach(user, Permission.PUBLISH_NOTICES, to="organ") | _sent_to(user)
        opened |= organ_reach(user, Permission.INSTRUCT, to="organ")
        return self.filter(
            Q(written_by__in=user.identity_ids) | ~Q(state=NoticeState.DRAFT) & opened
        )

    def sent_to(self, user):
        """A subset of visible_to(); drafts have no addressees."""
        return self.filter(_sent_to(user)) if user.holds(Permission.SEE_PEOPLE) else self.none()

    def sent_by(self, user):
        """Published by the user or by the user's organ."""
        own = Q(written_by__in=user.identity_ids) | Q(organ=user.organ_id)
        return self.visible_to(user).exclude(state=NoticeState.DRAFT).filter(own)

    def drafts_of(self, user):
        return self.filter(state=NoticeState.DRAFT, written_by__in=user.identity_ids)

    def waiting_for_answer_of(self, user):
        """Notices that ask an organ of the user for an answer not given yet."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        asking = self.filter(state=NoticeState.PUBLISHED).exclude(asks=AnswerKind.NONE)
        return asking.filter(_sent_to(user, answered_at=None))

    def with_answer_counts(self):
        """Annotate `asked_count` (addressed organs) and `answered_count` (those that have
        answered)."""
        return self.annotate(
            asked_count=_Sent("pk", Value(False)), answered_count=_Sent("pk", Value(True))
        )

    def sent_below(self, *, organ=None, area=None):
        """Sent to an organ below this one, or in this area."""
        paths = Value(organ.path if organ else ""), Value(area.path if area else "")
        return self.filter(_SentBelow("pk", *paths))

    def for_list(self):
        """With everything that a row shows, in a fixed number of queries."""
        organs = Prefetch("organs", queryset=Organ.objects.order_by("sort_order", "pk"))
        rows = self.select_related("organ").prefetch_related(organs).defer("text", "search")
        return rows.with_answer_counts()


def _sent_to(user, **limits):
    rows = NoticeAddressee.objects.reaching(user).filter(**limits)
    return Q(IsAnyOf("pk", rows.values("notice")))


class Notice(models.Model):
    """A notice. A draft can be changed; a published notice can only be replaced or withdrawn."""

    title = MaskedCharField(_("title of the notice"), max_length=80)
    text = MaskedTextField(_("text of the notice"), max_length=20_000)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="notices", db_index=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    # Addressees: organs with all below them, or holders of the roles in these or in the whole area.
    organs = models.ManyToManyField(Organ, related_name="+", blank=True)
    roles = ArrayField(
        models.CharField(max_length=10, choices=role_choices), default=list, blank=True
    )
    attachments = models.ManyToManyField(Attachment, related_name="notices", blank=True)

    asks = models.CharField(
        _("reply slip"), max_length=6, choices=AnswerKind, default=AnswerKind.NONE
    )
    question = MaskedCharField(_("the one question"), max_length=200, blank=True, default="")
    reply_due_on = models.DateField(_("answer until"), null=True, blank=True)

    state = models.CharField(max_length=9, choices=NoticeState, default=NoticeState.DRAFT)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(null=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_on = models.DateField(null=True)
    withdraw_reason = MaskedCharField(max_length=200, blank=True, default="")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction"
    )
    search = SearchVectorField(null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    SEARCHED_FIELDS = ("title", "text")

    class Meta:
        constraints = [
            check(
                "a_reply_slip_has_question_and_deadline",
                Q(asks="none", question="", reply_due_on=None)
                | ~Q(asks="none") & ~Q(question="") & Q(reply_due_on__isnull=False),
                _("A reply slip needs its question and a deadline."),
            ),
            check(
                "a_notice_is_published_by_somebody_on_a_day",
                only_unless("published_by published_on", state="draft"),
            ),
            check(
                "a_notice_is_withdrawn_with_a_reason",
                only_when("withdrawn_by withdrawn_on", "withdraw_reason", state="withdrawn"),
            ),
        ]
        indexes = [
            index("notice_day", "-published_on -id"),
            index("notice_organ", "organ -published_on -id"),
            index("notice_writer", "written_by -created_at -id"),
            index("notice_asking", "reply_due_on id", when=Q(state="published") & ~Q(asks="none")),
            GinIndex(fields=["search"], name="notice_search", fastupdate=True),
        ]

    def __str__(self):
        return f"{self.pk} {self.title}"

    def get_absolute_url(self):
        return reverse("outreach:notice", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == NoticeState.DRAFT

    @property
    def asks_anything(self):
        return self.asks != AnswerKind.NONE

    @property
    def paragraphs(self):
        """The lines of the text that are not empty."""
        return [line.strip() for line in shown(self.text).splitlines() if line.strip()]

    @property
    def role_labels(self):
        return [Role(code).label for code in self.roles]


class NoticeAddresseeQuerySet(Rows):
    def reaching(self, user):
        """Addressed organs that the user belongs to or acts for; for a notice to roles, those in
        which the user holds one of them."""
        any_organ, by_role = set(), {}
        for role, organ in acting_for(user):
            any_organ.update(organ.ancestor_ids)
            if role:
                by_role.setdefault(role, set()).update(organ.ancestor_ids)
        reached = Q(notice__roles=[], organ__in=any_organ)
        for role, organs in sorted(by_role.items()):
            reached |= Q(notice__roles__contains=[role], organ__in=organs)
        return self.filter(reached)

    def without_accounts(self):
        """Organs without an active account, in them or below them."""
        people = User.objects.filter(organ__path__startswith=OuterRef("organ__path"))
        return self.filter(~Exists(people.filter(is_active=True)))

    def in_official_order(self):
        return self.select_related("organ", "answered_by").order_by("organ__sort_order", "organ")


class NoticeAddressee(models.Model):
    """An organ addressed on the day of publishing, and its only answer."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="addressees")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    yes = models.BooleanField(_("answer yes or no"), null=True)
    text = MaskedCharField(_("answer in words"), max_length=1_000, blank=True, default="")

    objects = NoticeAddresseeQuerySet.as_manager()

    class Meta:
        constraints = [
            unique("an_organ_is_addressed_once_by_a_notice", "notice organ"),
            check(
                "a_reply_has_person_time_and_content",
                Q(answered_at=None, answered_by=None, yes=None, text="")
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & (Q(yes__isnull=False) | ~Q(text="")),
            ),
        ]
        indexes = [index("addressee_organ", "organ notice")]

    def __str__(self):
        return f"{self.notice_id} to {self.organ_id}"

    @property
    def was_late(self):
        due_on = self.notice.reply_due_on
        return bool(self.answered_at) and timezone.localdate(self.answered_at) > due_on
