"""The template workbook: an example with explanations that the reader accepts in full."""

import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

ZH, EN = "中文 (zh)", "English (en)"
_HEADINGS = [
    ("type", 24, "题型。见“说明”页。 The type of the question."),
    ("name", 18, "题目代号：字母开头，只用字母、数字、下划线，不重复。 A short name, never shown."),
    (f"label::{ZH}", 40, "题目的中文文字。 The question in Chinese."),
    (f"label::{EN}", 40, "题目的英文文字，可以整列删去。 The same in English; may be deleted."),
    (f"hint::{ZH}", 26, "题目下的小字提示，可以不填。 A hint below the question."),
    (f"hint::{EN}", 26, "英文提示，可以整列删去。 The same in English; may be deleted."),
    ("required", 10, "必答写 yes。 Write yes if it must be answered."),
    ("relevant", 32, "什么条件下才问，如 ${moved}='yes'。 Asked only if this holds."),
    (
        "constraint",
        26,
        "答案要满足的条件，“.”代表答案。 What the answer must meet; “.” is the answer.",
    ),
    (f"constraint_message::{ZH}", 26, "不满足时的提示。 Said if it is not met."),
    (f"constraint_message::{EN}", 26, "英文提示，可以整列删去。 The same in English."),
    ("default", 12, "预先填好的答案，可以不填。 An answer put in at first."),
    ("choice_filter", 24, "按前面的答案筛选选项，如 area=${area}。 Which choices are offered."),
    ("calculation", 30, "calculate 的算式。 What is calculated."),
    ("parameters", 24, "range 的起止和步长。 Start, end and step of a range."),
    ("repeat_count", 16, "重复组的次数，可以不填。 How often a group is repeated."),
    ("appearance", 14, "multiline 多行；field-list 同页；minimal 下拉。 How it looks."),
]
_ROWS = [
    {
        "type": "note",
        "name": "welcome",
        ZH: "下面的问题大约需要三分钟，不想答的可以不答。",
        EN: "This takes about three minutes. You may leave out what you like.",
    },
    {
        "type": "integer",
        "name": "age",
        ZH: "您的年龄（周岁）？",
        EN: "How old are you?",
        "required": "yes",
        "constraint": ". >= 18 and . <= 120",
        f"!{ZH}": "本问卷只请年满18周岁的人填写。",
        f"!{EN}": "Only people of 18 and more are asked.",
    },
    {
        "type": "select_one yes_no",
        "name": "at_home",
        ZH: "您今年大部分时间在本地吗？",
        EN: "Do you spend most of the year here?",
        "required": "yes",
    },
    {
        "type": "date",
        "name": "left_on",
        ZH: "您是哪天离开的？",
        EN: "When did you leave?",
        "?": "记不清的写大概日期",
        "??": "Roughly, if you do not remember",
        "relevant": "${at_home} = 'no'",
        "constraint": ". <= today()",
        f"!{ZH}": "不能晚于今天。",
        f"!{EN}": "Not later than today.",
    },
    {"type": "begin_group", "name": "services", ZH: "办事与服务", EN: "Services"},
    {
        "type": "select_multiple service",
        "name": "used",
        ZH: "今年您在本地办过哪些事？",
        EN: "What did you have done here this year?",
        "constraint": "not(selected(., 'none') and count-selected(.) > 1)",
        f"!{ZH}": "选了“都没有”就不能再选别的。",
        f"!{EN}": "“None” cannot be ticked with others.",
    },
    {
        "type": "select_one place",
        "name": "where",
        ZH: "主要在哪里办的？",
        EN: "Where for the most part?",
        "relevant": "${used} != '' and not(selected(${used}, 'none'))",
    },
    {
        "type": "select_one window",
        "name": "window",
        ZH: "是哪个窗口？",
        EN: "At which counter?",
        "relevant": "${where} != ''",
        "choice_filter": "place=${where}",
    },
    {
        "type": "range",
        "name": "satisfied",
        ZH: "您对办事的方便程度打几分？",
        EN: "How convenient was it?",
        "?": "1分最不方便，5分最方便",
        "??": "1 not at all, 5 very",
        "relevant": "${where} != ''",
        "parameters": "start=1 end=5 step=1",
    },
    {"type": "end_group", "name": "services"},
    {
        "type": "decimal",
        "name": "land",
        ZH: "家里种多少亩地？",
        EN: "How many mu of land do you farm?",
        "constraint": ". >= 0 and . < 1000",
        f"!{ZH}": "请填0到1000之间的亩数。",
        f"!{EN}": "Between 0 and 1,000 mu.",
        "default": "0",
    },
    {
        "type": "integer",
        "name": "away",
        ZH: "家里有几个人在外务工？",
        EN: "How many of your household work elsewhere?",
        "constraint": ". >= 0 and . <= 10",
        f"!{ZH}": "请填0到10。",
        f"!{EN}": "Between 0 and 10.",
        "required": "yes",
    },
    {
        "type": "begin_repeat",
        "name": "workers",
        ZH: "在外务工的人",
        EN: "Who works elsewhere",
        "relevant": "${away} > 0",
        "repeat_count": "${away}",
    },
    {
        "type": "select_one where_to",
        "name": "to",
        ZH: "在哪里务工？",
        EN: "Where?",
    },
    {
        "type": "integer",
        "name": "months",
        ZH: "今年在外几个月？",
        EN: "For how many months of this year?",
        "constraint": ". >= 0 and . <= 12",
        f"!{ZH}": "请填0到12。",
        f"!{EN}": "Between 0 and 12.",
    },
    {"type": "end_repeat", "name": "workers"},
    {"type": "calculate", "name": "months_away", "calculation": "sum(${months})"},
    {
        "type": "text",
        "name": "wish",
        ZH: "您最希望解决的一件事是什么？",
        EN: "What would you most like to see solved?",
        "?": "不要写姓名、电话和身份证号",
        "??": "No names, phone or identity numbers, please",
        "appearance": "multiline",
    },
]
_CHOICES = [
    ("yes_no", "yes", "是", "Yes", ""),
    ("yes_no", "no", "否", "No", ""),
    ("service", "medical", "医保、看病报销", "Medical insurance", ""),
    ("service", "pension", "养老、低保", "Pension and allowances", ""),
    ("service", "land", "土地、宅基地", "Land and housing", ""),
    ("service", "papers", "开证明、盖章", "Papers and stamps", ""),
    ("service", "none", "都没有", "None of these", ""),
    ("place", "near", "就近的服务点", "At a service point nearby", ""),
    ("place", "hall", "服务大厅", "In a service hall", ""),
    ("window", "agent", "代办员", "An agent", "near"),
    ("window", "office", "服务点值班人员", "Who is on duty there", "near"),
    ("window", "hall", "综合窗口", "The general window", "hall"),
    ("window", "station", "专业窗口", "A special window", "hall"),
    ("where_to", "county", "县内", "In the county", ""),
    ("where_to", "province", "县外省内", "Elsewhere in the province", ""),
    ("where_to", "outside", "省外", "In another province", ""),
]
_EXPLAINED = [
    ("怎么用", "How to use it"),
    (
        "在 survey 页一行写一题，在 choices 页写选项，在 settings 页写标题；本页不读取。",
        "A row for each question in “survey”; choices in “choices”. This sheet is not read.",
    ),
    (
        "把示例行改成自己的题目；不用的列可以删去。",
        "Change the example; delete what you do not use.",
    ),
    (
        "单元格里写值，不写公式；读取时逐条指出哪一页哪一格有问题。",
        "Write values, no formulas. Whatever is wrong is named with its sheet and cell.",
    ),
    (
        "一般不超过25题、10分钟；题目一次问一件事，不问本人无法知道的事。",
        "No more than 25 questions and 10 minutes. One thing a question.",
    ),
    (
        "不问姓名、身份证号、电话、银行卡、疾病、宗教、上访情况。",
        "Nothing about names, numbers, illness, religion or petitions.",
    ),
    ("", ""),
    ("题型", "Types"),
    ("text　文字；integer　整数；decimal　小数；date　日期", "words; whole number; number; day"),
    ("select_one 选项表　单选；select_multiple 选项表　多选", "one of a list; several of a list"),
    (
        "选项表后加 or_other　增加“其他”并追问",
        "or_other after the list adds “other” and asks which",
    ),
    ("range　打分；note　只显示文字；calculate　计算，不显示", "a scale; only text; calculated"),
    ("begin_group … end_group　一组题", "a group"),
    (
        "begin_repeat … end_repeat　重复的一组题，如每个家庭成员",
        "questions asked for each of several",
    ),
    (
        "图片、录音、定位、扫码等不收集，会被退回并说明原因。",
        "Pictures, sound and places are refused.",
    ),
    ("", ""),
    ("条件的写法", "Conditions"),
    (
        "${name} 指代号为 name 的题的答案；文字加英文单引号，如 'yes'",
        "${name} is an answer; text in quotes",
    ),
    ("= != < <= > >= and or not()　selected(${题}, '选项')", "signs and functions"),
    (
        "today() 是填写当天；. 是本题的答案",
        "today() is the day of the answer; . is the answer itself",
    ),
]


