"""XML without what makes it dangerous: a document type or an entity of its own is refused where it is declared."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any
from xml.parsers import expat

from crm.worksheets.formats.reading.workbook.refusal_codes import Refused

Attributes = dict[str, str]

LONGEST_ELEMENT = 64 << 20  # bytes: a row of 16,384 long cells is shorter
ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def new_parser(start: Callable[[str, Attributes], None], end: Callable[[str], object] | None = None) -> expat.XMLParserType:
    """Return a parser that gives text in one piece and names as they are written, prefix included."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    return parser


def fed(parser: expat.XMLParserType, blocks: Iterable[bytes]) -> Iterator[None]:
    """Feeds a parser block by block; raises Refused for what is not XML."""
    try:
        for block in blocks:
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("damaged") from error
    yield


def elements(document: bytes) -> list[tuple[str, Attributes]]:
    """Name, without its prefix, and attributes of each element of a small document, in order."""
    found: list[tuple[str, Attributes]] = []
    for _ in fed(new_parser(lambda name, attributes: found.append((local(name), attributes))), [document]):
        pass
    return found


def chunks(blocks: Iterable[bytes], *, root: str, element: str) -> Iterator[tuple[str, str]]:
    """A long list of elements as text, cut behind closed ones; each chunk with the element's name as the document writes it.

    For readers that are quicker with an expression than with a parser. What stands before the first element is parsed, and
    comes with the first chunk; what follows the last element comes at the end.
    """
    source = iter(blocks)
    rest = next(source, b"")
    name = _written_name(rest, root, element)
    closing = f"</{name}>".encode()
    _refuse_declarations(rest.partition(f"<{name}".encode())[0])
    for block in chain(source, [b""]):
        at = rest.rfind(closing) + len(closing)
        if at >= len(closing):
            yield _text(rest[:at]), name
            rest = rest[at:]
        rest += block
        if len(rest) > LONGEST_ELEMENT:
            raise Refused("damaged")
    yield _text(rest), name


def _written_name(first: bytes, root: str, element: str) -> str:
    found = re.search(rf"<(\w+:)?{root}[\s>]".encode(), first)
    if not found:
        raise Refused("damaged")
    return (found[1] or b"").decode() + element


def _refuse_declarations(head: bytes) -> None:
    try:
        new_parser(lambda _name, _attributes: None).Parse(head, False)
    except expat.ExpatError as error:
        raise Refused("damaged") from error


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeError as error:
        raise Refused("damaged") from error


def local(name: str) -> str:
    return name.rpartition(":")[2]


def attribute(attributes: Attributes, name: str) -> str:
    """Return an attribute by its name without the prefix; "" when there is none."""
    return next((value for key, value in attributes.items() if local(key) == name), "")


def unescaped(text: str) -> str:
    """XML text without its escapes."""
    return ENTITY.sub(_character, text) if "&" in text else text


def escaped(text: str) -> str:
    """The inverse of `unescaped`."""
    return text.replace("&", "&amp;")


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name:
        return NAMED[name]
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000 or number == 0:
        raise Refused("damaged")
    return chr(number)


def _refuse(*_declaration: Any) -> None:  # Any: expat tells what was declared, which does not matter
    raise Refused("entities")
