"""Rows of a survey for a researcher whose request was granted: no village, no text, no date, and at
least five rows for each place × sex × age (k ≥ 5).

Age is banded and place coarsened until few rows are in groups that are too small; those rows are
left out. The file states what was done. Weights are means over the place shown, since an exact
weight would identify the village.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.models import Division
from portal.run import jobs
from portal.sheets import xlsx
from portal.sheets.wording import worded
from portal.tools import languages
from research.models import Answer, MicrodataRequest
from research.questionnaires.answers import index
from research.results.files import manifest_of
from research.results.questions import CHOICE, MANY, named, questions_of

K = 5
# (whether the township is shown, width of age bands in years or None), finest first.
LEVELS = ((True, 10), (True, 20), (False, 10), (False, 20), (False, None))
# If more than this share of rows would be left out, the next level is tried.
MOST_LEFT_OUT = 0.05
EVERYWHERE = "全部"
LANGUAGES = ("zh-hans",)


@dataclass(frozen=True)
class Grouping:
    """A grouping of rows; `kept` are the groups with at least K rows."""

    has_place: bool
    years: int | None
    kept: dict
    left_out: int

    def key(self, township, sex, age):
        return (township if self.has_place else None, sex, band(age, self.years))


def band(age, years):
    """Return the age band, for example “30–39” for 30; empty if the age is unknown or not shown."""
    try:
        number = int(float(age))
    except (TypeError, ValueError):
        return ""
    if years is None or not 0 <= number < 200:
        return ""
    low = number // years * years
    return f"{low}–{low + years - 1}"


def grouping(counts):
    """Return the finest grouping of {(township, sex, age): count} that leaves out few rows."""
    whole = sum(counts.values())
    found = [_grouped(counts, whole, *level) for level in LEVELS]
    fine = [one for one in found if one.left_out <= MOST_LEFT_OUT * whole]
    return (fine or found[-1:])[0]


def _grouped(counts, whole, has_place, years):
    groups = Counter()
    found = Grouping(has_place, years, groups, 0)
    for row, count in counts.items():
        groups[found.key(*row)] += count
    kept = {key: count for key, count in groups.items() if count >= K}
    return Grouping(has_place, years, kept, whole - sum(kept.values()))


def write(job, folder, progress):
    """Write the file of a job; return (file name, manifest)."""
    asked = MicrodataRequest.objects.select_related("questionnaire__organ", "decided_by").get(
        pk=job.arguments["microdata"]
    )
    if asked.granted is not True or asked.asked_by_id not in job.owner.identity_ids:
        raise jobs.JobProblem(_("It is not granted."))
    questionnaire = asked.questionnaire
    rows = Answer.objects.filter(version__questionnaire=questionnaire).order_by("pk")
    counts, weights = Counter(), defaultdict(float)
    facts = rows.values_list("township", "weight", "values")
    for township, weight, values in facts.iterator(2_000):
        counts[township, *_who(asked, values)] += 1
        weights[township] += weight
    chosen = grouping(counts)
    day = timezone.localtime(job.taken_at)
    name = f"微观数据-{questionnaire.number or questionnaire.pk}-{day:%Y%m%d-%H%M}.xlsx"
    with translation.override(languages.chinese()):
        columns = _columns(questionnaire, asked)
        frame = _frame(asked, chosen, columns, job.owner, day)
        written = xlsx.write_sheet(
            folder / name,
            frame,
            _rows(facts, asked, chosen, columns, _mean_weights(counts, weights, chosen)),
            progress=lambda done: progress(done, sum(chosen.kept.values())),
        )
    return name, manifest_of(folder / name, job, questionnaire.pk, written.rows)


def _who(asked, values):
    """Return (sex, age) of an answer; empty for a question that the request does not name."""
    found = [values.get(path, "") if path else "" for path in (asked.sex, asked.age)]
    return ["" if isinstance(one, list) else one for one in found]


def _mean_weights(counts, weights, chosen):
    """{place shown: mean weight of its answers}"""
    n, sums = Counter(), defaultdict(float)
    for (township, _sex, _age), count in counts.items():
        n[township if chosen.has_place else None] += count
    for township, weight in weights.items():
        sums[township if chosen.has_place else None] += weight
    return {place: round(sums[place] / n[place], 2) for place in n}


def _columns(questionnaire, asked):
    """Return the choice and number questions outside repeats. Calculated ones are left out, since
    they may contain an age or a date."""
    definitions = list(
        questionnaire.versions.order_by("number").values_list("definition", flat=True)
    )
    calculated = {
        path
        for definition in definitions
        for path, item in index(definition).items()
        if item.get("type") in ("calculate", "date", "text")
    }
    return [
        one
        for one in questions_of(definitions).values()
        if one.path not in calculated and not one.repeats and one.path != asked.age
    ]


def _frame(asked, chosen, columns, user, at):
    questionnaire = asked.questionnaire
    done = [
        worded("地区到乡镇、街道") if chosen.has_place else "不显示地区",
        f"年龄按{chosen.years}岁分段" if chosen.years and asked.age else "不显示年龄",
        f"每一地区、性别、年龄组合不少于{K}行，另有{chosen.left_out}行因不足{K}行未列出",
        worded("无村名、文字、日期、重复填写部分和计算项；权数为所示地区的平均权数"),
    ]
    return xlsx.SheetFrame(
        name="微观数据",
        title=f"{questionnaire.title}微观数据",
        columns=[
            xlsx.SheetColumn("地区", 16),
            xlsx.SheetColumn("权数", 10, "center", "decimal"),
            xlsx.SheetColumn("年龄段", 10, "center"),
            *(
                xlsx.SheetColumn(named(one.label, one.path, LANGUAGES), 14, code=one.path)
                for one in columns
            ),
        ],
        unit_line=(
            f"申请人：{asked.asked_by.name}",
            f"生成时间：{at:%Y.%m.%d %H:%M}",
            f"批准人：{asked.decided_by.name}",
        ),
        notes=(
            f"用途：{asked.purpose}。仅供申请人用于此用途，不得转给他人，不得识别个人。",
            f"处理：{'；'.join(done)}。",
            f"文件由{user.name}生成（申请{asked.pk}号）。",
        ),
        paper="A3",
    )


def _rows(facts, asked, chosen, columns, weights):
    places = dict(Division.objects.filter(level=4).values_list("pk", "name"))
    for township, _weight, values in facts.iterator(2_000):
        key = chosen.key(township, *_who(asked, values))
        if key not in chosen.kept:
            continue
        place = places.get(township, "") if chosen.has_place else EVERYWHERE
        yield [
            place,
            weights[key[0]],
            key[2],
            *(_said(one, values.get(one.path, "")) for one in columns),
        ]


def _said(question, value):
    if question.kind == MANY:
        return "；".join(
            named(question.choices.get(one, {}), one, LANGUAGES) for one in value.split()
        )
    if question.kind == CHOICE and value:
        return named(question.choices.get(value, {}), value, LANGUAGES)
    return value
