"""Whom a department of a headquarters works for, where there are no divisions."""

from oversight.rules import papers
from portal.places.headquarters import works_for
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
