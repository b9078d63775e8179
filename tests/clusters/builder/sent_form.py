"""What a browser without scripts sends of a page that it was given."""

import re
from html import unescape


def inputs(page: str) -> dict[str, str | list[str]]:
    """What a browser would send of the builder."""
    found = dict(re.findall(r'<input type="hidden" name="(b-[^"]*)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<input type="(?:text|number)"[^>]* name="(b-[^"]*)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select [^>]*name="(b-[^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(r'<option value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    ticked: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="checkbox"[^>]* name="(b-[^"]*)" value="([^"]*)" checked', page):
        ticked.setdefault(name, []).append(unescape(value))
    area = re.search(r'<textarea name="rule"[^>]*>\s*(.*?)</textarea>', page, re.S)
    return {name: unescape(value) for name, value in found.items()} | ticked | {"rule": unescape(area[1]) if area else ""}
