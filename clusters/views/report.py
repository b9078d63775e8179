"""The report of a period: how a cluster began, who joined and left by what causes, how it ended; moves between tiers."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from clusters import membership
from clusters.errors import InvalidCluster
from clusters.history import reading
from clusters.history.period import period
from clusters.history.tier_moves import tier_moves
from clusters.moments import read_day
from clusters.views.pages import readable_cluster
from crm.parameters import text_parameter
from crm.people.requests import SignedInRequest


@require_GET
def report_page(request: SignedInRequest, name: str) -> HttpResponse:
    """`from` and `to` are days; the last thirty days unless said otherwise."""
    cluster = readable_cluster(request, name)
    asked = {"first_day": text_parameter(request.GET, "from"), "last_day": text_parameter(request.GET, "to")}
    context: dict[str, Any] = {  # Any: template variables
        "cluster": cluster,
        "tab": "history",
        "has_rule": membership.has_rule(cluster),
        "periods": usual_periods(timezone.localdate()),
        **asked,
    }
    try:
        first, last = (read_day(text) if text else None for text in asked.values())
        reading.read_on(cluster)
        count = reading.last_count(cluster)
        found = period(count, first, last)
        context |= {"count": count, "period": found, "chart": found.chart, "days": found.days[::-1]}
        context |= {"moves": tier_moves(cluster, found.first, found.last)}
        context |= {"first_day": found.first.isoformat(), "last_day": found.last.isoformat()}
    except InvalidCluster as refusal:
        return render(request, "clusters/report.html", {**context, "refusal": str(refusal)}, status=422)
    return render(request, "clusters/report.html", context)


def usual_periods(today: date) -> list[tuple[str, date, date]]:
    """In words, with the first and the last day."""
    month = today.replace(day=1)
    last_month_end = month - timedelta(days=1)
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return [
        (_("Last 30 days"), today - timedelta(days=29), today),
        (_("This month"), month, today),
        (_("Last month"), last_month_end.replace(day=1), last_month_end),
        (_("This quarter"), quarter, today),
        (_("This year"), today.replace(month=1, day=1), today),
    ]
