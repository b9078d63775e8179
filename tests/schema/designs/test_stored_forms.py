"""Forms: whose they are, and that nothing done to one is lost."""

import pytest
from django.core.exceptions import PermissionDenied

from crm.people.actors import Actor
from crm.people.models import Role, User
from crm.schema.designs import arranging, stored_forms
from crm.schema.errors import InvalidDesign
from crm.schema.models import DataEntity, Form

pytestmark = pytest.mark.django_db


def person(role: Role, name: str = "") -> Actor:
    name = name or role.name.lower()
    return Actor(User.objects.create_user(f"{name}@example.com", "x", role, name=name), "page")


@pytest.fixture
def admin():
    return person(Role.ADMINISTRATOR)


@pytest.fixture
def default(customers) -> Form:
    return customers.forms.get(is_default=True)


def up(name):
    return lambda design: arranging.move(design, name, "up")


def test_a_new_form_says_what_another_does(customers, default, admin):
    form = stored_forms.create(customers, {"en": "Só telefones"}, by=admin, shared=True, like=default)

    assert (form.name, form.design, form.is_default, form.owner) == ("so-telefones", default.design, False, None)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["Phones", "Phones!", "phones"], ["phones", "phones-2", "phones-3"]),
        (["New", "電話", "!"], ["new-2", "form", "form-2"]),
        (["x" * 200], ["x" * 46]),
    ],
)
def test_names_of_forms_are_free_and_fit_an_address(customers, admin, labels, names):
    assert [stored_forms.create(customers, {"en": label}, by=admin, shared=True).name for label in labels] == names


def test_two_forms_of_one_label_could_not_be_told_apart(customers, admin):
    stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True)

    with pytest.raises(InvalidDesign, match="form of this name already"):
        stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True)

    assert stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=False).name == "phones-2"


def test_a_deleted_forms_name_is_not_given_again(customers, default, admin):
    form = stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True)
    stored_forms.delete(form, by=admin)

    assert stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True).name == "phones-2"


def test_there_is_a_limit_that_says_itself(customers, admin, monkeypatch):
    monkeypatch.setattr(stored_forms, "MOST_FORMS", 1)

    with pytest.raises(InvalidDesign, match="at most 1 forms"):
        stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True)


def test_changes_are_taken_back_one_by_one(default, admin):
    before = default.design
    stored_forms.change(default, up("document"), by=admin, what="Moved Document up.")
    stored_forms.change(default, lambda design: arranging.take_away(design, "email"), by=admin, what="Took E-mail away.")

    assert stored_forms.undo(default, by=admin) == "Took E-mail away."
    assert stored_forms.undo(default, by=admin) == "Moved Document up."

    default.refresh_from_db()
    assert default.design == before
    with pytest.raises(InvalidDesign, match="nothing to undo"):
        stored_forms.undo(default, by=admin)


def test_taking_back_is_refused_when_a_colleague_was_quicker(default, admin):
    stored_forms.change(default, up("email"), by=admin, what="Moved E-mail up.")
    seen = stored_forms.last_version(default).pk
    stored_forms.change(default, up("phone"), by=admin, what="Moved Phone up.")

    with pytest.raises(InvalidDesign, match="somebody has changed the form since"):
        stored_forms.undo(default, by=admin, expected=seen)


def test_a_change_is_made_to_what_is_stored_not_to_what_was_read(default, admin):
    stale = Form.objects.get(pk=default.pk)
    stored_forms.change(default, lambda design: arranging.take_away(design, "email"), by=admin, what="Took E-mail away.")

    stored_forms.change(stale, up("phone"), by=admin, what="Moved Phone up.")

    default.refresh_from_db()
    assert "email" not in default.content().placed


def test_what_changes_nothing_is_not_remembered(default, admin):
    stored_forms.change(default, up("firstName"), by=admin, what="Moved First name up.")

    assert stored_forms.last_version(default) is None


def test_only_so_many_versions_are_kept(default, admin, monkeypatch):
    monkeypatch.setattr(stored_forms, "KEPT_VERSIONS", 3)
    for column in ("birthDate", "gender", "phone", "homePhone", "tradeName"):
        stored_forms.change(
            default, lambda design, name=column: arranging.add_to(design, "highlights", name), by=admin, what=column
        )

    assert [version.what for version in default.entity.form_versions.all()] == ["tradeName", "homePhone", "phone"]


