import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.migrations._together import Together

STEP_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON
      research_topicstep,
      research_batchstep,
      research_researchreportstep,
      research_foundproblemstep,
      research_advicestep,
      research_questionnairestep
      FROM portal_app;
  END IF;
END $$;
"""

# A draft that was never submitted is discarded with its steps, of which it has none; otherwise steps
# stay (portal/records/steps.py).
GUARDED = ("research_topicstep", "research_batchstep")

RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    GRANT DELETE ON research_topicstep, research_batchstep TO portal_app;
  END IF;
END $$;
"""

GUARDS = "".join(
    f"CREATE TRIGGER steps_stay BEFORE DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION portal_steps_stay();"
    for table in GUARDED
)

# What the published hashes, the seed and the result stand for never changes, not even by a mistake of
# ours. A draft changes; drawn units keep who asks and what became of them open.
SAMPLE_STAYS = """
CREATE FUNCTION research_sample_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_user = 'portal_app' AND (
    OLD.frozen_at IS NOT NULL AND
    (NEW.questionnaire_id, NEW.batch_id, NEW.organ_id, NEW.source, NEW.kinds, NEW.area_id,
     NEW.described, NEW.as_of, NEW.method, NEW.allocation, NEW.number, NEW.households,
     NEW.reserve_size, NEW.reserve_batches, NEW.deviations, NEW.strata, NEW.numbers, NEW.places,
     NEW.unit_count, NEW.frame_file, NEW.frame_digest, NEW.plan_digest, NEW.frozen_at)
    IS DISTINCT FROM
    (OLD.questionnaire_id, OLD.batch_id, OLD.organ_id, OLD.source, OLD.kinds, OLD.area_id,
     OLD.described, OLD.as_of, OLD.method, OLD.allocation, OLD.number, OLD.households,
     OLD.reserve_size, OLD.reserve_batches, OLD.deviations, OLD.strata, OLD.numbers, OLD.places,
     OLD.unit_count, OLD.frame_file, OLD.frame_digest, OLD.plan_digest, OLD.frozen_at)
    OR OLD.seeded_at IS NOT NULL AND
    (NEW.seed, NEW.seed_kind, NEW.seed_how, NEW.organiser, NEW.witness, NEW.witness_of,
     NEW.seeded_at)
    IS DISTINCT FROM
    (OLD.seed, OLD.seed_kind, OLD.seed_how, OLD.organiser, OLD.witness, OLD.witness_of,
     OLD.seeded_at)
    OR OLD.drawn_at IS NOT NULL AND
    (NEW.drawn_at, NEW.result_digest) IS DISTINCT FROM (OLD.drawn_at, OLD.result_digest)
    OR OLD.given_up_at IS NOT NULL AND NEW.given_up_at IS DISTINCT FROM OLD.given_up_at
    OR NEW.batches_released < OLD.batches_released
  ) THEN
    RAISE EXCEPTION 'a frozen sample is never changed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sample_stays BEFORE UPDATE ON research_sample
  FOR EACH ROW EXECUTE FUNCTION research_sample_stays();
"""

SAMPLE_RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE DELETE, TRUNCATE ON research_sample FROM portal_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON research_samplestep, research_drawnunitstep,
      research_drawnunit FROM portal_app;
    GRANT UPDATE (probability, asked_by_id, disposition, disposed_on, channel)
      ON research_drawnunit TO portal_app;
  END IF;
END $$;
"""

# What the slip of a code opens, for whoever has the code: which questionnaire, and the key that its
# answer is sealed for. With the owner's rights, so that the door reads no table and lists no link.
# A wrong code is counted among all wrong ones of the hour, a limit that the door cannot raise.
ASK = """
-- The norm "research.late_days" that is in force on a day.
CREATE FUNCTION research_late_days(on_day date) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT p.value::integer FROM portal_policyparameter p
        WHERE p.code = 'research.late_days' AND p.valid_from <= on_day
        ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), 7)
$$;

