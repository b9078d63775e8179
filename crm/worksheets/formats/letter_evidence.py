"""In which encoding of one byte a letter a text is written, as far as its letters show: Windows, DOS or Macintosh."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CANDIDATES = ("cp1252", "cp850", "cp860", "cp437", "mac-roman")  # the first where another explains the bytes no better
OTHERS = ("cp1250", "cp1254", "cp1251", "cp852")  # never taken without being asked about: few letters tell them apart
WESTERN = dict.fromkeys("ãõçáéíóúâêôàñüÃÕÇÁÉÍÓÚÂÊÔÀÑÜ", 2) | dict.fromkeys("äëïöèìòùûîßÄËÏÖÈÌÒÙÛÎ", 1)
FURTHER = WESTERN | dict.fromkeys("ąćęłńśźżčďěňřšťůýžőűăşţđğıĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮÝŽŐŰĂŞŢĐĞİ", 1)
SIGNS = frozenset("ªº°§¿¡€£´’‘“”–—…®©™·")  # noqa: RUF001
NOT_BEFORE = frozenset("ªº°™®£")  # a letter
ALONE = frozenset("àéèóÀÉÈÓ")  # words of one letter
POWERS = frozenset("¹²³")
# Of these, Portuguese words have others than these letters behind them nowhere: Hungarian `Gyõr` is Győr.
FOLLOWING = {"õ": "eE", "ã": "oeiszOEISZ", "Õ": "eE", "Ã": "oeiszOEISZ"}
WORD = re.compile(rb"[^\s,;|\"]*[\x80-\xff][^\s,;|\"]*")
SHOWN, ENOUGH = 3, 4  # words; letters that are no chance


@dataclass(frozen=True)
class LetterEvidence:
    """`sense` is what speaks for an encoding less what speaks against it, which are the `odd` ones of all `signs`."""

    sense: int
    odd: int
    signs: int


def judged(text: bytes) -> dict[str, LetterEvidence]:
    """By encoding."""
    return {name: _evidence(_decoded(text, name), WESTERN if name in CANDIDATES else FURTHER) for name in (*CANDIDATES, *OTHERS)}


def best(found: Mapping[str, LetterEvidence]) -> str:
    name = max(CANDIDATES, key=lambda name: found[name].sense)  # of equals the first
    return name if found[name].sense > 0 else CANDIDATES[0]


def is_certain(text: bytes, found: Mapping[str, LetterEvidence], name: str) -> bool:
    """Return False where many letters are odd, or another encoding makes as much sense of them."""
    own, read = found[name], _decoded(text, name)
    if 4 * own.odd > own.signs:
        return False
    rivals = [found[other] for other in found if other != name and _decoded(text, other) != read]
    if name == CANDIDATES[0]:
        return all(rival.sense <= own.sense for rival in rivals)
    return not any(rival.odd == 0 < rival.sense and (own.signs < ENOUGH or 5 * rival.sense > 4 * own.sense) for rival in rivals)


def words_of(text: bytes) -> bytes:
    """A few of the words whose letters are not clear."""
    return b" ".join(list(dict.fromkeys(WORD.findall(text)))[:SHOWN])


def readings(words: bytes) -> list[tuple[str, str]]:
    """Encodings with what they make of the words, the likeliest first; those that make the same of them once."""
    found = judged(words)
    names = sorted(found, key=lambda name: -found[name].sense)
    texts: dict[str, str] = {}
    for name in names:
        if (text := _decoded(words, name)).isprintable() and "\ufffd" not in text:
            texts.setdefault(text, name)
    return [(name, text) for text, name in texts.items()]


def _decoded(text: bytes, name: str) -> str:
    return text.decode(name, "replace")


def _evidence(text: str, letters: Mapping[str, int]) -> LetterEvidence:
    """Letters that words have, in the case of their neighbours, speak for an encoding; all else against it."""
    weights = list(_weights(f" {text} ", letters))
    return LetterEvidence(sum(weights), sum(weight < 0 for weight in weights), len(weights))


def _weights(padded: str, letters: Mapping[str, int]) -> Iterator[int]:
    for at in range(1, len(padded) - 1):
        if not padded[at].isascii():
            yield _weight(padded[at - 1], padded[at], padded[at + 1], letters)


def _weight(before: str, sign: str, after: str, letters: Mapping[str, int]) -> int:
    if sign in SIGNS:
        is_odd = (after.isalpha() and (before.isalpha() or sign in NOT_BEFORE)) or (sign == "£" and before.isalpha())
        return -1 if is_odd else 1
    if sign in POWERS:
        return -1 if after.isalpha() or (before.isalpha() and before not in "mM") else 1
    if _is_cyrillic(sign):
        return 1 if letters is FURTHER and not (_is_latin(before) or _is_latin(after)) else -2
    if sign not in letters:
        return -2
    if not (before.isalpha() or after.isalpha()):
        return 1 if sign in ALONE else 0
    is_odd = before.islower() if sign.isupper() else before.isupper() and after.isupper()
    if letters is WESTERN:
        is_odd |= after.isalpha() and after not in FOLLOWING.get(sign, after)
        is_odd |= all(one.isalpha() and not one.isascii() for one in (before, after))
    return -1 if is_odd else letters[sign]


def _is_cyrillic(sign: str) -> bool:
    return "\u0400" <= sign <= "\u04ff"


def _is_latin(sign: str) -> bool:
    return sign.isalpha() and not _is_cyrillic(sign)
