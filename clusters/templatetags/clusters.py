"""What templates ask of a cluster."""

from django import template

from clusters import membership

register = template.Library()
register.filter("has_rule", membership.has_rule)
