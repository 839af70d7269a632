"""Requests about personal data: one by a villager, answered, and one by a cadre, to be answered."""

from demo.told import Storyteller
from oversight.actions import privacy_requests as actions


def make(county):
    _answered(county)
    _waiting(county)


def _answered(county):
    """李大山 left his phone number at the door."""
    told, ago = Storyteller(county), 40
    clerk, head = told.user("huangwenjuan"), told.user("liming")
    asked = told.do(
        actions.register_request,
        clerk,
        ago,
        received_on=told.day(ago),
        way="phone",
        wish="consult",
        name="李大山",
        phone="100-0500-0001",
        identity="按所留号码回拨核实",
    )
    answer = "已将所存信息打印成查阅单，由驻村干部当面送交。"
    by = told.acting(clerk, told.at(ago - 2))
    asked = actions.prepare_answer(request=asked, by=by, decision="granted", answer=answer)
    told.do(actions.approve_answer, head, ago - 3, request=asked)


def _waiting(county):
    told, ago = Storyteller(county), 2
    told.do(
        actions.register_request,
        told.user("huangwenjuan"),
        ago,
        received_on=told.day(ago),
        way="person",
        wish="copy",
        cadre=told.user("wangjianguo").cadre,
        identity="本人到场，核对工作证",
        details="本人走访记录和考核结果",
    )
