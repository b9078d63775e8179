"""The audit trail, read by administrators."""

import pytest

from crm.people.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_audit_trail_speaks_the_readers_language(as_admin):
    AuditEvent.objects.create(verb="role-changed")
    AuditEvent.objects.create(verb="of-another-app")

    page = as_admin.get("/people/audit/", headers={"accept-language": "pt-BR"}).content.decode()

    assert "<td>Papel alterado</td>" in page
    assert "<td>of-another-app</td>" in page
