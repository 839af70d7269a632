"""Notices of the invented county: one that asks and is half answered, one corrected, one withdrawn,
one draft."""

from datetime import timedelta

from outreach.actions import notices
from outreach.models import NoticeAddressee
from portal.roles import Role


def make(county):
    users, organs = county.people.users, county.places.organs
    office, host, liaison = users["liming"], users["zhangweidong"], users["chenjing"]
    bureaus = [organs[name] for name in ("县水利局", "县交通局", "县民政局", "县农业农村局")]

    def number(by, days_ago):
        """Return the line with the number above the text of a notice."""
        issuer = "云组通" if by == office else "石发"
        return county.document(issuer, county.anchor - timedelta(days=days_ago)) + "\n\n"

    def publish(days_ago, by, title, text, **more):
        at = county.moment(county.anchor - timedelta(days=days_ago))
        text = number(by, days_ago) + text
        fields = {"organs": (), "roles": [], "asks": "none", "question": "", "reply_due_on": None}
        draft = notices.draft_notice(by=by, at=at, title=title, text=text, **{**fields, **more})
        return notices.publish_notice(notice=draft, by=by, at=at)

    def earlier():
        publish(
            40,
            office,
            "关于进一步减轻基层负担的通知",
            "各单位下村一律不要求层层陪同，不向村（社区）要台账、要照片。走访情况由干部本人记入民情日记，"
            "一次录入，各处共用。",
            roles=[Role.CADRE, Role.LIAISON],
        )
        first = publish(
            12,
            office,
            f"关于做好{county.season}走访的通知",
            "请各乡镇组织包村干部于本月底前走访独居老人和困难群众。",
            roles=[Role.HOST],
        )
        draft = notices.draft_notice(
            by=office,
            at=county.moment(county.anchor - timedelta(days=9)),
            replaces=first,
            title=f"关于做好{county.season}走访的通知（更正）",
            roles=[Role.HOST],
            asks="none",
            question="",
            text=number(office, 9)
            + "请各乡镇组织包村干部于下月15日前走访独居老人和困难群众，不要求报送材料。",
            reply_due_on=None,
        )
        notices.publish_notice(
            notice=draft, by=office, at=county.moment(county.anchor - timedelta(days=9))
        )

    if not county.is_tiny:
        earlier()
    asking = publish(
        3,
        office,
        "关于核实在建惠民项目的通知",
        "为便于下村干部向群众答复，请核实本单位在建的惠民项目。没有的，回复“否”即可。",
        organs=[*bureaus, *county.places.townships],
        asks="both",
        question="本单位有无在建惠民项目？有的，请写明项目名称和完工时间。",
        reply_due_on=county.anchor + timedelta(days=2),
    )
    done_on = county.anchor + timedelta(days=20)
    for username, yes, text in (
        ("liuyang", True, f"东支渠清淤，{done_on.month}月{done_on.day}日完工。"),
        ("fengli", False, ""),
    ):
        asked = NoticeAddressee.objects.reaching(users[username]).get(notice=asking)
        notices.answer_notice(
            addressee=asked,
            by=users[username],
            yes=yes,
            text=text,
            at=county.moment(county.anchor - timedelta(days=1)),
        )
    if county.is_tiny:
        return
    held_on = county.anchor + timedelta(days=(4 - county.anchor.weekday()) % 7)
    held = f"{held_on.month}月{held_on.day}日（星期五）"
    withdrawn = publish(
        6, office, "关于召开民情分析会的通知", f"定于{held}下午召开民情分析会。", organs=bureaus
    )
    notices.withdraw_notice(
        notice=withdrawn,
        by=office,
        at=county.moment(county.anchor - timedelta(days=5)),
        reason="会议时间另行确定",
    )
    stations = county.places.stations.get(host.organ_id, [])
    publish(
        2,
        host,
        "关于巡查农田水利设施的通知",
        "请各站所结合走访，对村内渠道、泵站巡查一遍。",
        organs=[host.organ, *stations],
    )
    notices.draft_notice(
        by=liaison,
        at=county.moment(county.anchor - timedelta(days=1)),
        title="本局走访安排",
        text="下周起各股室分组走访包联村。",
        organs=[liaison.organ],
        roles=[],
        asks="none",
        question="",
        reply_due_on=None,
    )
