"""Partnerships of branches follow their Party organisations."""

from pairing.actions import partnerships
from portal.places import succession

succession.name_titles(partnerships.TITLES)
succession.PARTY_ORGANIZATION_ENDED.append(partnerships.pass_on_branch)
succession.PARTY_ORGANIZATION_HELD.append(partnerships.blockers_of)