CREATE FUNCTION door_answer(wanted text, ending integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date;
    link research_answerlink;
    asked research_questionnaire;
    given text;
BEGIN
    IF (SELECT count(*) >= 5000 FROM outreach_doortry t
        WHERE t.number = 'answer' AND t.at > portal_clock() - interval '1 hour') THEN
        RETURN jsonb_build_object('state', 'busy');
    END IF;
    SELECT * INTO link FROM research_answerlink l WHERE l.digest = wanted;
    IF NOT FOUND THEN
        INSERT INTO outreach_doortry (number, at) VALUES ('answer', portal_clock());
        RETURN jsonb_build_object('state', CASE WHEN EXISTS (
            SELECT FROM research_questionnaire q
            WHERE q.id % 10000 = ending AND q.stripped_at IS NOT NULL)
            THEN 'stripped' ELSE 'unknown' END);
    END IF;
    SELECT * INTO asked FROM research_questionnaire q WHERE q.id = link.questionnaire_id;
    SELECT a.channel INTO given FROM research_sealedanswer a WHERE a.drawn_id = link.drawn_id;
    RETURN jsonb_build_object(
        'state', CASE WHEN link.is_used OR given = 'link' THEN 'used'
                      WHEN given IS NOT NULL THEN 'other'
                      WHEN asked.state NOT IN ('running', 'late') THEN 'closed'
                      WHEN today < asked.opens_on THEN 'early'
                      WHEN today > asked.closes_on + research_late_days(asked.closes_on)
                          THEN 'closed'
                      ELSE 'open' END,
        'questionnaire', asked.id, 'version', link.version_id, 'title', asked.title,
        'purpose', asked.purpose, 'phone', asked.phone, 'number', asked.number,
        'valid_until', asked.valid_until, 'opens_on', asked.opens_on, 'today', today,
        'table_number', asked.table_number, 'made_by', asked.made_by, 'approval', asked.approval,
        'minutes', (SELECT v.minutes FROM research_questionnaireversion v
                    WHERE v.id = link.version_id),
        'organ', (SELECT o.name FROM portal_organ o WHERE o.id = asked.organ_id),
        'key', encode(asked.public_key, 'base64'));
END $$;

-- The form of the version that a slip was printed for. It never changes: the door keeps it.
CREATE FUNCTION door_questionnaire(wanted text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT v.definition FROM research_answerlink l
    JOIN research_questionnaireversion v ON v.id = l.version_id
    WHERE l.digest = wanted
$$;

-- Takes one sealed answer by a link and spends the link, or says why not. The questionnaire cannot
-- be stripped meanwhile.
CREATE FUNCTION door_take_answer(wanted text, ending integer, content text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (portal_clock() AT TIME ZONE 'Asia/Shanghai')::date;
    link research_answerlink;
    state text;
BEGIN
    PERFORM q.id FROM research_questionnaire q
    JOIN research_answerlink l ON l.questionnaire_id = q.id WHERE l.digest = wanted
    FOR NO KEY UPDATE OF q;
    SELECT * INTO link FROM research_answerlink l WHERE l.digest = wanted FOR UPDATE;
    state := door_answer(wanted, ending) ->> 'state';
    IF state = 'open' AND length(content) > 1000000 THEN
        RETURN 'too_long';
    ELSIF state = 'open' THEN
        INSERT INTO research_sealedanswer
            (questionnaire_id, version_id, drawn_id, channel, letter, given_on)
        VALUES (link.questionnaire_id, link.version_id, link.drawn_id, 'link', content, today);
        UPDATE research_answerlink SET is_used = true WHERE id = link.id;
        UPDATE research_drawnunit SET disposition = 'complete', disposed_on = today,
            channel = 'link' WHERE id = link.drawn_id;
        INSERT INTO research_drawnunitstep (drawn_id, at, disposition, text)
        VALUES (link.drawn_id, portal_clock(), 'complete', '');
        RETURN 'taken';
    END IF;
    RETURN state;
END $$;

-- Counts an answer that came after the strip; of it nothing else is kept.
CREATE FUNCTION door_late_answer(ending integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE research_questionnaire SET refused_late = refused_late + 1
    WHERE id = (SELECT max(q.id) FROM research_questionnaire q
                WHERE q.id % 10000 = ending AND q.stripped_at IS NOT NULL)
$$;

REVOKE EXECUTE ON FUNCTION research_late_days(date), door_answer(text, integer),
    door_questionnaire(text), door_take_answer(text, integer, text), door_late_answer(integer)
    FROM PUBLIC;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['portal_app', 'portal_door'] LOOP
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = one) THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION door_answer(text, integer),'
                     ' door_questionnaire(text), door_take_answer(text, integer, text),'
                     ' door_late_answer(integer) TO %I', one);
    END IF;
  END LOOP;
END $$;
"""

UNASK = """
DROP FUNCTION door_late_answer(integer);
DROP FUNCTION door_take_answer(text, integer, text);
DROP FUNCTION door_questionnaire(text);
DROP FUNCTION door_answer(text, integer);
DROP FUNCTION research_late_days(date);
"""

# What was stripped stays so: the running role can change none of what is left, take no answer more,
# and give the questionnaire no other key.
STAYS_STRIPPED = """
CREATE FUNCTION research_stays_stripped() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stripped_at IS DISTINCT FROM OLD.stripped_at
       OR NEW.public_key IS DISTINCT FROM OLD.public_key THEN
        RAISE EXCEPTION 'A stripped questionnaire stays stripped.';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION research_takes_no_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM research_questionnaire q
               WHERE q.id = NEW.questionnaire_id AND q.stripped_at IS NOT NULL) THEN
        RAISE EXCEPTION 'A stripped questionnaire takes no answer.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_stripped BEFORE UPDATE ON research_questionnaire
    FOR EACH ROW WHEN (OLD.stripped_at IS NOT NULL) EXECUTE FUNCTION research_stays_stripped();
CREATE TRIGGER takes_no_answer BEFORE INSERT ON research_sealedanswer
    FOR EACH ROW EXECUTE FUNCTION research_takes_no_answer();
CREATE TRIGGER takes_no_answer BEFORE INSERT ON research_answerlink
    FOR EACH ROW EXECUTE FUNCTION research_takes_no_answer();
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'portal_app') THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON research_answer, research_answertext,
      research_questionresult FROM portal_app;
  END IF;