def workbook():
    """Return the workbook as bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    survey = book.create_sheet("survey")
    _head(survey, [(name, width, told) for name, width, told in _HEADINGS])
    for row in _ROWS:
        survey.append([_cell(row, name) for name, _width, _told in _HEADINGS])
    types = "text,integer,decimal,date,range,note,calculate,begin_group,end_group,"
    types += "begin_repeat,end_repeat"
    offered = DataValidation(type="list", formula1=f'"{types}"', showErrorMessage=False)
    survey.add_data_validation(offered)
    offered.add("A2:A500")

    choices = book.create_sheet("choices")
    _head(
        choices,
        [
            ("list_name", 16, "选项表的名称，与 survey 页一致。 The list, as in “survey”."),
            ("name", 14, "选项代号。 A short name."),
            (f"label::{ZH}", 28, "选项的中文文字。 The choice in Chinese."),
            (f"label::{EN}", 28, "英文，可以整列删去。 The same in English."),
            ("place", 14, "供 choice_filter 用的列，名称自定。 A column for choice_filter."),
        ],
    )
    for choice in _CHOICES:
        choices.append([one or None for one in choice])

    settings = book.create_sheet("settings")
    _head(
        settings,
        [
            ("form_title", 30, "问卷标题。 The title."),
            ("form_id", 18, "问卷代号。 A short name."),
            ("version", 12, "版本。 The version."),
            ("default_language", 20, "默认语言，与列名一致。 As in the headings."),
        ],
    )
    settings.append(["便民服务需求调查（示例）", "services_example", "1", ZH])

    explained = book.create_sheet("说明", 0)
    explained.column_dimensions["A"].width = 62
    explained.column_dimensions["B"].width = 62
    for chinese, english in _EXPLAINED:
        explained.append([chinese, english])
        for cell in explained[explained.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if chinese in ("怎么用", "题型", "条件的写法"):
                cell.font = Font(bold=True)
    for sheet in (survey, choices, settings):
        sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(row, heading):
    means, _colon, language = heading.partition("::")
    if means == "label":
        return row.get(language)
    if means == "hint":
        return row.get("?" if language == ZH else "??")
    if means == "constraint_message":
        return row.get(f"!{language}")
    return row.get(heading)


def _head(sheet, columns):
    sheet.append([name for name, _width, _told in columns])
    for cell, (_name, width, told) in zip(sheet[1], columns, strict=True):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E6EFF5")
        cell.comment = Comment(told, "XLSForm")
        sheet.column_dimensions[cell.column_letter].width = width
