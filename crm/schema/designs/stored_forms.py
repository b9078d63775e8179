"""Creates, copies, renames, shares, changes, deletes and restores forms.

A change applies to the stored form, not to what a page showed, and stores the previous version for undo.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.people.actors import Actor
from crm.people.models import Role
from crm.people.permissions import may, require
from crm.schema.designs.arranging import add_section
from crm.schema.errors import InvalidDesign
from crm.schema.form_design import FormDesign
from crm.schema.models import DataEntity, Form, FormVersion

Change = Callable[[FormDesign], FormDesign]

MOST_FORMS = 50  # of an entity
KEPT_VERSIONS = 30  # of a form
LONGEST_NAME = 50
RESERVED = {"new"}
DETAILS = {"en": "Details", "pt-br": "Dados", "es": "Datos"}


# Whose forms.


def visible_forms(actor: Actor) -> QuerySet[Form]:
    """The forms that this user may use: everybody's, their role's and
    their own; users who may change shared forms see all of those."""
    own = Q(owner=actor.user) if actor.user else Q(pk=None)
    shared = Q(owner=None) if may(actor, "shared_form") else Q(owner=None, role__in=_roles(actor))
    return Form.objects.filter(shared | own)


def default_forms(actor: Actor) -> QuerySet[Form]:
    """The forms that pages show this user unless one is named, first
    of each entity: the form for their role, else the default one."""
    return Form.objects.filter(owner=None, role__in=_roles(actor)).order_by("-role", "-is_default", "name")


def _roles(actor: Actor) -> list[str]:
    return ["", *filter(None, [actor.role])]


def manageable_forms(actor: Actor) -> QuerySet[Form]:
    """As `visible_forms`; an administrator manages those of others too."""
    return Form.objects.all() if may(actor, "schema") else visible_forms(actor)


def may_change(actor: Actor, form: Form) -> bool:
    """Own forms are everybody's to change, shared ones a manager's, those of others an administrator's."""
    if form.owner_id is None:
        return may(actor, "shared_form", form.entity.acronym)
    return may(actor, "form" if form.owner_id == actor.user_id else "schema", form.entity.acronym)


def require_change(actor: Actor, form: Form) -> None:
    if form.owner_id is None:
        require(actor, "shared_form", form.entity.acronym)
    elif not may_change(actor, form):
        raise PermissionDenied(_("This form is somebody else's."))


# Making and ending.


@transaction.atomic
def create(entity: DataEntity, labels: Mapping[str, str], *, by: Actor, shared: bool, like: Form | None = None) -> Form:
    """A form with the design of another, or an empty one. Raises InvalidDesign, PermissionDenied."""
    require(by, "shared_form" if shared else "form", entity.acronym)
    _one_at_a_time(entity)
    taken = list(entity.forms.values_list("name", flat=True))
    if len(taken) >= MOST_FORMS:
        raise InvalidDesign(_("An entity has at most %s forms.") % MOST_FORMS)
    owner = None if shared else by.user
    if entity.forms.filter(labels=dict(labels), owner=owner).exists():
        raise InvalidDesign(_("There is a form of this name already."))
    versions = entity.form_versions.values_list("form", flat=True).distinct()
    design = like.content() if like else add_section(FormDesign(), DETAILS)
    return Form.objects.create(
        entity=entity,
        name=free_name(next(iter(labels.values()), ""), {*taken, *versions}),
        labels=dict(labels),
        owner=owner,
        design=design.to_json(),
    )


@transaction.atomic
def delete(form: Form, *, by: Actor) -> FormVersion:
    """Deletes a form that is not the default one; the version given brings it back. Raises InvalidDesign, PermissionDenied."""
    require_change(by, form)
    current = _held(form)
    if current.is_default:
        raise InvalidDesign(
            _("The default form stays: pages without a form of their own show it. Make another one the default first.")
        )
    version = _remember(current, _("Deleted the form."), by, is_deletion=True)
    current.delete()
    return version


@transaction.atomic
def restore(version: FormVersion, *, by: Actor) -> Form:
    """A deleted form as it was. Raises InvalidDesign when one of its name is there again, PermissionDenied."""
    form = Form(entity=version.entity, name=version.form, owner=version.owner)
    require_change(by, form)
    _one_at_a_time(version.entity)
    if version.entity.forms.filter(name=version.form).exists():
        raise InvalidDesign(_("There is a form “%s” again.") % version.form)
    _fill(form, version.document)
    form.save()
    version.delete()
    return form


# Changing.


@transaction.atomic
def change(form: Form, how: Change, *, by: Actor, what: str) -> FormDesign:
    """Changes the design; `what` is a message in the past tense. Raises InvalidDesign, PermissionDenied."""
    require_change(by, form)
    current = _held(form)
    before = current.content()
    after = how(before)
    if after != before:
        _remember(current, what, by)
        _store(current, after)
    return after


@transaction.atomic
def rename(form: Form, labels: Mapping[str, str], *, by: Actor) -> None:
    """Its address stays."""
    require_change(by, form)
    current = _held(form)
    if current.labels != labels:
        _remember(current, _("Renamed the form “%s”.") % current, by)
        current.labels = dict(labels)
        current.save(update_fields=["labels"])


