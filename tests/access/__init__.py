"""The access table of going down, one file for each noun: who is let in, and what others get.

Each file has `PAGES`, {(method, name of the address): (let in, status[, status of the others,
{who: status}])}, and `records(people)`, {name of the address: its arguments}.
"""

from tests.access import batches, campaigns, cards, condolence, stays

PARTS = (batches, campaigns, cards, condolence, stays)
