"""The burden panel: counted from records and from the code, for organs and for the portal."""

from django import forms
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from outreach.actions import notices
from outreach.overview.dashboard import Number, Period
from oversight import burden, held
from oversight.actions import complaints
from portal.days import workdays
from portal.pages.acts import ACTS
from portal.roles import Role
from portal.sheets.figures import Scope
from portal.sheets.ledgers import Column
from tests.day import in_days, now, today
from tests.oversight.asking import admitted, burden_officer
from tests.people import account, fresh


def _notice(people, due_on, organs):
    fields = {"title": "报数", "text": "请报送。", "roles": [], "organs": organs}
    asks = {"asks": "text", "question": "几户？", "reply_due_on": due_on}
    notice = notices.draft_notice(by=people.office, at=now(), **fields, **asks)
    notices.publish_notice(notice=notice, by=people.office, at=now())


def _asked(people):
    scope = Scope(people.office, division=people.county)
    return {one.label: one for one in burden.asked(scope, Period(today(), today()))}


def test_replies_and_days_of_notice_are_counted(people):
    soon, late = workdays.add_working_days(today(), 1), workdays.add_working_days(today(), 9)
    _notice(people, soon, [people.water])
    _notice(people, late, [people.roads, people.weather])
    asked = _asked(people)
    assert asked[_("Replies asked of organs")].value == "3"
    notice = asked[_("Working days of notice")]
    assert (notice.value, notice.is_over) == ("9", True)
    assert (
        _("median; %(short)s of %(all)s had less than %(least)s")
        % {
            "short": 1,
            "all": 3,
            "least": 3,
        }
        == notice.note
    )


def test_requests_in_force_say_what_is_struck(people):
    admitted(people, burden_officer(people))
    admitted(people, burden_officer(people, "second"), starts_on=in_days(3))
    line = _asked(people)[_("Requests for data in force")]
    assert line.value == "1"
    note = _("%(columns)s columns, %(held)s of them struck, because the portal holds them")
    assert line.note == note % {"columns": 2, "held": 1}


def test_mandatory_fields_are_counted_from_the_code():
    class Asking(forms.Form):
        one = forms.CharField()
        two = forms.CharField(required=False)
        key = forms.CharField(widget=forms.HiddenInput)

    assert burden._asked_by(Asking) == (1, 2)
    every = burden.forms()
    asking = {one.label: one.mandatory for one in every}
    assert len(asking) > 150
    assert asking[str(ACTS["oversight", "new_complaint"][1].label)] == 2
    # Labels that coincide in one language do not change the number.
    with translation.override("en"):
        assert len(burden.forms()) == len(every)


def test_a_column_without_a_value_is_left_to_be_written_by_hand():
    assert held.is_filled(Column.text("问题", 10, "title"))
    assert not held.is_filled(Column.text("签字", 10))
    filled = {one.title: one for one in burden.sheets()}
    assert filled["民情台账"].columns > 20
    assert all(one.filled <= one.columns for one in filled.values())


def test_what_is_said_about_the_portal_is_counted_for_all(people):
    complaints.send_complaint(by=people.author, at=now(), kind="fault", text="打不开")
    (line,) = burden.complaints(Period(today(), today()))
    assert line.value == "1"
    note = _("%(open)s open, %(adopted)s adopted; %(unsatisfied)s not satisfied of %(rated)s rated")
    assert line.note == note % {"open": 1, "adopted": 0, "unsatisfied": 0, "rated": 0}


def test_the_panel_names_organs_at_most(browse, people):
    people.visit()
    for who in ("office", "host", "desk", "liaison"):
        page = browse(who).get(reverse("oversight:burden_panel"))
        assert page.status_code == 200
        assert "王建国" not in page.content.decode()
    assert browse("author").get(reverse("oversight:burden_panel")).status_code == 403


def test_who_admits_requests_reads_the_numbers_and_no_visit(browse, people):
    people.visit()
    page = browse(burden_officer(people)).get(reverse("oversight:burden_panel"))
    lines = {one.label: one.number for one in page.context["costs"]}
    assert lines[_("Visits")] == Number(1, "")
    assert lines[_("Visits with a large retinue")] == Number(0, "")
    assert lines[_("Units with a week over the limit")] == Number(0, "")
    assert page.context["scope_label"] == people.county.name
    assert f"{reverse('outreach:visits')}?" not in page.content.decode()

    elsewhere = account(
        "elsewhere", "钱减", people.desk_organ, Role.BURDEN, place=people.other_county
    )
    page = browse(fresh(elsewhere)).get(reverse("oversight:burden_panel"))
    assert page.context["costs"][0].number == Number(0, "")
