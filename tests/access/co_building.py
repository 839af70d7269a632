"""Partnerships of Party branches, and what they did together."""

import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from pairing.actions import joint_activities, partnerships
from portal.models import Attachment, PartyOrganization
from tests.access.rows import A, N, R, V, X, only

EVERYBODY = {
    "leader",
    "author",
    "liaison",
    "host",
    "desk",
    "handler",
    "office",
    "supervisor",
    "neighbour_cadre",
    "neighbour_host",
    "neighbour_handler",
    "neighbour_liaison",
    "neighbour_office",
    "recipient",
    "system",
    "security",
    "auditor",
}
ADMINISTRATORS = {"recipient", "system", "security", "auditor"}
EXPORTING = EVERYBODY - ADMINISTRATORS - {"author", "leader", "neighbour_cadre"}
# A branch of the agriculture bureau and that of 柳湾村.
SEEING = {"liaison", "host", "office", "supervisor"}
ENTERING = SEEING - {"supervisor"}
OFFICES = {"office", "neighbour_office"}

PAGES = {
    ("get", "pairing:partnerships"): (EVERYBODY, A),
    ("get", "pairing:new_partnership"): (OFFICES, A),
    ("post", "pairing:new_partnership"): (OFFICES, V),
    ("post", "pairing:export_partnerships"): (EXPORTING, R),
    ("get", "pairing:partnership"): (SEEING, A, X, {}),
    ("get", "pairing:edit_partnership_plan"): only({"office"}, A, SEEING),
    ("post", "pairing:edit_partnership_plan"): only({"office"}, V, SEEING),
    ("get", "pairing:pairing_activities"): (SEEING, R, X, {}),
    ("get", "pairing:new_joint_activity"): (ENTERING, A, X, {"supervisor": N}),
    ("post", "pairing:new_joint_activity"): (ENTERING, V, X, {"supervisor": N}),
    ("get", "pairing:joint_activities"): (EVERYBODY, A),
    ("post", "pairing:export_joint_activities"): (EXPORTING, R),
    ("get", "pairing:joint_activity"): (SEEING, A, X, {}),
    ("get", "pairing:correct_joint_activity"): (ENTERING, A, X, {"supervisor": N}),
    ("post", "pairing:correct_joint_activity"): (ENTERING, V, X, {"supervisor": N}),
    ("get", "pairing:void_joint_activity"): (ENTERING, A, X, {"supervisor": N}),
    ("post", "pairing:void_joint_activity"): (ENTERING, V, X, {"supervisor": N}),
    ("get", "pairing:joint_activity_photo"): (SEEING, A, X, {}),
}


def records(people):
    today, now = timezone.localdate(), timezone.now()
    helper, helped = (
        PartyOrganization.objects.create(name=name, kind="branch", started_on=today, **place)
        for name, place in (
            ("县农业农村局机关党支部", {"organ": people.agriculture}),
            ("柳湾村党支部", {"unit": people.village}),
        )
    )
    pairing = partnerships.agree_partnership(
        helper_branch=helper,
        helped_branch=helped,
        mode="one",
        starts_on=today,
        ends_on=today + timedelta(days=365),
        content="联建班子，联办农技课堂。",
        by=people.office,
        at=now,
    )
    photo = Attachment(
        name="a.jpg", content_type="image/jpeg", size=1, sha256="0", added_by=people.office
    )
    photo.file.save("content", ContentFile(b"jpeg"))
    activity, _new = joint_activities.record_activity(
        pairing=pairing,
        client_key=uuid.uuid4(),
        by=people.office,
        at=now,
        kind="team",
        theme="联合主题党日",
        held_on=today,
        place="村委会",
        head_count=20,
        deeds=[],
        effect="",
        photos=[photo],
    )
    return {
        **dict.fromkeys(
            ["partnership", "edit_partnership_plan", "pairing_activities", "new_joint_activity"],
            [pairing.pk],
        ),
        **dict.fromkeys(
            ["joint_activity", "correct_joint_activity", "void_joint_activity"], [activity.pk]
        ),
        "joint_activity_photo": [activity.pk, photo.pk],
    }