@transaction.atomic
def share(form: Form, *, by: Actor, shared: bool) -> None:
    """Shares a form with everybody, or keeps it for the actor. Raises InvalidDesign, PermissionDenied."""
    require_change(by, form)
    require(by, "shared_form", form.entity.acronym)
    current = _held(form)
    if current.is_default and not shared:
        raise InvalidDesign(_("The default form is everybody's."))
    current.owner, current.role = (None, current.role) if shared else (current.owner or by.user, "")
    current.save(update_fields=["owner", "role"])


@transaction.atomic
def give_role(form: Form, role: str, *, by: Actor) -> None:
    """Makes a shared form one for people of a role, or of any. Raises InvalidDesign, PermissionDenied."""
    require_change(by, form)
    require(by, "shared_form", form.entity.acronym)
    current = _held(form)
    if role not in {"", *Role.values}:
        raise InvalidDesign(_("There is no such role."))
    if role and current.is_default:
        raise InvalidDesign(_("The default form is everybody's."))
    if role and current.owner_id:
        raise InvalidDesign(_("Only a form that everybody has can be one for a role."))
    if current.role != role:
        _remember(current, _("Changed who has the form “%s”.") % current, by)
        current.role = role
        current.save(update_fields=["role"])


@transaction.atomic
def make_default(form: Form, *, by: Actor) -> None:
    """Raises InvalidDesign for a form that is somebody's own, PermissionDenied."""
    require_change(by, form)
    if _held(form).owner_id:
        raise InvalidDesign(_("Only a form that everybody has can be the default one."))
    Form.objects.filter(entity=form.entity, is_default=True).update(is_default=False)
    Form.objects.filter(pk=form.pk).update(is_default=True, role="")


@transaction.atomic
def change_default(entity: DataEntity, how: Change, *, what: str) -> None:
    """Changes the entity's default form, if it has one, when a field or a cluster is made: the permission for that is enough."""
    form = entity.forms.select_for_update().filter(is_default=True).first()
    if form is not None and (after := how(form.content())) != form.content():
        _remember(form, what)
        _store(form, after)


# Taking back.


def last_version(form: Form) -> FormVersion | None:
    return form.entity.form_versions.filter(form=form.name).first()


@transaction.atomic
def undo(form: Form, *, by: Actor, expected: int | None = None) -> str:
    """Takes back the last change, if that is still the `expected` one,
    and returns its message. Raises InvalidDesign, PermissionDenied."""
    require_change(by, form)
    current = _held(form)
    version = last_version(current)
    if version is None or expected not in {None, version.pk}:
        raise InvalidDesign(_("There is nothing to undo, or somebody has changed the form since."))
    _fill(current, version.document)
    current.save()
    version.delete()
    return version.what


def deleted_forms(entity: DataEntity, actor: Actor) -> list[FormVersion]:
    """The deleted forms that this person may bring back."""
    present = entity.forms.values_list("name", flat=True)
    found = entity.form_versions.filter(is_deletion=True).exclude(form__in=present).select_related("entity")
    return [version for version in found if may_change(actor, Form(entity=entity, owner_id=version.owner_id))]


def free_name(label: str, taken: Iterable[str]) -> str:
    """“Só telefones” → so-telefones; a number is added while the name is taken."""
    plain = slugify(label)[: LONGEST_NAME - 4].strip("-_") or "form"
    names = (plain if n == 1 else f"{plain}-{n}" for n in range(1, 1000))
    return next(name for name in names if name not in {*taken, *RESERVED})


def _one_at_a_time(entity: DataEntity) -> None:
    """Until the transaction ends, so that the name of a form is given once."""
    DataEntity.objects.select_for_update().get(pk=entity.pk)


def _held(form: Form) -> Form:
    """The form as it is stored now, until the transaction ends."""
    current = Form.objects.select_for_update(of=("self",)).select_related("entity").filter(pk=form.pk).first()
    if current is None:
        raise InvalidDesign(_("The form has been deleted."))
    return current


def _store(form: Form, design: FormDesign) -> None:
    form.design = design.to_json()
    form.save(update_fields=["design"])


def _remember(form: Form, what: str, by: Actor | None = None, *, is_deletion: bool = False) -> FormVersion:
    versions = FormVersion.objects.filter(entity=form.entity, form=form.name)
    old = versions.values_list("pk", flat=True)[KEPT_VERSIONS - 1 :]
    versions.filter(pk__in=list(old)).delete()
    document = {"labels": form.labels, "design": form.design, "role": form.role}
    facts = {"what": what[:200], "by": by.name if by else "", "owner_id": form.owner_id, "is_deletion": is_deletion}
    return FormVersion.objects.create(entity=form.entity, form=form.name, document=document, **facts)


def _fill(form: Form, document: Mapping[str, Any]) -> None:  # Any: JSON
    """Restores a version; an older release stored no role, and default and personal forms have none."""
    form.labels, form.design = document["labels"], document["design"]
    form.role = "" if form.is_default or form.owner_id else document.get("role", form.role)
