"""Texts that PostgreSQL cannot compress, and so cannot put into an index either."""

import random

CHINESE, RARE = range(0x4E00, 0x9FA5), range(0x20000, 0x2A6D0)  # three bytes a character, four bytes


def chinese(length: int, *, seed: int = 0) -> str:
    return _text(CHINESE, length, seed)


def rare(length: int, *, seed: int = 0) -> str:
    return _text(RARE, length, seed)


def _text(characters: range, length: int, seed: int) -> str:
    return "".join(map(chr, random.Random(seed).choices(characters, k=length)))
