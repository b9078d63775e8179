"""Creating a cluster, changing its rule, and the preview of a rule while it is typed."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clusters import membership
from clusters.builder import previewing
from clusters.builder.building import EXACT, RuleBuilder, built
from clusters.builder.form_data import is_act, is_changed
from clusters.builder.values import values_of
from clusters.catalogue import adopting, changing, creating, lookup
from clusters.catalogue.changing import ClusterChange
from clusters.catalogue.questions import question_about
from clusters.forms import NewClusterForm, RuleForm
from clusters.models import Cluster
from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.rules.errors import RuleError
from crm.schema import errors
from crm.schema.generated import current

ENTER = "_enter"  # in the address of the button that Enter presses
REFUSALS = (lookup.InvalidCluster, errors.SchemaRefusal)


@require_http_methods(["GET", "POST"])
def new_cluster(request: SignedInRequest) -> HttpResponse:
    """A GET request may fill the form by parameters; a rule among them is previewed."""
    entity = _entity_asked(request)
    require(request.actor, "cluster", entity)
    builder = _builder(request, request.POST or request.GET, entity)
    if request.method == "POST" and not _only_counts(request, builder):
        return _create(request, NewClusterForm(_with_rule(request.POST, builder, entity=entity)), builder)
    given = (request.POST or request.GET).dict()
    form = NewClusterForm(initial={**given, "entity": entity, "rule": builder.text if builder else ""})
    form.begins_at_label = not is_act(request.POST or request.GET)  # after a button one goes on at its place
    context = {
        "form": form,
        "builder": builder,
        "unsaved": _unsaved(request),
        **_preview(request, builder.text if builder else "", entity),
    }
    return render(request, "clusters/new.html", context)


@require_http_methods(["GET", "POST"])
def change_rule(request: SignedInRequest, name: str) -> HttpResponse:
    cluster = get_object_or_404(Cluster, name=name)
    require(request.actor, "cluster", cluster.entity)
    if not membership.has_rule(cluster):
        return redirect(cluster)
    builder = _builder(request, request.POST or request.GET, cluster.entity, membership.rule_text(cluster))
    is_changing = request.method == "POST" and not _only_counts(request, builder)
    typed = builder.text if builder else membership.rule_text(cluster)
    data = _with_rule(request.POST, builder) if is_changing else None
    form = RuleForm(data, initial={"rule": typed, "cluster": cluster.name})
    if is_changing and _is_sayable(form, builder):
        try:
            changing.change_cluster(cluster, ClusterChange(rule=form.cleaned_data["rule"]), by=request.actor)
        except (RuleError, *REFUSALS) as refusal:
            form.add_error("rule", str(refusal))
        else:
            messages.success(request, _("“%(label)s” has another rule now.") % {"label": cluster.label})
            return redirect(cluster)
    context = {
        "form": form,
        "cluster": cluster,
        "builder": builder,
        "unsaved": "" if is_changing else _unsaved(request),
        **_preview(request, typed, cluster.entity, cluster),
    }
    return render(request, "clusters/rule.html", context, status=422 if form.errors else 200)


@require_GET
def preview(request: SignedInRequest) -> HttpResponse:
    """The fragment beside a rule that is being typed: matching records, or what is wrong with the rule."""
    named = text_parameter(request.GET, "cluster")
    cluster = Cluster.objects.filter(name=named).first() if named else None
    entity = cluster.entity if cluster else _entity_asked(request)
    require(request.actor, "read", entity)
    return render(request, "clusters/_preview.html", _preview(request, request.GET.get("rule", ""), entity, cluster))


@require_GET
def field_values(request: SignedInRequest) -> HttpResponse:
    """The most frequent values of a field, for who writes a condition about it."""
    entity, name = text_parameter(request.GET, "entity") or "CL", text_parameter(request.GET, "field")
    require(request.actor, "read", entity, name)
    if not name:
        return redirect("cluster-list")
    field = current.entity(entity).field(name) if _is_published(entity) else None
    if field is None or not field.column:
        raise Http404
    found = values_of(entity, field)
    context = {"entity": current.entity(entity), "field": field, "rows": found.rows, "quartiles": found.quartiles}
    return render(request, "clusters/values.html", {**context, "empty": found.empty})


def _builder(request: SignedInRequest, data: QueryDict, entity: str, text: str = "") -> RuleBuilder | None:
    """None of an entity that is not there, which the form refuses."""
    return built(data, entity, reader=request.actor, text=text) if _is_published(entity) else None


def _only_counts(request: SignedInRequest, builder: RuleBuilder | None) -> bool:
    """Nothing is saved by a button of the builder, nor by Enter where the rule is another than the one that was counted."""
    if is_act(request.POST):
        return True
    return ENTER in request.GET and builder is not None and not builder.refusal and is_changed(request.POST, builder.text)


def _unsaved(request: SignedInRequest) -> str:
    """Why what was sent is not saved."""
    if request.method != "POST":
        return ""
    if is_act(request.POST):
        return _("Nothing is saved yet: finish the new condition first.")
    return _("Nothing is saved yet: this is what the changed rule finds. Enter once more saves it.")


def _entity_asked(request: SignedInRequest) -> str:
    return text_parameter(request.POST, "entity") or text_parameter(request.GET, "entity") or "CL"


def _with_rule(data: QueryDict, builder: RuleBuilder | None, **said: str) -> QueryDict:
    """With the rule that the conditions say, where it was they that were changed."""
    changed = data.copy()
    for name, value in said.items():
        changed[name] = value
    if builder is not None:
        changed["rule"] = builder.text
    return changed


def _is_sayable(form: Form, builder: RuleBuilder | None) -> bool:
    """Whether all that was sent is valid, the conditions too: what they cannot say is not left out."""
    if form.is_valid() and builder is not None and builder.refusal:
        form.add_error("rule", builder.refusal)
    return form.is_valid()


def _create(request: SignedInRequest, form: NewClusterForm, builder: RuleBuilder | None) -> HttpResponse:
    if _is_sayable(form, builder):
        label, rule, entity = (form.cleaned_data[name] for name in ("label", "rule", "entity"))
        adopted = text_parameter(request.POST, "adopt")
        if (
            not adopted
            and "anyway" not in request.POST
            and (question := question_about(label, entity, rule=rule, reader=request.actor))
        ):
            context = {"form": form, "question": question, "builder": builder, **_preview(request, rule, entity)}
            return render(request, "clusters/new.html", context, status=422)
        try:
            if adopted:
                cluster = adopting.adopt_field(adopted, entity=entity, by=request.actor)
            else:
                cluster = creating.create_cluster(label, rule=rule or None, entity=entity, by=request.actor)
        except RuleError as refusal:
            form.add_error("rule", str(refusal))
        except REFUSALS as refusal:
            form.add_error("label", str(refusal))
        else:
            messages.success(request, _("The cluster “%(label)s” is ready.") % {"label": cluster.label})
            return redirect(cluster)
    shown = _preview(request, form.data.get("rule", ""), form.data.get("entity", "CL"))
    context = {"form": form, "builder": builder, **shown}
    return render(request, "clusters/new.html", context, status=422)


def _preview(request: SignedInRequest, rule: str, entity: str, cluster: Cluster | None = None) -> dict[str, object]:
    """Template variables about a rule, which may be empty."""
    if not rule.strip() or not _is_published(entity):
        return {"preview": None}
    try:
        found = previewing.preview(rule, entity=entity, by=request.actor, exact=EXACT in request.GET)
        is_exact = cluster is not None and not found.sampled
        change = previewing.membership_change(cluster, rule, by=request.actor) if cluster and is_exact else None
        asked: dict[str, str] = {"rule": rule, "entity": entity, "cluster": cluster.name if cluster else "", EXACT: "1"}
        return {"preview": found, "change": change, "counted_on": f"{reverse('cluster-preview')}?{urlencode(asked)}"}
    except RuleError as refusal:
        return {"preview": None, "wrong": str(refusal)}


def _is_published(entity: str) -> bool:
    return entity in current.models()
