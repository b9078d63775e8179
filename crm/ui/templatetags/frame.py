"""Tags of the frame around every page."""

from django import template
from django.template.base import Parser, Token
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import strip_tags

register = template.Library()


class AgainNode(template.Node):
    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> str:
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        return strip_tags(block.nodelist.render(context)).strip() if block else ""


@register.tag
def again(parser: Parser, token: Token) -> AgainNode:
    """`{% again "title" %}`: the text of a block that is also shown elsewhere, which Django's `block` cannot do twice."""
    _tag, name = token.split_contents()
    return AgainNode(parser.compile_filter(name).resolve(template.Context()))
