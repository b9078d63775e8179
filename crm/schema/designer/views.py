"""Pages of forms: the list of forms, and the designer of each."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.parameters import text_parameter, whole_number
from crm.people.permissions import may, require
from crm.people.requests import SignedInRequest
from crm.schema.definitions import EntityDefinition
from crm.schema.designer import pages
from crm.schema.designer.commands import DesignContext, command_of
from crm.schema.designer.forms import NewFormForm, PlaceForm, SectionForm, SettingsForm
from crm.schema.designs import stored_forms
from crm.schema.designs.arranging import place_of
from crm.schema.designs.form_rules import FormRuleContext
from crm.schema.errors import InvalidDesign
from crm.schema.generated import current
from crm.schema.models import DataEntity, Form, FormVersion


@require_http_methods(["GET", "HEAD", "POST"])
def form_index(request: SignedInRequest, acronym: str) -> HttpResponse:
    """The forms that this person may use, and a new one, like another or empty."""
    require(request.actor, "form", acronym)
    entity = _drafted(acronym)
    forms = list(stored_forms.visible_forms(request.actor).filter(entity=entity).select_related("entity", "owner"))
    may_share = may(request.actor, "shared_form", acronym)
    new = NewFormForm(request.POST or None, known=forms, may_share=may_share, like=request.GET.get("like", ""))
    if request.method == "POST" and new.is_valid():
        try:
            form = stored_forms.create(entity, new.labels(), by=request.actor, shared=new.is_shared(), like=new.like())
        except InvalidDesign as refusal:
            new.add_error(None, str(refusal))
        else:
            messages.success(request, _("The form “%s” is there.") % form)
            return redirect("form-record", acronym, form.name)
    return render(
        request, "schema/forms/index.html", pages.index(request, entity, forms, new), status=422 if new.is_bound else 200
    )


@require_POST
def form_restore(request: SignedInRequest, acronym: str, number: int) -> HttpResponse:
    """Brings a deleted form back."""
    version = get_object_or_404(
        FormVersion.objects.select_related("entity"), pk=number, entity__acronym=acronym, is_deletion=True
    )
    try:
        form = stored_forms.restore(version, by=request.actor)
    except InvalidDesign as refusal:
        messages.error(request, str(refusal))
        return redirect("form-index", acronym)
    messages.success(request, _("The form “%s” is back.") % form)
    return redirect("form-record", acronym, form.name)


@require_http_methods(["GET", "HEAD", "POST"])
def record_tab(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """Sections, the fields in them, and related records."""
    return _tab(request, acronym, name, "record")


@require_http_methods(["GET", "HEAD", "POST"])
def list_tab(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """Columns of the list, its order and query, filters and highlights."""
    return _tab(request, acronym, name, "list")


@require_http_methods(["GET", "HEAD", "POST"])
def settings_tab(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """What the form is called, and whose it is."""
    form = _form(request, acronym, name)
    settings = SettingsForm(request.POST or None, form=form)
    if request.method == "POST" and settings.is_valid():
        stored_forms.rename(form, settings.labels(), by=request.actor)
        messages.success(request, _("Saved."))
        return redirect("form-settings", acronym, name)
    return render(
        request, "schema/forms/settings.html", pages.settings(request, form, settings), status=422 if settings.is_bound else 200
    )


@require_POST
def form_command(request: SignedInRequest, acronym: str, name: str) -> HttpResponse:
    """Makes a form the default one, everybody's or one's own, or deletes it."""
    form = _form(request, acronym, name)
    verb = text_parameter(request.POST, "do")
    try:
        return _carried_out(request, form, verb)
    except InvalidDesign as refusal:
        messages.error(request, str(refusal))
        return redirect("form-settings", acronym, name)


@require_http_methods(["GET", "HEAD", "POST"])
def place_page(request: SignedInRequest, acronym: str, name: str, field: str) -> HttpResponse:
    """One field on a form: required, read-only, help, default, rules."""
    form, entity = _form(request, acronym, name), _published(acronym)
    place, found = place_of(form.content(), field), entity.field(field)
    if place is None or found is None:
        raise Http404(_("The field is not on this form."))
    rules = FormRuleContext(form.content(), entity, current.models().snapshot)
    place_form = PlaceForm(request.POST or None, place=place, field=found, context=rules)
    if request.method == "POST" and place_form.is_valid():
        try:
            stored_forms.change(form, place_form.change(), by=request.actor, what=_("Changed the settings of %s.") % found.label)
        except InvalidDesign as refusal:
            place_form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved: %s.") % found.label)
            return redirect(f"{reverse('form-record', args=[acronym, name])}?_focus=edit-{field}")
    context = {"entity": entity, "form": form, "field": found, "place_form": place_form, "notes": place_form.notes}
    return render(request, "schema/forms/place.html", context, status=422 if place_form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def section_page(request: SignedInRequest, acronym: str, name: str, key: str) -> HttpResponse:
    """What a section is called in each language."""
    form, entity = _form(request, acronym, name), _published(acronym)
    section = form.content().section(key)
    if section is None:
        raise Http404(_("The section is not on this form any more."))
    section_form = SectionForm(request.POST or None, section=section)
    if request.method == "POST" and section_form.is_valid():
        try:
            stored_forms.change(form, section_form.change(), by=request.actor, what=_("Named the sections."))
        except InvalidDesign as refusal:
            section_form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('form-record', args=[acronym, name])}?_focus=names-{key}")
    context = {"entity": entity, "form": form, "section": section, "section_form": section_form}
    return render(request, "schema/forms/section.html", context, status=422 if section_form.is_bound else 200)


def _tab(request: SignedInRequest, acronym: str, name: str, tab: pages.Tab) -> HttpResponse:
    form, entity = _form(request, acronym, name), _published(acronym)
    if request.method != "POST":
        return pages.tab(request, form, entity, tab, focus=text_parameter(request.GET, "_focus"))
    context = DesignContext(entity, current.models().snapshot, request.POST)
    try:
        message, focus = _done(request, form, context)
    except InvalidDesign as refusal:
        return pages.tab(request, form, entity, tab, problem=str(refusal), status=422)
    if request.htmx:
        return pages.tab(request, _form(request, acronym, name), entity, tab, message=message, focus=focus)
    messages.success(request, message)
    return redirect(f"{request.path}?_focus={focus}")


def _done(request: SignedInRequest, form: Form, context: DesignContext) -> tuple[str, str]:
    """A message about what was done, and the element to focus. Raises InvalidDesign."""
    verb, _space, number = context.text("do").partition(" ")
    if verb == "undo":
        undone = stored_forms.undo(form, by=request.actor, expected=whole_number(number))
        return _("Undone: %s") % undone, "undo"
    command = command_of(context)
    before = form.content()
    design = stored_forms.change(form, command.change, by=request.actor, what=command.message)
    if design == before:
        return _("Nothing is different."), command.focus
    return command.position_after(design) or command.message, command.focus


def _carried_out(request: SignedInRequest, form: Form, verb: str) -> HttpResponse:
    acronym = form.entity.acronym
    if verb == "delete":
        stored_forms.delete(form, by=request.actor)
        messages.success(request, _("The form “%s” is deleted; it can be brought back below.") % form)
        return redirect("form-index", acronym)
    if verb == "default":
        stored_forms.make_default(form, by=request.actor)
    elif verb in {"share", "keep"}:
        stored_forms.share(form, by=request.actor, shared=verb == "share")
    elif verb == "role":
        stored_forms.give_role(form, request.POST.get("role", ""), by=request.actor)
    messages.success(request, _("Saved."))
    return redirect("form-settings", acronym, form.name)


def _form(request: SignedInRequest, acronym: str, name: str) -> Form:
    """A form that this person may change; Http404 for one that is not theirs, PermissionDenied for one that they may only use."""
    forms = stored_forms.manageable_forms(request.actor).filter(entity__acronym=acronym, name=name)
    form = forms.select_related("entity", "owner").first() if "\0" not in name else None
    if form is None:
        raise Http404(_("There is no form of this name."))
    stored_forms.require_change(request.actor, form)
    return form


def _drafted(acronym: str) -> DataEntity:
    if "\0" in acronym or acronym not in current.models():
        raise Http404(_("There is no entity of this name."))
    return get_object_or_404(DataEntity, acronym=acronym)


def _published(acronym: str) -> EntityDefinition:
    if acronym not in current.models():
        raise Http404(_("There is no entity of this name."))
    return current.entity(acronym)
