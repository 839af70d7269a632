"""The access table of the nouns, one file for each: who is let in, and what others get.

Each file has `PAGES`, {(method, name of the address): (let in, status[, status of the others,
{who: status}])}, and `records(people)`, {name of the address: its arguments}. An address of
pairing or evaluation is written with its namespace, `pairing:pairings`; its arguments stand
without it.
"""

from tests.access import (
    answers,
    batches,
    campaigns,
    cards,
    co_building,
    condolence,
    evaluation_cycles,
    hand_overs,
    honours,
    inspections,
    leading,
    needs,
    pairing_figures,
    pairings,
    plans,
    polls,
    questionnaires,
    research_results,
    research_samples,
    research_topics,
    scores,
    stays,
    support,
    weak,
    words,
)

PARTS = (
    answers,
    batches,
    campaigns,
    cards,
    co_building,
    condolence,
    evaluation_cycles,
    hand_overs,
    honours,
    inspections,
    leading,
    needs,
    pairing_figures,
    pairings,
    plans,
    polls,
    questionnaires,
    research_results,
    research_samples,
    research_topics,
    scores,
    stays,
    support,
    weak,
    words,
)
