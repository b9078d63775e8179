"""The month of birth follows from the date of birth."""

from datetime import date

from crm.records.entity_rules import with_derived


def test_a_date_gives_its_month_and_an_empty_date_none(customers):
    assert with_derived(customers.entity, {"birthDate": date(1990, 11, 3)})["birthDateMonth"] == 11
    assert with_derived(customers.entity, {"birthDate": None}) == {"birthDate": None, "birthDateMonth": None}


def test_other_changes_leave_the_month_alone(customers):
    assert with_derived(customers.entity, {"firstName": "Ana"}) == {"firstName": "Ana"}


def test_an_entity_without_the_month_derives_none(define):
    assert with_derived(define(birthDate="Date").entity, {"birthDate": date(1990, 11, 3)}) == {"birthDate": date(1990, 11, 3)}
