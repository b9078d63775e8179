"""Kinds of jobs and their phases in words for people."""

from collections.abc import Mapping

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}
_phases: dict[str, Mapping[str, str | Promise]] = {}


def set_labels(kind: str, label: str | Promise, phases: Mapping[str, str | Promise]) -> None:
    _labels[kind] = label
    _phases[kind] = phases


def label_of(kind: str) -> str:
    return str(_labels.get(kind) or kind)


def phase_label(kind: str, phase: str) -> str:
    """The phase itself where the handler gave a sentence instead of a key."""
    return str(_phases.get(kind, {}).get(phase, phase))
