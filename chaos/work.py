"""What there is to write about besides visits: a matter, a stay, notices, people to interview.

Rows are made without actions, since phones do not depend on their history. Things that take only
one entry (a reply, an answer, a day of leave) are made anew for each seed.
"""

import zlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chaos.plan import Writer
from outreach.models import (
    Leave,
    Matter,
    MatterAssignment,
    Notice,
    NoticeAddressee,
    Stay,
    StayMonth,
)
from portal.models import Cadre, GrassrootsUnit, Organ, User
from research import letters
from research.models import DrawnUnit, Questionnaire, QuestionnaireVersion, Sample

# Numbers for one writer and seed.
NOTICES, DRAWN, FREE_DAYS = 4, 6, 6
SURVEY = {
    "title": "",
    "id": "",
    "version": "",
    "languages": ["default"],
    "lists": {"yes_no": [{"name": one, "label": {"default": [one]}} for one in ("yes", "no")]},
    "items": [
        {
            "kind": "question",
            "name": "satisfied",
            "path": "satisfied",
            "row": 2,
            "type": "select_one",
            "list": "yes_no",
            "label": {"default": ["对村里办事满意吗"]},
        },
        {
            "kind": "question",
            "name": "words",
            "path": "words",
            "row": 3,
            "type": "text",
            "label": {"default": ["还想说什么"]},
        },
    ],
    "order": ["satisfied", "words"],
}


@transaction.atomic
def prepare(people, today):
    """Return [Writer] as known to their phones, in the order of `people`, [(user, unit)]."""
    notices = _notices(people, today)
    drawn, version = _drawn(people, today)
    made = []
    for n, (user, unit) in enumerate(people):
        stay = _stay(user.cadre, unit, today)
        made.append(
            Writer(
                user.username,
                str(unit.pk),
                matter=str(_matter(n, user, unit, today).pk),
                stay=str(stay.pk),
                stand_in=str(_stand_in().pk),
                free_days=_free_days(stay, today),
                months=_months(stay, today),
                notices=tuple(notices[n * NOTICES : (n + 1) * NOTICES]),
                drawn=tuple(drawn[n * DRAWN : (n + 1) * DRAWN]),
                version=version,
            )
        )
    return made


def _matter(n, user, unit, today):
    """Return a matter that the writer handles for the writer's organ."""
    matter = Matter(
        number_area="chaos",
        number_year=today.year,
        number=n + 1,
        typed_by=user,
        registered_by=user.cadre,
        registered_on=today,
        created_at=timezone.now(),
        confidentiality="anonymous",
        category="02",
        title="东支渠淤积",
        request_text="秧田缺水。",
        status="in_progress",
        stage="handling",
        lead_organ=user.organ,
        due_on=today + timedelta(days=30),
        original_due_on=today + timedelta(days=30),
    )
    known = Matter.objects.filter(number_area="chaos", number_year=today.year, number=n + 1).first()
    if known is not None:
        return known
    matter.organ = user.organ
    matter.stand_at(unit)
    matter.save()
    now = timezone.now()
    signed = {"assigned_by": user, "assigned_at": now, "signed_by": user, "signed_at": now}
    signed["sign_due_on"] = today
    MatterAssignment.objects.create(matter=matter, organ=user.organ, officer=user.name, **signed)
    return matter


def _stand_in():
    """Return a cadre of the organ without a phone."""
    found = Cadre.objects.filter(name="孙代班").first()
    organ = Organ.objects.get(name="县农业农村局")
    return found or Cadre.objects.create(name="孙代班", organ=organ, post="科员", sort_order=999)


def _stay(cadre, unit, today):
    if found := cadre.stays.first():
        return found
    days = {"starts_on": today - timedelta(days=100), "ends_on": today + timedelta(days=3000)}
    stay = Stay(
        cadre=cadre, organ=cadre.organ, kind="residential", document="云组通〔2026〕5号", **days
    )
    stay.created_at = timezone.now()
    stay.stand_at(unit)
    stay.save()
    return stay


