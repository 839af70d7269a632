"""去标识: open all letters of a questionnaire once and store the answers without marks of persons.

One transaction: either the values are stored in plain and letters, links and key are gone, or
nothing has changed. Rows are written in random order and carry no time.
"""

import secrets
import zlib
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.models.text import plain, shown
from portal.records import audit
from portal.records.steps import take_step
from portal.run import jobs
from portal.sampling.plan import Method as DrawMethod
from portal.tools.copying import copy_records
from portal.tools.locking import locked
from portal.tools.saving import change
from portal.trust import privacy
from portal.trust.access import require
from research import letters
from research.models import (
    Answer,
    AnswerText,
    DrawnUnit,
    Questionnaire,
    QuestionnaireStep,
    QuestionResult,
    SealedAnswer,
    SecondEntry,
)
from research.models.questionnaires import QuestionnaireState
from research.questionnaires.answers import walk
from research.results import estimation, questions
from research.rules import answers as rules

# Callbacks (questionnaire, at=) of higher apps that hold answers not yet accepted; called within
# the transaction of the strip.
STRIP_HOOKS: list[Callable] = []
State, Move = QuestionnaireState, QuestionnaireStep.Move
_DICE = secrets.SystemRandom()
CHUNK = 500


@transaction.atomic
def ask_to_strip(*, questionnaire, by):
    """Queue the job that removes the marks of persons."""
    questionnaire = locked(questionnaire, "organ__division", no_key=True)
    require(rules.may_strip(by, questionnaire))
    title = _("Removing marks of persons: %(title)s") % {"title": questionnaire.title}
    arguments = {"questionnaire": questionnaire.pk}
    return jobs.start(kind="strip_answers", title=title, arguments=arguments, by=by)


jobs.PAGES["strip_answers"] = lambda job: reverse(
    "research:answers", args=[job.arguments["questionnaire"]]
)


@jobs.work_of("strip_answers")
def _strip(job, folder, progress):
    questionnaire = Questionnaire.objects.get(pk=job.arguments["questionnaire"])
    if questionnaire.stripped_at:
        # The job was run again after it had finished.
        n = Answer.objects.filter(version__questionnaire=questionnaire).count()
    else:
        n = strip(questionnaire, by=job.owner, at=job.taken_at, progress=progress)
    return _receipt(questionnaire, n, folder), {"written": n, "expected": n}


def _receipt(questionnaire, n, folder):
    """Write a short receipt for the files of the survey. It is in Chinese, like all papers."""
    questionnaire.refresh_from_db()
    at = timezone.localtime(questionnaire.stripped_at)
    name = f"去标识记录-{questionnaire.number or questionnaire.pk}.txt"
    lines = [
        f"问卷：{plain(questionnaire.title)}（编号{questionnaire.number}）",
        f"去标识时间：{at:%Y年%m月%d日 %H:%M}",
        f"答卷：{n}份。密钥、封存答卷和答题码已销毁，此后不再收录答卷。",
    ]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


@transaction.atomic
def strip(questionnaire, *, by, at, progress=lambda done, total: None):
    """Strip the questionnaire and return the number of answers."""
    questionnaire = locked(questionnaire, "organ__division")
    require(rules.may_strip(by, questionnaire))
    was_running = questionnaire.state == State.RUNNING
    places = _Places(questionnaire)
    n = _write(questionnaire, places, progress)
    _estimate(questionnaire, places, progress, n)

    SecondEntry.objects.filter(answer__questionnaire=questionnaire).delete()
    SealedAnswer.objects.filter(questionnaire=questionnaire).delete()
    questionnaire.links.all().delete()
    letters.destroy_key(questionnaire)
    for forget in STRIP_HOOKS:
        forget(questionnaire, at=at)
    change(questionnaire, state=State.STRIPPED, stripped_at=at, public_key=b"")
    if was_running:
        take_step(questionnaire, Move.CLOSED, by=by, at=at)
    take_step(questionnaire, Move.STRIPPED, by=by, at=at)
    audit.record("questionnaire.stripped", on=questionnaire, by=by, values={"n": n})
    return n