END $$;
"""

GOES = """
DROP TRIGGER takes_no_answer ON research_answerlink;
DROP TRIGGER takes_no_answer ON research_sealedanswer;
DROP TRIGGER stays_stripped ON research_questionnaire;
DROP FUNCTION research_takes_no_answer();
DROP FUNCTION research_stays_stripped();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("outreach", "0008_keys_of_call_backs"),
        ("portal", "0007_short_lived_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    TABLES = [
        migrations.CreateModel(
            name="DrawnUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("stratum", models.CharField(db_collation="C", default="", max_length=80)),
                ("key", models.CharField(db_collation="C", max_length=120)),
                ("reserve", models.PositiveSmallIntegerField(default=0)),
                ("serial", models.PositiveIntegerField(null=True)),
                ("probability", models.FloatField()),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("complete", "Complete"),
                            ("partial", "Partly answered"),
                            ("refused", "Refused"),
                            ("not_met", "Not met in three tries"),
                            ("empty", "Empty house or no such address"),
                            ("ineligible", "Does not meet the conditions"),
                            ("unable", "Cannot answer"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("disposed_on", models.DateField(null=True)),
                ("channel", models.CharField(blank=True, default="", max_length=5)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asks",
                        to="portal.cadre",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.grassrootsunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                ("purpose", models.CharField(max_length=200, verbose_name="purpose")),
                ("phone", models.CharField(max_length=30, verbose_name="phone for questions")),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=30,
                        verbose_name="number",
                    ),
                ),
                ("valid_until", models.DateField(null=True, verbose_name="valid until")),
                (
                    "table_number",
                    models.CharField(
                        blank=True, default="", max_length=30, verbose_name="number of the table"
                    ),
                ),
                (
                    "made_by",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="made by"),
                ),
                (
                    "approval",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=60,
                        verbose_name="approval or filing number",
                    ),
                ),
                (
                    "why_long",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="why so many questions are needed",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("design", "Being designed"),
                            ("trial", "Being tried out"),
                            ("review", "To be reviewed"),
                            ("reviewed", "Reviewed"),
                            ("frozen", "Frame frozen"),
                            ("drawn", "Sample drawn"),
                            ("running", "Answers are taken"),
                            ("late", "Closed, late answers are taken"),
                            ("stripped", "Marks of persons removed"),
                            ("internal", "For internal reference"),
                            ("published", "Published"),
                            ("dropped", "Given up"),
                        ],
                        default="design",
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("opens_on", models.DateField(null=True, verbose_name="answers from")),
                ("closes_on", models.DateField(null=True, verbose_name="answers until")),
                ("public_key", models.BinaryField(default=b"")),
                ("stripped_at", models.DateTimeField(null=True)),
                ("refused_late", models.PositiveIntegerField(default=0)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questionnaires",
                        to="portal.organ",
                        verbose_name="carried out by",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionnaireVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("definition", models.JSONField()),
                ("digest", models.CharField(db_collation="C", max_length=64)),
                ("file_name", models.CharField(max_length=120)),
                ("workbook", models.BinaryField()),
                ("questions", models.PositiveSmallIntegerField()),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes it takes")),
                ("uploaded_at", models.DateTimeField()),
                ("left_out", models.JSONField(default=list)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnswerText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("text", models.TextField(max_length=5000)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AnswerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(db_collation="C", max_length=64, unique=True)),
                ("is_used", models.BooleanField(default=False)),
                (
                    "drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link",
                        to="research.drawnunit",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stratum", models.CharField(db_collation="C", default="", max_length=80)),
                ("cluster", models.PositiveIntegerField(null=True)),
                ("weight", models.FloatField()),
                ("values", models.JSONField()),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("path", models.CharField(db_collation="C", max_length=200)),
                ("figures", models.JSONField()),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="research.questionnaire",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symposium", "Symposium"),
                                ("interview", "Interview with one person"),
                                ("spot_check", "Random spot check"),
                                ("on_site", "Look on site"),
                                ("questionnaire", "Questionnaire survey"),
                            ],
                            max_length=13,
                        ),
                        size=None,
                        verbose_name="methods",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("checked", "Being harmonised"),
                            ("arranged", "Arranged"),
                            ("under_way", "Under way"),
                            ("over", "Over"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "people",
                    models.ManyToManyField(
                        related_name="batches", to="portal.cadre", verbose_name="who goes"
                    ),
                ),
                (
                    "visits",
                    models.ManyToManyField(related_name="research_batches", to="outreach.visit"),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questionnaires",
                to="research.researchbatch",
            ),
        ),
        migrations.CreateModel(
            name="BatchUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="group"),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "only_checked",
                    models.BooleanField(default=False, verbose_name="only a random spot check"),
                ),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "city",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "host_organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="portal.grassrootsunit",
                        verbose_name="place",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="research.researchbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BatchStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("submitted", "Handed to the office to be harmonised"),
                            ("taken_back", "Taken back"),
                            ("sent_back", "Sent back to be changed"),
                            ("arranged", "Arranged"),
                            ("changed", "Changed"),
                            ("over", "Fieldwork ended"),
                            ("resumed", "Fieldwork goes on"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.researchbatch",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="subject of the report")),
                (
                    "situation",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="basic situation"
                    ),
                ),
                (
                    "problems_text",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="problems found"
                    ),
                ),
                (
                    "causes",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="causes"
                    ),
                ),
                (
                    "advice",
                    models.TextField(
                        blank=True, default="", max_length=10000, verbose_name="suggestions"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "To be reviewed"),
                            ("reviewed", "Reviewed, to be decided"),
                            ("decided", "Decided"),
                            ("sent", "Reported upwards"),
                            ("sent_back", "Sent back"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "search",
                    django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchReportStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("handed_in", "Handed in for review"),
                            ("sent_back", "Sent back to be changed"),
                            ("reviewed", "Reviewed"),
                            ("decided", "Decided"),
                            ("sent", "Reported upwards"),
                            ("published", "Published in the library"),
                            ("withdrawn", "Taken out of the library"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.researchreport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="topic")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("plan", "Plan of the year"),
                            ("leader", "Given by a leader"),
                            ("recurring", "Recurs in the ledger"),
                            ("stay", "Report of a stay"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("01", "Production and income"),
                            ("02", "Roads, water and power"),
                            ("03", "Living environment"),
                            ("04", "Housing and land"),
                            ("05", "Education"),
                            ("06", "Health and medical insurance"),
                            ("07", "Work and wages"),
                            ("08", "Social security and relief"),
                            ("09", "Care of the old and the young"),
                            ("10", "Subsidies and policies"),
                            ("11", "Village affairs and openness"),
                            ("12", "Dispute, to be mediated"),
                            ("13", "Public safety"),
                            ("14", "Services for enterprises"),
                            ("15", "Party building"),
                            ("16", "Culture and sports"),
                            ("17", "Style of public service"),
                            ("18", "Other"),
                        ],
                        default="",
                        max_length=2,
                        verbose_name="category",
                    ),
                ),
                (
                    "duties",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="duties that it serves"
                    ),
                ),
                (
                    "outline",
                    models.TextField(
                        blank=True, default="", max_length=5000, verbose_name="outline"
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symposium", "Symposium"),
                                ("interview", "Interview with one person"),
                                ("spot_check", "Random spot check"),
                                ("on_site", "Look on site"),
                                ("questionnaire", "Questionnaire survey"),
                            ],
                            max_length=13,
                        ),
                        size=None,
                        verbose_name="methods",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Drafted"),
                            ("submitted", "To be decided"),
                            ("approved", "Decided"),
                            ("under_way", "Under way"),
                            ("reported", "Report to be decided"),
                            ("concluded", "Concluded"),
                            ("followed", "Use of its results followed"),
                            ("archived", "Archived"),
                            ("stopped", "Broken off"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("decided_on", models.DateField(null=True)),
                ("decision", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField()),
                (
                    "lead_organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_topics",
                        to="portal.cadre",
                        verbose_name="head of the group",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="topics", to="portal.cadre", verbose_name="members"
                    ),
                ),
                (
                    "stay_report",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="outreach.stayreport",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="researchreport",
            name="topic",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="research.researchtopic",
            ),
        ),
        migrations.AddField(
            model_name="researchbatch",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="research.researchtopic",
            ),
        ),
        migrations.AddField(
            model_name="questionnaire",
            name="topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="questionnaires",
                to="research.researchtopic",
            ),
        ),
        migrations.CreateModel(
            name="FoundProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=80, verbose_name="problem")),
                (
                    "shown_by",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="how it shows"
                    ),
                ),
                (
                    "cause",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="cause"),
                ),
                (
                    "task",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="tasks and measures"
                    ),
                ),
                (
                    "done_when",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="done when"
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("found_on", models.DateField()),
                ("settled_on", models.DateField(null=True)),
                (
                    "lead_organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="lead organ",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found_problems",
                        to="outreach.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "responsible_organ",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="responsible organ",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Advice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=500, verbose_name="suggestion")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("raised", "Raised"),
                            ("sent", "Sent to be studied"),
                            ("adopted", "Adopted"),
                            ("partly", "Adopted in part"),
                            ("studied", "Put on the list for study"),
                            ("refused", "Not adopted"),
                            ("carried_out", "Being carried out"),
                            ("turned", "Turned into a measure"),
                            ("looked_back", "Looked at again"),
                        ],
                        default="raised",
                        max_length=12,
                    ),
                ),
                ("raised_on", models.DateField()),
                ("sent_on", models.DateField(null=True)),
                ("answer_by", models.DateField(null=True)),
                ("turned_into", models.CharField(blank=True, default="", max_length=80)),
                ("look_back_on", models.DateField(null=True)),
                (
                    "addressed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="addressed to",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="name")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("units", "Villages and other units"),
                            ("rosters", "Serial numbers of the villages' paper rosters"),
                            ("list", "An uploaded list"),
                        ],
                        max_length=8,
                        verbose_name="drawn from",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("rural", "Village"),
                                ("community", "Urban community"),
                                ("soe", "State-owned enterprise"),
                                ("nonpublic", "Non-public enterprise"),
                                ("social", "Social organisation"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("described", models.CharField(max_length=300, verbose_name="what the list holds")),
                ("as_of", models.DateField(blank=True, null=True, verbose_name="as of")),
                ("is_by_township", models.BooleanField(default=True)),
                ("avoids_earlier", models.BooleanField(default=True)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("simple", "simple random draw"),
                            ("systematic", "systematic draw"),
                            ("pareto", "draw in proportion to size"),
                        ],
                        max_length=10,
                        verbose_name="way of drawing",
                    ),
                ),
                (
                    "allocation",
                    models.CharField(
                        choices=[
                            ("proportion", "In proportion to the units of the stratum"),
                            ("fixed", "The same number in each stratum"),
                            ("optimal", "More where answers differ more"),
                        ],
                        default="proportion",
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number to draw")),
                (
                    "households",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="households of each village"
                    ),
                ),
                (
                    "reserve_size",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="reserve in one batch"
                    ),
                ),
                (
                    "reserve_batches",
                    models.PositiveSmallIntegerField(default=0, verbose_name="batches of reserve"),
                ),
                ("deviations", models.JSONField(blank=True, default=dict)),
                ("strata", models.JSONField(blank=True, default=dict)),
                ("numbers", models.JSONField(blank=True, default=dict)),
                ("places", models.JSONField(blank=True, default=dict)),
                ("memory", models.JSONField(blank=True, default=dict)),
                ("unit_count", models.PositiveIntegerField(null=True)),
                ("frame_file", models.BinaryField(default=b"")),
                (
                    "frame_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                (
                    "plan_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "seed_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dice", "Dice, thrown before two people"),
                            ("public", "Numbers that somebody else draws in public"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "seed",
                    models.CharField(blank=True, db_collation="C", default="", max_length=200),
                ),
                (
                    "seed_how",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="how it was thrown"
                    ),
                ),
                (
                    "organiser",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="organiser"
                    ),
                ),
                (
                    "witness",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="witness"),
                ),
                (
                    "witness_of",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="organ of the witness"
                    ),
                ),
                ("seeded_at", models.DateTimeField(null=True)),
                ("drawn_at", models.DateTimeField(null=True)),
                (
                    "result_digest",
                    models.CharField(blank=True, db_collation="C", default="", max_length=64),
                ),
                ("batches_released", models.PositiveSmallIntegerField(default=0)),
                ("given_up_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                        verbose_name="area",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="research.researchbatch",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.job",
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                        verbose_name="organised by",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ResearchActivity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="group"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("symposium", "Symposium"),
                            ("interview", "Interview with one person"),
                            ("spot_check", "Random spot check"),
                            ("on_site", "Look on site"),
                            ("questionnaire", "Questionnaire survey"),
                        ],
                        max_length=13,
                    ),
                ),
                ("held_on", models.DateField(verbose_name="day")),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="where"),
                ),
                (
                    "persons",
                    models.CharField(
                        blank=True, default="", max_length=80, verbose_name="categories of people"
                    ),
                ),
                (
                    "person_count",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="number of people"
                    ),
                ),
                ("content", models.TextField(max_length=2000, verbose_name="main content")),
                (
                    "found",
                    models.TextField(
                        blank=True, default="", max_length=2000, verbose_name="what was found"
                    ),
                ),
                (
                    "done_there",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="done on the spot"
                    ),
                ),
                (
                    "to_check",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="to be checked"
                    ),
                ),
                (
                    "checked",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="checked"),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "city",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "conducted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                        verbose_name="led by",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "host_organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "matters",
                    models.ManyToManyField(
                        related_name="research_activities", to="outreach.matter"
                    ),
                ),
                (
                    "organ",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.organ",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.division",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="portal.grassrootsunit",
                        verbose_name="place",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="research.researchbatch",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="research.sample",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="drawnunit",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drawn",
                to="research.sample",
            ),
        ),
        migrations.CreateModel(
            name="SampleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("frozen", "Frame and plan frozen and published"),
                            ("seeded", "Seed entered"),
                            ("drawn", "Drawn"),
                            ("released", "Batch of the reserve released"),
                            ("given_up", "Given up"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="research.sample",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealedAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("visit", "With the person, by a cadre"),
                            ("link", "By link"),
                            ("paper", "On paper"),
                        ],
                        max_length=5,
                    ),
                ),
                ("letter", models.TextField()),
                ("given_on", models.DateField()),
                (
                    "drawn",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer",
                        to="research.drawnunit",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sealed",
                        to="research.questionnaire",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SecondEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.TextField(default="")),
                ("fields", models.PositiveSmallIntegerField(null=True)),
                ("differing", models.PositiveSmallIntegerField(null=True)),
                ("is_settled", models.BooleanField(default=False)),
                (
                    "answer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second",
                        to="research.sealedanswer",
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TopicStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted for decision"),
                            ("taken_back", "Taken back"),
                            ("sent_back", "Sent back to be changed"),
                            ("approved", "Approved"),
                            ("changed", "Plan changed"),
                            ("begun", "Begun"),
                            ("reported", "Report handed in for review"),
                            ("concluded", "Concluded"),
                            ("followed", "Use of its results followed"),
                            ("archived", "Archived"),
                            ("restored", "Taken out of the archive"),
                            ("stopped", "Broken off"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=60)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.researchtopic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes it took")),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="what was not clear"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trials",
                        to="research.questionnaireversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AdviceStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("raised", "Raised"),
                            ("sent", "Sent to be studied"),
                            ("adopted", "Adopted"),
                            ("partly", "Adopted in part"),
                            ("studied", "Put on the list for study"),
                            ("refused", "Not adopted"),
                            ("carried_out", "Being carried out"),
                            ("turned", "Turned into a measure"),
                            ("looked_back", "Looked at again"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("document", models.CharField(blank=True, default="", max_length=80)),
                (
                    "advice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.advice",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["advice", "-at", "-id"], name="advice_step")],
            },
        ),
        migrations.CreateModel(
            name="ContactTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "time",
                    models.CharField(
                        choices=[
                            ("morning", "Morning"),
                            ("noon", "Noon"),
                            ("afternoon", "Afternoon"),
                            ("evening", "Evening"),
                        ],
                        max_length=9,
                        verbose_name="time of day",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="research.drawnunit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("drawn", "on", "time"),
                        name="a_try_is_noted_once",
                        violation_error_message="This try is noted already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawnUnitStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("complete", "Complete"),
                            ("partial", "Partly answered"),
                            ("refused", "Refused"),
                            ("not_met", "Not met in three tries"),
                            ("empty", "Empty house or no such address"),
                            ("ineligible", "Does not meet the conditions"),
                            ("unable", "Cannot answer"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="research.drawnunit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["drawn", "-at", "-id"], name="drawn_unit_step")],
            },
        ),
        migrations.CreateModel(
            name="FoundProblemStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("progress", "Progress"),
                            ("settled", "Struck off the list"),
                            ("reopened", "Put back on the list"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.foundproblem",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["problem", "-at", "-id"], name="found_problem_step")
                ],
            },
        ),
        migrations.CreateModel(
            name="HomeNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_on", models.DateField(verbose_name="day")),
                ("place", models.CharField(max_length=60, verbose_name="where")),
                ("situation", models.TextField(max_length=2000, verbose_name="situation")),
                (
                    "suggestion",
                    models.TextField(
                        blank=True, default="", max_length=1000, verbose_name="suggestion"
                    ),
                ),
                ("given_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.cadre",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["author", "-seen_on", "-id"], name="home_note_author")
                ],
            },
        ),
        migrations.CreateModel(
            name="MicrodataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("purpose", models.CharField(max_length=300, verbose_name="purpose")),
                ("sex", models.CharField(blank=True, db_collation="C", default="", max_length=200)),
                ("age", models.CharField(blank=True, db_collation="C", default="", max_length=200)),
                ("granted", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "why",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="reason"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="microdata_requests",
                        to="research.questionnaire",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("granted", None)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("granted__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="microdata_are_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="microdata_are_granted_by_somebody_else",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("granted", None)),
                        fields=("questionnaire", "asked_by"),
                        name="one_open_request_of_a_person",
                        violation_error_message="You have asked already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionnaireStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("uploaded", "New version read in"),
                            ("tried", "Given out to be tried"),
                            ("submitted", "Handed in for review"),
                            ("sent_back", "Sent back to be changed"),
                            ("reviewed", "Reviewed"),
                            ("frozen", "Frame frozen and published"),
                            ("drawn", "Sample drawn"),
                            ("opened", "Answers are taken from now on"),
                            ("closed", "Closed"),
                            ("stripped", "Marks of persons removed, key destroyed"),
                            ("internal", "Results for internal reference"),
                            ("published", "Results published"),
                            ("undrawn", "Sample given up"),
                            ("dropped", "Given up"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(blank=True, default="", max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="research.questionnaire",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["questionnaire", "-at", "-id"], name="questionnaire_step")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="questionnaireversion",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "number"), name="versions_of_a_questionnaire_are_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaireversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("reviewed_at", None), ("reviewed_by", None)),
                        models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("reviewed_by", None),
                        models.Q(("reviewed_by", models.F("uploaded_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="a_version_is_not_reviewed_by_who_read_it_in",
                violation_error_message="Somebody else than who read it in reviews a version.",
            ),
        ),
        migrations.AddIndex(
            model_name="answertext",
            index=models.Index(fields=["version", "path", "id"], name="answer_text_path"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["version", "id"], name="answer_version"),
        ),
        migrations.AddConstraint(
            model_name="questionresult",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "position"), name="a_question_has_one_result"
            ),
        ),
        migrations.AddIndex(
            model_name="batchunit",
            index=models.Index(fields=["unit", "day"], name="batch_unit_day"),
        ),
        migrations.AddIndex(
            model_name="batchunit",
            index=models.Index(fields=["host_organ", "-day", "-id"], name="batch_unit_host"),
        ),
        migrations.AddConstraint(
            model_name="batchunit",
            constraint=models.UniqueConstraint(
                fields=("batch", "unit"), name="a_unit_stands_once_in_a_batch_of_research"
            ),
        ),
        migrations.AddConstraint(
            model_name="batchunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_checked", False), ("told_at", None), _connector="OR"),
                name="nobody_is_told_of_a_spot_check",
            ),
        ),
        migrations.AddIndex(
            model_name="batchstep",
            index=models.Index(fields=["batch", "-at", "-id"], name="research_batch_step"),
        ),
        migrations.AddIndex(
            model_name="researchreportstep",
            index=models.Index(fields=["report", "-at", "-id"], name="research_report_step"),
        ),
        migrations.AddIndex(
            model_name="researchtopic",
            index=models.Index(fields=["-starts_on", "-id"], name="topic_day"),
        ),
        migrations.AddIndex(
            model_name="researchtopic",
            index=models.Index(fields=["lead_organ", "-starts_on", "-id"], name="topic_organ"),
        ),
        migrations.AddConstraint(
            model_name="researchtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="a_topic_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchtopic",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "submitted")),
                    ("decided_on__isnull", False),
                    models.Q(("decision", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_decided_topic_says_when_or_by_what",
                violation_error_message="Say on which day it was decided, or by which document.",
            ),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=models.Index(fields=["-created_at", "-id"], name="research_report_day"),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=models.Index(
                condition=models.Q(("published_at__isnull", False)),
                fields=["-published_at", "-id"],
                name="research_library",
            ),
        ),
        migrations.AddIndex(
            model_name="researchreport",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=True, fields=["search"], name="research_report_search"
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_on__isnull", False), ("state__in", ("decided", "sent"))),
                    models.Q(
                        models.Q(("state__in", ("decided", "sent")), _negated=True),
                        ("decided_on", None),
                    ),
                    _connector="OR",
                ),
                name="a_report_of_research_is_decided_on_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None), ("state__in", ("decided", "sent")), _connector="OR"
                ),
                name="only_a_decided_report_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by", None),
                    models.Q(("reviewed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_report_is_not_reviewed_by_its_writer",
                violation_error_message="Somebody else than the writer reviews the report.",
            ),
        ),
        migrations.AddIndex(
            model_name="researchbatch",
            index=models.Index(fields=["-starts_on", "-id"], name="research_batch_day"),
        ),
        migrations.AddConstraint(
            model_name="researchbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="a_batch_of_research_ends_after_it_begins",
                violation_error_message="The end lies before the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchbatch",
            constraint=models.UniqueConstraint(
                fields=("topic", "number"), name="a_topic_numbers_its_batches"
            ),
        ),
        migrations.AddIndex(
            model_name="questionnaire",
            index=models.Index(fields=["-created_at", "-id"], name="questionnaire_day"),
        ),
        migrations.AddIndex(
            model_name="questionnaire",
            index=models.Index(fields=["organ", "-created_at", "-id"], name="questionnaire_organ"),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by", None),
                    models.Q(("reviewed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_questionnaire_is_not_reviewed_by_its_writer",
                violation_error_message="Somebody else than the writer reviews the questionnaire.",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("design", "trial", "review", "dropped")),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        ("reviewed_by__isnull", False),
                        ("valid_until__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_reviewed_questionnaire_has_number_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("stripped_at", None), ("public_key", b""), _connector="OR"),
                name="a_stripped_questionnaire_has_lost_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approval", ""), ("made_by", ""), ("table_number", "")),
                    models.Q(
                        models.Q(("table_number", ""), _negated=True),
                        models.Q(("made_by", ""), _negated=True),
                        models.Q(("approval", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_survey_table_names_maker_and_approval",
                violation_error_message="Number of the table, who made it and its approval belong together.",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("organ", "number"),
                name="a_number_belongs_to_one_questionnaire",
                violation_error_message="This number is given to another questionnaire.",
            ),
        ),
        migrations.AddIndex(
            model_name="foundproblem",
            index=models.Index(fields=["-found_on", "-id"], name="found_problem_day"),
        ),
        migrations.AddIndex(
            model_name="foundproblem",
            index=models.Index(
                condition=models.Q(("matter", None), ("settled_on", None)),
                fields=["due_on", "id"],
                name="found_problem_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.UniqueConstraint(
                fields=("topic", "position"), name="a_problem_has_its_place_in_the_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person", None), ("responsible_organ", None)),
                    models.Q(("due_on__isnull", False), ("responsible_organ__isnull", False)),
                    _connector="OR",
                ),
                name="a_problem_is_given_to_an_organ_until_a_day",
                violation_error_message="Say until when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="foundproblem",
            constraint=models.CheckConstraint(
                condition=models.Q(("matter", None), ("settled_on", None), _connector="OR"),
                name="a_problem_in_the_ledger_is_settled_there",
            ),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(
                fields=["addressed_to", "state", "answer_by", "id"], name="advice_organ"
            ),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(fields=["-raised_on", "-id"], name="advice_day"),
        ),
        migrations.AddIndex(
            model_name="advice",
            index=models.Index(
                condition=models.Q(("look_back_on__isnull", False)),
                fields=["look_back_on", "id"],
                name="advice_look_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.UniqueConstraint(
                fields=("topic", "position"), name="a_suggestion_of_research_has_its_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="advice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "raised"),
                    models.Q(
                        ("addressed_to__isnull", False),
                        ("answer_by__isnull", False),
                        ("sent_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_suggestion_is_sent_to_an_organ_with_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["-created_at", "-id"], name="sample_day"),
        ),
        migrations.AddIndex(
            model_name="sample",
            index=models.Index(fields=["organ", "drawn_at"], name="sample_organ"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch", None), ("questionnaire__isnull", False)),
                    models.Q(("batch__isnull", False), ("questionnaire", None)),
                    _connector="OR",
                ),
                name="a_sample_is_of_a_questionnaire_or_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(
                condition=models.Q(("given_up_at", None)),
                fields=("questionnaire",),
                name="one_standing_sample_of_a_questionnaire",
                violation_error_message="The questionnaire has a sample already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frame_digest", ""),
                        ("frozen_at", None),
                        ("plan_digest", ""),
                        ("unit_count", None),
                    ),
                    models.Q(
                        ("frozen_at__isnull", False),
                        ("unit_count__isnull", False),
                        models.Q(("frame_digest", ""), _negated=True),
                        models.Q(("plan_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_frozen_frame_has_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seeded_at", None),
                    models.Q(
                        ("frozen_at__isnull", False), ("seeded_at__gt", models.F("frozen_at"))
                    ),
                    _connector="OR",
                ),
                name="a_seed_is_entered_after_the_frame_is_frozen",
                violation_error_message="The seed is entered after the frame is frozen and published.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("organiser", ""),
                        ("seed", ""),
                        ("seed_how", ""),
                        ("seed_kind", ""),
                        ("seeded_at", None),
                        ("witness", ""),
                        ("witness_of", ""),
                    ),
                    models.Q(
                        ("seeded_at__isnull", False),
                        models.Q(("seed", ""), _negated=True),
                        models.Q(("seed_kind", ""), _negated=True),
                        models.Q(("seed_how", ""), _negated=True),
                        models.Q(("organiser", ""), _negated=True),
                        models.Q(("witness", ""), _negated=True),
                        models.Q(("witness_of", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_seed_has_its_witness",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("drawn_at", None), ("result_digest", "")),
                        models.Q(
                            ("drawn_at__isnull", False),
                            models.Q(("result_digest", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    models.Q(("drawn_at", None), ("seeded_at__isnull", False), _connector="OR"),
                ),
                name="a_draw_has_its_seed_and_result",
            ),
        ),
        migrations.AddIndex(
            model_name="researchactivity",
            index=models.Index(fields=["batch", "-held_on", "-id"], name="activity_batch"),
        ),
        migrations.AddConstraint(
            model_name="researchactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "spot_check"), _negated=True),
                    models.Q(("checked__isnull", False), ("to_check__isnull", False)),
                    _connector="OR",
                ),
                name="a_spot_check_counts_what_it_checked",
                violation_error_message="Say how many were to be checked and how many were.",
            ),
        ),
        migrations.AddIndex(
            model_name="drawnunit",
            index=models.Index(
                condition=models.Q(("disposition", "")),
                fields=["asked_by", "sample", "id"],
                name="drawn_unit_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.UniqueConstraint(
                fields=("sample", "key"), name="a_unit_is_drawn_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.UniqueConstraint(
                fields=("sample", "position"), name="drawn_units_have_their_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disposed_on", None), ("disposition", "")),
                    models.Q(
                        ("disposed_on__isnull", False), models.Q(("disposition", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_disposition_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel", ""), ("disposition__in", ("complete", "partial")), _connector="OR"
                ),
                name="only_an_answer_came_some_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("probability__gt", 0), ("probability__lte", 1)),
                name="a_probability_lies_between_0_and_1",
            ),
        ),
        migrations.AddIndex(
            model_name="samplestep",
            index=models.Index(fields=["sample", "-at", "-id"], name="sample_step"),
        ),
        migrations.AddConstraint(
            model_name="sealedanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "link"), ("typed_by", None)),
                    models.Q(
                        models.Q(("channel", "link"), _negated=True), ("typed_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="whoever_types_an_answer_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("differing", None), ("fields", None), ("letter", ""), ("typed_by", None)
                    ),
                    models.Q(
                        ("differing__isnull", False),
                        ("fields__isnull", False),
                        ("typed_by__isnull", False),
                        models.Q(("letter", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_second_entry_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="secondentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_settled", False), ("typed_by__isnull", False), _connector="OR"
                ),
                name="a_settled_second_entry_was_typed",
            ),
        ),
        migrations.AddIndex(
            model_name="topicstep",
            index=models.Index(fields=["topic", "-at", "-id"], name="topic_step"),
        ),
    ]
    operations = [
        Together(TABLES),
        migrations.RunSQL(STEP_RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(SAMPLE_STAYS, "DROP FUNCTION research_sample_stays CASCADE"),
        migrations.RunSQL(SAMPLE_RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(ASK, UNASK),
        migrations.RunSQL(STAYS_STRIPPED, GOES),
    ]
