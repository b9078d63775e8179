"""The type of request that views behind the sign-in receive."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crm.people.actors import Actor
from crm.people.models import User


class SignedInRequest(HttpRequest):
    """What the middleware adds: the actor, and the published entities of the navigation."""

    user: User  # type: ignore[assignment]  # nobody anonymous reaches a view but sign-in and health
    actor: Actor
    htmx: HtmxDetails
    entities: list[Any]  # Any: people knows nothing of entities
