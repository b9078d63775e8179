"""What a combo box offers while somebody types."""

from dataclasses import asdict

from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.parameters import text_parameter
from crm.people.permissions import require
from crm.people.requests import SignedInRequest
from crm.records.access import model_for
from crm.records.lists.filtering import LONGEST
from crm.records.lists.reference_choices import choices
from crm.schema import fieldtypes


@require_safe
def record_choices(request: SignedInRequest, acronym: str, name: str) -> JsonResponse:
    """`{"message", "choices": [{"id", "title", "detail"}]}`; the message is for a live region."""
    entity = model_for(request.actor, "read", acronym).entity
    require(request.actor, "read", acronym, name)
    field = entity.field(name)
    if field is None or not fieldtypes.is_relation(field):
        raise Http404(_("There is no such relationship."))
    text = text_parameter(request.GET, "_q", longest=LONGEST)
    found = choices(field, text, actor=request.actor)
    message = ngettext("%(n)s record", "%(n)s records", len(found)) % {"n": len(found)} if found else _("Nothing matches")
    return JsonResponse({"message": message, "choices": [asdict(choice) for choice in found]})
