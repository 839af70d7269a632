import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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
        UPDATE research_drawnunit SET disposition = 'complete', disposed_on = today
        WHERE id = link.drawn_id;
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
       OR NEW.public_key IS DISTINCT FROM OLD.public_key
       OR NEW.private_cipher IS DISTINCT FROM OLD.private_cipher THEN
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
    dependencies = [
        ("research", "0001_research"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
        ),
        migrations.RemoveConstraint(
            model_name="secondentry",
            name="a_second_entry_is_somebodys",
        ),
        migrations.AddField(
            model_name="answerlink",
            name="version",
            field=models.ForeignKey(
                default=1,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="research.questionnaireversion",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="microdatarequest",
            name="age",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="microdatarequest",
            name="sex",
            field=models.CharField(blank=True, db_collation="C", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="secondentry",
            name="is_settled",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="answerlink",
            name="drawn",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="link",
                to="research.drawnunit",
            ),
        ),
        migrations.AlterField(
            model_name="sealedanswer",
            name="drawn",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answer",
                to="research.drawnunit",
            ),
        ),
        migrations.AlterField(
            model_name="sealedanswer",
            name="letter",
            field=models.TextField(),
        ),
        migrations.AlterField(
            model_name="secondentry",
            name="letter",
            field=models.TextField(default=""),
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
        migrations.AddField(
            model_name="questionresult",
            name="questionnaire",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="results",
                to="research.questionnaire",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionresult",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "position"), name="a_question_has_one_result"
            ),
        ),
        migrations.RunSQL(ASK, UNASK),
        migrations.RunSQL(STAYS_STRIPPED, GOES),
    ]
