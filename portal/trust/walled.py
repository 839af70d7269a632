"""The tables that hold personal data or text about people, and how the database protects each.

A test (tests/portal/test_wall.py) checks for all models that a table with such fields is in one of
these lists and has the policies it needs. Migrations define how policies compare rows with readers;
docs/adr/0084 gives the reasons.
"""

from portal.roles import GRANTS, NEVER_LENT, ROLES, Permission
from portal.run.embedded import COPIER

# {table: why it is here}: readable by users whose grants reach the row's stored place or organ.
TABLES = {
    "outreach_visit": "what was seen, heard and promised at people's homes",
    "outreach_visitcompanion": "who went along",
    "outreach_visit_households": "whose household was visited",
    "outreach_visit_photos": "photos of homes and people",
    "outreach_visitnote": "later additions to a visit",
    "outreach_visitstep": "what a leader said to a visit entered for them",
    "outreach_matter": "what somebody needs done, with a short name of who raised it",
    "outreach_matterside": "the two sides of a dispute and what they say",
    "outreach_matterassignment": "officers in charge, and why a matter was returned",
    "outreach_matterstep": "each step of a matter, in words",
    "outreach_matterstep_attachments": "files that belong to a step",
    "outreach_matterbefore": "what stood before a step, encrypted",
    "outreach_mattercare": "who carries on for a registrar who left",
    "outreach_matterrequest": "why an extension, a suspension or a referral is asked for",
    "outreach_supervisionorder": "what a leader instructed and was answered",
    "outreach_followup": "the people's word, and their remarks",
    "outreach_followuptry": "calls that reached nobody",
    "outreach_stayreport": "what was found at a place, and who took part",
    "outreach_reportstep": "why a report was sent back",
    "outreach_suggestion": "what a report suggests, and why it was not adopted",
    "outreach_stayopinion": "what host, organ and office say about a cadre",
    "outreach_stayhandover": "promises made to people and not kept yet",
    "outreach_leave": "who was away, and for what kind of reason",
    "outreach_slipremark": "what the holder of a slip wrote",
    "outreach_condolencerecipient": "who is helped at a festival, and by how much",
    "outreach_condolenceobjection": "what was said against a list",
    "outreach_condolencevisit": "who brought what to whom",
    "neighbours_summons": "what is to be settled at a place",
    "neighbours_summonedorgan": "what an organ answered",
    "neighbours_summonsstep": "each step of a summons, in words",
    "works_congressproposal": "what workers propose, and who collected it",
    "works_congressstep": "each step of a proposal, in words",
    "works_talk": "who talked with whom",
    "neighbours_hotlineticket": "what was reported to the hotline, and where",
    "outreach_visitdraft": "what is typed and not sent yet, encrypted",
    "outreach_doormessage": "what villagers sent by the door and a person looks at, sealed",
    "portal_attachment": "photos and files, of whoever reads what they are added to",
    "portal_formdraft": "what is typed and not sent yet, encrypted",
    "portal_savedfilter": "what somebody looks for, under a name of their own",
    "portal_contactchannel": "where somebody is reminded, encrypted",
    "portal_exportrequest": "what somebody needs other people's data for",
    "oversight_privacyrequest": "who asked what is kept of them, encrypted, and the answer",
    "pairing_agreement": "what two sides agreed on, and who for",
    "pairing_yearplan": "what a pairing means to do in a year",
    "pairing_cobuildingplan": "what two branches do together",
    "pairing_pairingstep": "each step of a pairing, in words",
    "pairing_jointactivity": "what was done together, and what came of it",
    "pairing_jointactivity_photos": "photos of people",
    "pairing_supportstep": "each step of an item of help, in words",
    "pairing_supportword": "what the helped side said",
    "pairing_supportremark": "what the holder of a slip wrote",
    "pairing_supportitem_evidence": "files about what was given",
    "pairing_contactpointstep": "each step of a contact point, in words",
    "pairing_problemstep": "each step of a lifted problem, in words",
    "pairing_casestep": "each step of a weak organisation, in words",
    "pairing_casesupport": "who helps a weak organisation",
    "pairing_rectificationitem": "what is put right, and by whom",
    "pairing_itemprogress": "how far it is",
    "pairing_monthlyreview": "what was found in a month",
    "pairing_acceptance": "what those who accept it say",
    "pairing_followupcheck": "what was found a year later",
    "neighbours_hotlineverdict": "how the hotline says it was answered",
    "outreach_household": "whose household it is, by a short name",
    "outreach_contactarea": "who looks after which unit",
    "outreach_campaign": "what offices mean to do at people's homes",
    "outreach_campaignstep": "each step of a campaign, in words",
    "outreach_campaignunit": "where a campaign goes, and to which group",
    "outreach_communityneed": "what a community asks for, in words",
    "outreach_communityactivity": "what was done in a community",
    "outreach_needpledge": "who takes a need up, and the community's word about them",
    "outreach_condolencecampaign": "visits before a festival",
    "outreach_condolencestep": "each step of a festival's list, in words",
    "outreach_conductreport": "complaints about the conduct of a person, encrypted",
    "outreach_meetingdecision": "what a meeting decided about matters",
    "outreach_notice_attachments": "files of notices, also of drafts",
    "outreach_noticeaddressee": "what an organ answered",
    "outreach_receptionday": "which leader receives people, and why not",
    "outreach_receptionitem": "visitors, and what the leader said",
    "outreach_yearclosing": "why a closed year was opened again",
    "outreach_stay": "who stays where",
    "outreach_staystep": "each step of a stay, with its reason",
    "outreach_staymonth": "what a cadre did in a month",
    "outreach_monthword": "what the host says of a month",
    "outreach_daynote": "on which days a cadre was away, and why",
    "outreach_staybatch": "a batch of stays",
    "outreach_staybatchstep": "each step of a batch, in words",
    "outreach_batchplace": "why a place is hard",
    "outreach_nomination": "which cadre is nominated, and what is noted of them",
    "outreach_nominationstep": "why a nomination was refused",
    "outreach_proposedplacement": "why a cadre fits a place",
    "outreach_placement": "who is sent where, and why",
    "sync_device": "whose phone it is, and why it was revoked",
    "sync_entry": "what became of an entry, in words",
    "sync_part": "names of photos",
    "api_serviceaccount": "who answers for another system",
    "api_token": "what a system may read, and why it was revoked",
    "api_keptanswer": "what a call was answered, encrypted",
    "works_disclosure": "what an enterprise made public to its workers",
    "neighbours_branchreport": "a contact person, and what is offered",
    "neighbours_branchreportstep": "each step of a report, in words",
    "neighbours_quarterline": "what a host says of a quarter",
    "pairing_pairing": "who helps whom",
    "pairing_supportitem": "what was promised and given to whom",
    "pairing_helpneed": "what a unit or a household needs",
    "pairing_helpresource": "what an organ offers",
    "pairing_contactpoint": "which leader looks after which unit",
    "pairing_prominentproblem": "a problem, and who answers for it",
    "pairing_weakorganizationcase": "which Party organisation is weak",
    "pairing_matchinground": "a round of matching",
    "pairing_roundstep": "each step of a round, in words",
    "pairing_proposedmatch": "whom a computation would have help whom",
    "pairing_matchchange": "why somebody else is to help",
    "portal_avoidancepair": "who must not be brought together",
    "portal_experience": "careers of staff",
    "portal_breakglass": "whose account was opened on the server, and why",
    "portal_stepbefore": "what stood before a step, encrypted: the system alone",
    "evaluation_cycle": "its title; read by all who have a role in the work",
    "evaluation_cyclestep": "each step of a cycle, in words",
    "evaluation_poll": "its key, encrypted; read by all who have a role in the work",
    "evaluation_appraised": "who is appraised, with post and organ, and why somebody is left out",
    "evaluation_organappraisal": "what unit, organ and host say about somebody",
    "evaluation_unitletter": "what a unit sent by its link, sealed",
    "evaluation_evidencedecision": "why a record counts for or against somebody",
    "evaluation_appeal": "what somebody says is wrong with a score, and the answer",
    "evaluation_grade": "the grade of a cadre, and why it is lower",
    "evaluation_honour": "who is nominated, why, and why not; public ones are read by all staff",
    "evaluation_honourpool": "its title; read by all who have a role in the work",
    "evaluation_poolstep": "each step of a pool, in words about who is nominated",
    "evaluation_handover": "to whom scores were given",
    "evaluation_ballotcomment": "what somebody wrote on a ballot",
    "evaluation_paperremark": "what somebody wrote on a paper ballot",
    "evaluation_hintreview": "what was found on looking at a poll",
    "evaluation_memberappraisal": "where Party members are appraised",
    "evaluation_memberappraisalstep": "each step of it, in words",
    "evaluation_appraisedmember": "Party members by name, their sums and grades",
    "evaluation_disciplinefinding": "whose conduct a document is about",
    "evaluation_findinglift": "why a finding was lifted",
    "evaluation_score": "how many points somebody has, and where each comes from",
    "evaluation_scoreevidence": "which records count for or against somebody",
    "evaluation_tally": "sums of the ballots on somebody",
    "evaluation_ballot": "what was ticked about somebody, without a mark of who did",
    "evaluation_meetingcount": "what was ticked about somebody in a meeting",
    "evaluation_paperentry": "what was typed from a sheet about somebody",
    "evaluation_hint": "what is odd about the ballots on somebody",
    "oversight_inspection": "what is inspected, by whom, and what was concluded",
    "oversight_inspectionstep": "each step of an inspection, in words",
    "oversight_inspectedorgan": "what an inspected organ answered",
    "oversight_inspectedrow": "what was found at a unit or of a closed matter",
    "oversight_inspectionnote": "what an inspection advises, and what it found good",
    "oversight_finding": "what is wrong, who is responsible, and what was done",
    "oversight_rectificationnotice": "what an organ is to put right",
    "oversight_objection": "what an organ says against a finding, and the answer",
    "oversight_workplan": "who is in charge of a plan; one in force is read by all staff",
    "oversight_planstep": "each step of a plan, in words",
    "oversight_planitem": "who is responsible for a task of a plan",
    "oversight_itemstep": "each step of a task, in words",
    "oversight_quarternote": "how a task stands, in a sentence",
    "oversight_supervisionentry": "what a leader instructed, and who is responsible",
    "oversight_entryground": "where an instruction comes from, in words",
    "oversight_entrystep": "what organs report of it, in words",
    "oversight_practice": "a practice and who wrote it down; once spread, read by all staff",
    "oversight_practicestep": "each step of a practice, in words",
    "oversight_practicetrial": "what came of trying it",
    "oversight_practicerule": "the rule that was made of it",
    "oversight_paper": "drafts of official papers, also about people",
    "oversight_papercountersign": "what an organ says on countersigning",
    "oversight_paperstep": "each step of a paper, in words",
    "oversight_datarequest": "who asks for data; a draft is its organ's own",
    "oversight_datarequeststep": "each step of it, in words",
    "oversight_requestitem": "what is asked, column by column",
    "oversight_unadmittedrequest": "who asked without admission, told to the approver alone",
    "oversight_portalcomplaint": "what somebody says about the portal, and the answer",
    "oversight_complaintstep": "each step of a complaint, in words",
    "oversight_destructionlist": "which records are destroyed",
    "oversight_destructionitem": "names of these records, and why one is kept",
    "oversight_destructionstep": "each step of a list, in words",
    "research_researchtopic": "what is studied, by whom, and its outline",
    "research_topicstep": "each step of a topic, in words",
    "research_batchunit": "where fieldwork comes to, also unannounced",
    "research_batchstep": "each step of a batch, in words",
    "research_researchactivity": "what was said, seen and found in the field",
    "research_homenote": "what a cadre saw at home, for its author and the office it is given to",
    "research_researchreport": "what a report says; a published one is read by all staff",
    "research_researchreportstep": "each step of a report, in words",
    "research_foundproblem": "what is wrong, why, and who is responsible",
    "research_foundproblemstep": "each step of a problem, in words",
    "research_advice": "what is suggested to whom",
    "research_advicestep": "each step of a suggestion, in words",
    "research_questionnairestep": "each step of a questionnaire, in words",
    "research_trial": "what somebody found unclear on trying it",
    "research_answertext": "free texts of answers",
    "research_microdatarequest": "what somebody needs the rows of a survey for",
    "research_samplestep": "each step of a sample, in words",
    "research_drawnunitstep": "what became of somebody who was drawn, in words",
}

