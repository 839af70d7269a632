"""The address of the list of findings."""

from evaluation.models import DisciplineFinding
from portal.pages.filters import Address

FINDINGS_AT = Address(None, DisciplineFinding.objects.visible_to)