def test_a_field_added_meanwhile_can_be_taken_back_too(default, add_field, admin):
    add_field("tier")

    assert stored_forms.undo(default, by=admin) == "Added the field tier."
    default.refresh_from_db()
    assert "tier" not in default.content().placed


def test_the_default_form_stays(default, admin):
    with pytest.raises(InvalidDesign, match="default form stays"):
        stored_forms.delete(default, by=admin)
    with pytest.raises(InvalidDesign, match="everybody's"):
        stored_forms.share(default, by=admin, shared=False)


def test_a_deleted_form_comes_back_as_it_was(customers, default, admin):
    form = stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True, like=default)
    version = stored_forms.delete(form, by=admin)

    assert stored_forms.deleted_forms(customers, admin) == [version]
    back = stored_forms.restore(version, by=admin)

    assert (back.name, back.labels, back.design) == (form.name, form.labels, form.design)
    assert stored_forms.deleted_forms(customers, admin) == []


def test_another_form_becomes_the_default(customers, default, admin):
    form = stored_forms.create(customers, {"en": "Phones"}, by=admin, shared=True)

    stored_forms.make_default(form, by=admin)

    assert list(customers.forms.filter(is_default=True)) == [form]
    with pytest.raises(InvalidDesign, match="that everybody has"):
        stored_forms.make_default(stored_forms.create(customers, {"en": "Mine"}, by=admin, shared=False), by=admin)


# Who may: reader and editor their own, manager shared ones, administrator those of others too (design §3).
MAY = {
    Role.READER: {"own"},
    Role.EDITOR: {"own"},
    Role.MANAGER: {"own", "shared"},
    Role.ADMINISTRATOR: {"own", "shared", "another's"},
}
DEEDS = {
    "change": lambda form, by: stored_forms.change(form, up("email"), by=by, what="Moved E-mail up."),
    "rename": lambda form, by: stored_forms.rename(form, {"en": "Other"}, by=by),
    "delete": lambda form, by: stored_forms.delete(form, by=by),
    "undo": lambda form, by: stored_forms.undo(form, by=by),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", DEEDS)
def test_whose_forms_a_role_may_change(customers, default, admin, role, deed):
    somebody, other = person(role, "somebody"), person(Role.READER, "other")
    forms = {
        "own": stored_forms.create(customers, {"en": "Own"}, by=somebody, shared=False, like=default),
        "shared": stored_forms.create(customers, {"en": "Shared"}, by=admin, shared=True, like=default),
        "another's": stored_forms.create(customers, {"en": "Another's"}, by=other, shared=False, like=default),
    }
    for form in forms.values():
        stored_forms.change(form, up("phone"), by=admin, what="Moved Phone up.")

    passed = {whose for whose, form in forms.items() if passes(deed, form, somebody)}

    assert passed == MAY[role]


def passes(deed: str, form: Form, by: Actor) -> bool:
    try:
        DEEDS[deed](form, by)
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize("role", Role)
def test_who_may_share(customers, role):
    somebody = person(role, "somebody")
    form = stored_forms.create(customers, {"en": "Own"}, by=somebody, shared=False)

    if "shared" in MAY[role]:
        stored_forms.share(form, by=somebody, shared=True)
        assert Form.objects.get(pk=form.pk).owner is None
    else:
        with pytest.raises(PermissionDenied):
            stored_forms.share(form, by=somebody, shared=True)
        with pytest.raises(PermissionDenied):
            stored_forms.create(customers, {"en": "Shared"}, by=somebody, shared=True)


def test_nobody_sees_the_forms_of_others(customers, default):
    ana, bea = person(Role.READER, "ana"), person(Role.READER, "bea")
    form = stored_forms.create(customers, {"en": "Mine"}, by=ana, shared=False)

    others = set(Form.objects.exclude(entity=customers))
    assert set(stored_forms.visible_forms(ana)) - others == {default, form}
    assert set(stored_forms.visible_forms(bea)) - others == {default}


def test_a_deleted_own_form_is_its_owners_to_bring_back(customers):
    ana, bea = person(Role.READER, "ana"), person(Role.READER, "bea")
    version = stored_forms.delete(stored_forms.create(customers, {"en": "Mine"}, by=ana, shared=False), by=ana)

    assert stored_forms.deleted_forms(customers, bea) == []
    with pytest.raises(PermissionDenied):
        stored_forms.restore(version, by=bea)
    assert stored_forms.restore(version, by=ana).owner == ana.user


def test_a_new_entity_has_a_default_form(db):
    assert DataEntity.objects.get(acronym="CL").forms.filter(is_default=True).count() == 1