def _free_days(stay, today):
    last = Leave.objects.filter(stay=stay).order_by("-ends_on").values_list("ends_on", flat=True)
    first = (last.first() or today) + timedelta(days=1)
    return tuple(f"{first + timedelta(days=n)}" for n in range(FREE_DAYS))


def _months(stay, today):
    """Return [(first day, current text)] of this month and the last."""
    this = today.replace(day=1)
    texts = dict(StayMonth.objects.filter(stay=stay).values_list("month", "work"))
    months = (this, (this - timedelta(days=1)).replace(day=1))
    return tuple((f"{one}", texts.get(one, "")) for one in months)


def _notices(people, today):
    """Return [(notice, addressee)] of notices that ask the writers' organ for a text."""
    organ, author = Organ.objects.get(name="石桥镇党委"), _author()
    facts = {
        "title": "关于报送春耕情况的通知",
        "text": "请核实。",
        "organ": organ,
        "written_by": author,
        "created_at": timezone.now(),
        "asks": "text",
        "question": "春耕进度如何？",
        "reply_due_on": today + timedelta(days=30),
        "state": "published",
        "published_by": author,
        "published_on": today,
    }
    asked = people[0][0].organ
    notices = Notice.objects.bulk_create([Notice(**facts) for _n in range(NOTICES * len(people))])
    rows = NoticeAddressee.objects.bulk_create(
        [NoticeAddressee(notice=one, organ=asked) for one in notices]
    )
    return [(str(row.notice_id), str(row.pk)) for row in rows]


def _author():
    """Return a user who writes no entries."""
    found = User.objects.filter(username="author").first()
    organ = Organ.objects.get(name="石桥镇党委")
    return found or User.objects.create(username="author", name="周正", organ=organ)


def _drawn(people, today):
    """Return the keys of people to interview, each once, and the version of the questionnaire."""
    now, organ, author = timezone.now(), people[0][0].organ, _author()
    until = today + timedelta(days=60)
    asked = Questionnaire(
        organ=organ,
        title="饮水安全调查",
        purpose="改进农村饮水",
        phone="0991-1234567",
        number=f"农调{Questionnaire.objects.count() + 1}",
        valid_until=until,
        state="running",
        written_by=people[0][0],
        reviewed_by=author,
        created_at=now,
        opens_on=today,
        closes_on=until,
    )
    asked.save()
    Questionnaire.objects.filter(pk=asked.pk).update(**letters.new_keys(asked))
    version = QuestionnaireVersion.objects.create(
        questionnaire=asked,
        number=1,
        definition=SURVEY,
        digest="0" * 64,
        file_name="form.xlsx",
        workbook=b"",
        questions=2,
        minutes=1,
        uploaded_by=people[0][0],
        uploaded_at=now,
        reviewed_by=author,
        reviewed_at=now,
    )
    sample = Sample.objects.create(
        questionnaire=asked,
        organ=organ,
        title=asked.title,
        source="rosters",
        described="全县常住户",
        as_of=today,
        method="pareto",
        number=DRAWN * len(people),
        frame_file=zlib.compress(b""),
        written_by=people[0][0],
        created_at=now,
    )
    unit = _asked_village(people)
    rows = DrawnUnit.objects.bulk_create(
        DrawnUnit(
            sample=sample,
            position=n + 1,
            key=f"v/{n}",
            unit=unit,
            township=unit.division.parent,
            serial=n + 1,
            probability=0.1,
            asked_by=people[n // DRAWN][0].cadre,
        )
        for n in range(DRAWN * len(people))
    )
    return [str(row.pk) for row in rows], str(version.pk)


def _asked_village(people):
    """Return a village that is nobody's, since cadres do not interview in villages of their own
    work."""
    if found := GrassrootsUnit.objects.filter(name="受访村").first():
        return found
    like = people[0][1]
    unit = GrassrootsUnit(
        name="受访村",
        kind="rural",
        host_organ=like.host_organ,
        division=like.division,
        started_on=like.started_on,
    )
    unit.save()
    unit.place_under_parent()
    unit.save()
    return unit
