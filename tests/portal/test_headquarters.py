"""For whom a headquarters' department works if there are no divisions."""

from oversight.inspections import frames as inspections
from oversight.measures import Frame
from oversight.models import Inspection, WorkPlan
from oversight.rules import papers
from portal.models import GrassrootsUnit, Organ
from portal.places.headquarters import works_for
from portal.sheets.scope import area_of
from portal.sheets.statistics import Subject
from research import frames as samples
from tests.day import TODAY
from tests.group import Group


def test_a_department_that_manages_nothing_works_for_the_organ_above(db):
    group = Group()

    assert works_for(group.department) == group.top
    assert works_for(group.subsidiary) == group.subsidiary
    assert works_for(group.top) == group.top


def test_an_organ_with_a_division_works_for_that(people):
    assert works_for(people.agriculture) == people.agriculture


def test_a_circular_of_a_department_covers_the_group(db):
    group = Group()

    assert papers.subject_of(group.department).organ == group.top
    assert papers.subject_of(group.subsidiary).organ == group.subsidiary


def test_a_department_draws_from_all_units_of_the_group(db):
    group = Group()

    def drawn(organ):
        return list(GrassrootsUnit.objects.filter(**samples.area_of(organ)).order_by("pk"))

    assert drawn(group.department) == [group.workshop, group.elsewhere]
    assert drawn(group.subsidiary) == [group.workshop]
    inspection = Inspection(organ=group.department)
    assert list(inspections.units(inspection, on=TODAY).order_by("pk")) == drawn(group.department)


def test_a_plan_of_a_department_counts_the_group(db):
    group = Group()

    def counted(organ):
        plan = WorkPlan(organ=organ, first_year=TODAY.year, last_year=TODAY.year)
        return Frame.of(plan, TODAY).organ

    assert counted(group.department) == group.top
    assert counted(group.subsidiary) == group.subsidiary


def test_statistics_of_everything_are_called_after_the_one_group(db):
    group = Group()
    assert Subject().name == group.top.name

    Organ.objects.create(name="另一个集团", kind="enterprise", started_on=TODAY)
    assert Subject().name == ""


def test_a_sheet_of_the_whole_group_is_called_after_it(db):
    group = Group()

    assert area_of(group.office) == group.top.name
    assert area_of(group.host) == group.subsidiary.name


def test_where_there_are_divisions_everything_has_no_name(people):
    assert Subject().name == ""
