"""Reports of branches follow their Party organisation, and the host of the community."""

from django.utils.translation import gettext_lazy as _

from neighbours.actions import reports
from portal.places import succession

succession.name_titles({"branch_reports": _("Reports to communities")})
succession.PARTY_ORGANIZATION_ENDED.append(reports.pass_on_party)
succession.PARTY_ORGANIZATION_HELD.append(reports.held_by_parties)
succession.HOST_CHANGED.append(reports.pass_on_host)