# Like TABLES, but with policies that hide each row until a rule opens it by its number
# (portal/trust/privacy.py).
OPENED = {
    "outreach_reflection": "private reflections: their owner alone",
    "outreach_mattercontact": "name and phone of who raised a matter, encrypted",
    "outreach_condolencename": "names of recipients of festival visits, encrypted",
    "pairing_householdneed": "why a household is helped",
    "sync_keptentry": "what a phone sent, encrypted",
}

# Read without the wall, each for its reason.
OPEN_TO_ALL = {
    "portal_user": "the directory of accounts, which sign-in reads before anybody is known",
    "portal_cadre": "the directory of staff, which pickers read",
    "portal_organ": "the directory of organs, with office phones",
    "portal_division": "names of places",
    "portal_grassrootsunit": "the directory of units, with the phones of their offices",
    "portal_partyorganization": "names of Party organisations",
    "portal_standin": "who stands in for whom: the wall itself reads it",
    "portal_lockout": "sign-in reads it before anybody is known",
    "portal_loginfailure": "sign-in reads it before anybody is known",
    "portal_shortlivedkey": "a key, and nobody's data",
    "outreach_callbackkey": "a key, and nobody's data",
    "api_subscription": "a key, and nobody's data",
    "portal_reorganisationchange": "which organ somebody came to, as the directory shows",
    "outreach_contactcard": "what is printed on cards and hung out",
    "outreach_publishedlist": "published, under shortened names",
    "evaluation_scheme": "published words of a scheme",
    "evaluation_seedthrow": "published: who threw a seed and who watched",
    "evaluation_closinglist": "published: fingerprints of sealed ballots, and who watched",
    "evaluation_paperaudit": "published: which sheets were drawn, who threw, watched and compared",
    "evaluation_sealedballot": "sealed for the key of a poll, without a mark of whose it is",
    "research_sample": "published: who threw a seed and who watched",
    "research_questionnaire": "its questions are shown to whoever is asked",
    "outreach_notice": "published words of the office",
}

