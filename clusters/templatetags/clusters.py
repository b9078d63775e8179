"""What templates ask of a cluster."""

from django import template

from clusters import membership
from clusters.exports.access import may_export

register = template.Library()
register.filter("has_rule", membership.has_rule)
register.filter("exportable_by", lambda cluster, who: may_export(who, cluster))
