"""No mandatory field for villages; mandatory fields for others replace a paper."""

from django.urls import get_resolver

from portal.pages.acts import ACTS

# {replaced paper: the acts whose mandatory fields it contained}
REPLACED = {
    "督查方案": "plan_inspection change_inspection send_back_inspection cancel_inspection",
    "抽样记录": "enter_inspection_seed",
    "督查工作底稿": "record_look find_problem add_inspection_note refuse_finding",
    "事实核对回复": "answer_facts",
    "督查结论": "conclude_inspection",
    "整改通知单": "issue_notice number_notice put_right_at_once",
    "整改情况报告单": "report_rectification",
    "整改核查记录": "settle_finding fail_finding take_long",
    "复核申请书、复核决定": "object_to_finding decide_objection",
    "年度工作要点责任分解表": "new_plan change_work_plan add_plan_item change_plan_item",
    "征求意见回复": "say_plan_opinion send_plan_back",
    "会议纪要摘录、印发文件": "deliberate_plan decide_plan issue_plan adjust_item cancel_item",
    "季度进展表": "say_quarter send_note_back note_item_done reopen_item",
    "年终总结": "sum_up_plan",
    "督办立项单": "propose_entry change_entry join_ground send_entry_back revoke_entry",
    "督办反馈单": "report_entry_progress report_entry_result",
    "催办单、延期报告": "urge_entry extend_entry take_entry_long_term",
    "督办办结审核单": "review_entry return_entry refuse_to_end_entry",
    "经验做法登记表": "new_practice change_practice ask_practice_to_add refuse_practice",
    "试行验证报告": "try_practice end_practice_trial finish_practice_trials",
    "推广文件、制度文件": "decide_practice spread_practice begin_practice_rule"
    " advance_practice_rule issue_practice_rule extend_practice_rule end_practice_rule",
    "发文稿纸": "new_paper change_paper new_quarterly send_back_paper number_paper withdraw_paper",
    "报表准入申请表": "new_data_request change_data_request return_data_request"
    " provide_data_request withdraw_data_request",
    "未准入索取的电话反映": "tell_unadmitted settle_unadmitted",
    "投诉建议登记表": "new_complaint extend_complaint ask_consent answer_complaint rate_complaint",
    "更正说明": "take_back_complaint_step take_back_entry_step take_back_inspection_step"
    " take_back_paper_step take_back_plan_step take_back_practice_step",
    "档案移交目录": "make_package",
    "个人信息请求登记簿": "register_privacy_request prepare_privacy_answer"
    " send_back_privacy_answer",
    "档案鉴定、销毁清册": "begin_destruction keep_records return_destruction destroy_records",
}


def _asking():
    """Yield the names of the acts of oversight with a mandatory field."""
    for (namespace, name), (_acts, act) in ACTS.items():
        fields = getattr(act.form, "base_fields", {}).values()
        if namespace == "oversight" and any(
            one.required and not one.widget.is_hidden for one in fields
        ):
            yield name


def test_each_mandatory_field_takes_the_place_of_a_paper():
    named = [name for names in REPLACED.values() for name in names.split()]
    assert sorted(named) == sorted(_asking())


def test_no_page_of_the_villagers_door_asks_for_oversight(settings):
    patterns = [*get_resolver(settings.DOOR_URLCONF).url_patterns]
    asked = []
    while patterns:
        one = patterns.pop()
        patterns += getattr(one, "url_patterns", ())
        asked.append(getattr(one.callback, "__module__", "") if hasattr(one, "callback") else "")
    assert "outreach.door.views" in asked
    assert not [module for module in asked if module.startswith("oversight")]