# {key of a model: why}: a row references a record that its reader may not open. It is loaded by key
# and never joined (tests/joining.py).
NAMED = {
    "oversight.InspectedRow.matter": "an inspection looks at matters that its members do not read",
    "research.FoundProblem.matter": "a study is told what became of a problem",
    "outreach.Matter.merged_into": "a number leads on to one of another place",
    "outreach.StayHandover.stay": "the successor reads what is handed over, and not the stay",
    "outreach.Matter.visit": "who handles a matter does not read the visit on which it was raised",
}

# Known to the policies by name: permissions for which only the organ of a record is compared.
OF_ORGANS = (
    Permission.APPROVE_EXPORTS,
    Permission.APPRAISE_RECORDS,
    Permission.APPROVE_DESTRUCTION,
    Permission.HOST_MATTERS,
    Permission.MANAGE_PEOPLE,
    Permission.RECORD_FOR_OTHERS,
    Permission.RESET_PASSWORDS,
    Permission.MANAGE_STAYS,
    Permission.NOMINATE,
    Permission.MANAGE_CAMPAIGNS,
    Permission.OFFER_HELP,
    Permission.MANAGE_PAIRINGS,
    Permission.PUBLISH_NOTICES,
    Permission.INSTRUCT,
    Permission.READ_EVALUATION,
    Permission.MANAGE_EVALUATION,
    Permission.GIVE_ORGANISATION_WORD,
    Permission.COUNT_BALLOTS,
    Permission.RECORD_FINDINGS,
    Permission.READ_INSPECTIONS,
    Permission.LEAD_INSPECTIONS,
    Permission.ANSWER_INSPECTIONS,
    Permission.READ_PLANS,
    Permission.MANAGE_PLANS,
    Permission.REPORT_PROGRESS,
    Permission.DECIDE_SUPERVISION,
    Permission.DRAFT_PAPERS,
    Permission.CHECK_PAPERS,
    Permission.SIGN_PAPERS,
    Permission.ADMIT_REQUESTS,
    Permission.RECEIVE_COMPLAINTS,
    Permission.READ_RESEARCH,
    Permission.CHECK_RESEARCH,
    Permission.DECIDE_RESEARCH,
)
# Also by name: permissions that count if held at all, for whichever organ.
HELD = (
    Permission.MANAGE_ACCOUNTS,
    Permission.GIVE_GRANTS,
    Permission.READ_AUDIT,
    Permission.READ_CONDUCT,
)
_READING = {Permission.READ_VISITS, Permission.READ_MATTERS}
# Written by `manage.py migrate`: which roles count for what in the policies.
ROLES_NOW = """
DO $do$ BEGIN
  IF to_regprocedure('portal_wall_roles(text)') IS NOT NULL THEN
    CREATE OR REPLACE FUNCTION portal_wall_roles(what text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE what {cases} END $$;
  END IF;
END $do$;
"""
# Run by `manage.py migrate`: grants for the role that copies rows into these tables.
COPIER_NOW = """
DO $do$ DECLARE
  one regclass;
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{copier}') THEN
    GRANT USAGE ON SCHEMA public TO {copier};
    FOR one IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
               AND c.relkind = 'r' AND c.relname = ANY ('{{{tables}}}')
    LOOP
      EXECUTE format('GRANT INSERT ON %s TO {copier}', one);
    END LOOP;
  END IF;
END $do$;
"""


def roles():
    """{what: the roles that count for it}. A new role needs no migration: `migrate` tells it."""
    return {
        # Their grants open what lies in the area, or belongs to the organ.
        "reads": [role for role, may in GRANTS.items() if may & _READING],
        # Those whose organ is compared with a record's host instead of its organ.
        "hosts": [role for role, row in ROLES.items() if row.organ_axis == "host_organ"],
        "handles": [role for role, may in GRANTS.items() if Permission.HANDLE_MATTERS in may],
        # Business roles: a stand-in may do what they allow.
        "lent": [role for role in ROLES if role not in NEVER_LENT],
        **{
            str(one): [role for role, may in GRANTS.items() if one in may]
            for one in (*OF_ORGANS, *HELD)
        },
    }


def role_and_copier_sql():
    """Return the statements with which `migrate` updates the database."""
    cases = " ".join(
        f"WHEN '{what}' THEN '{{{','.join(found)}}}'::text[]" for what, found in roles().items()
    )
    tables = ",".join(TABLES)
    return ROLES_NOW.format(cases=cases) + COPIER_NOW.format(copier=COPIER, tables=tables)