class _Places:
    """Stratum, cluster and weight of each drawn unit. Villages are numbered in random order."""

    def __init__(self, questionnaire):
        self.sample = questionnaire.sample
        rows = DrawnUnit.objects.filter(sample=self.sample).released()
        facts = "pk", "stratum", "unit", "serial", "township", "probability"
        rows = list(rows.values_list(*facts))
        self.names = _names({(stratum, unit) for _pk, stratum, unit, *_rest in rows})
        self.drawn = {
            pk: (
                self.names[stratum],
                unit if serial is not None else None,
                township,
                1 / probability,
            )
            for pk, stratum, unit, serial, township, probability in rows
        }
        villages = sorted({one[1] for one in self.drawn.values() if one[1]})
        _DICE.shuffle(villages)
        self.number = {unit: number for number, unit in enumerate(villages, 1)}

    def of(self, drawn_id):
        """(stratum, cluster, weight), township"""
        stratum, unit, township, weight = self.drawn[drawn_id]
        return (stratum, self.number.get(unit), weight), township

    @property
    def units(self):
        """Return {stratum: number of units in the frame} if units were drawn directly and with
        equal probability, else {}."""
        if self.number or self.sample.method != DrawMethod.SIMPLE:
            return {}
        frame = zlib.decompress(bytes(self.sample.frame_file)).decode()
        strata = Counter(line.split("\t", 1)[0] for line in frame.splitlines())
        return {self.names.get(stratum, stratum): n for stratum, n in strata.items()}


def _names(pairs):
    """Return {stratum: name stored with the answers}. A stratum with a single unit would identify
    it, so it gets a random number instead."""
    units = {}
    for stratum, unit in pairs:
        units.setdefault(stratum, set()).add(unit)
    alone = [one for one, there in units.items() if len(there) == 1 and None not in there]
    _DICE.shuffle(alone)
    return {one: one for one in units} | {one: f"*{n}" for n, one in enumerate(alone, 1)}


def _write(questionnaire, places, progress):
    """Write the answers and their texts; returns how many answers."""
    private = letters.private_key(questionnaire)
    definitions = dict(questionnaire.versions.values_list("pk", "definition"))
    ids = list(
        SealedAnswer.objects.filter(questionnaire=questionnaire).values_list("pk", flat=True)
    )
    _DICE.shuffle(ids)
    places.silent = Counter(places.of(drawn)[0] for drawn in places.drawn)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE stripped_text (version_id bigint, path text, text text)"
            " ON COMMIT DROP"
        )
        for start in range(0, len(ids), CHUNK):
            answers, texts = [], []
            some = SealedAnswer.objects.in_bulk(ids[start : start + CHUNK])
            for pk in ids[start : start + CHUNK]:
                one = some[pk]
                given = letters.unseal(one.letter, questionnaire.pk, private)
                definition = definitions[one.version_id]
                outcome = walk(definition, given, today=one.given_on.isoformat())
                values, free = questions.split(definition, outcome)
                place, township = places.of(one.drawn_id)
                places.silent[place] -= 1
                stratum, cluster, weight = place
                answers.append(
                    Answer(
                        version_id=one.version_id,
                        township_id=township,
                        stratum=stratum,
                        cluster=cluster,
                        weight=weight,
                        values=values,
                    )
                )
                texts += [(one.version_id, path, without_persons(text)) for path, text in free]
            copy_records(answers)
            cursor.executemany("INSERT INTO stripped_text VALUES (%s, %s, %s)", texts)
            progress(start + len(answers), 2 * len(ids))
        # Shuffle, so that the texts of one answer are not stored next to each other.
        cursor.execute(
            f"INSERT INTO {AnswerText._meta.db_table} (version_id, path, text)"  # noqa: S608
            " SELECT version_id, path, text FROM stripped_text ORDER BY gen_random_uuid()"
        )
        cursor.execute("DROP TABLE stripped_text")
    return len(ids)


def without_persons(text):
    """Mask ID numbers in a free text, and people named by surname and form of address."""
    return shown(privacy.mask_others(privacy.mask_ids(text)))[:5_000]


def _estimate(questionnaire, places, progress, n):
    definitions = questionnaire.versions.order_by("number").values_list("definition", flat=True)
    asked = questions.questions_of(definitions)
    rows = Answer.objects.filter(version__questionnaire=questionnaire)
    strata = sorted(set(places.names.values()))
    survey = estimation.Survey(
        lambda: rows.values_list("stratum", "cluster", "weight", "values").iterator(2_000),
        +places.silent,
        places.units,
        is_systematic=places.sample.method == DrawMethod.SYSTEMATIC,
    )
    done = lambda at: progress(n + n * at // max(len(asked), 1), 2 * n)  # noqa: E731
    found = estimation.figures(survey, asked, strata, progress=done)
    QuestionResult.objects.bulk_create(
        QuestionResult(questionnaire=questionnaire, position=at, path=path, figures=figures)
        for at, (path, figures) in enumerate(found, 1)
    )
