"""Inputs that Django does not have."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms

REMOVE = "_remove_"  # before the field's name: the names of files to remove


@dataclass(frozen=True)
class ShownFile:
    name: str
    size: int
    url: str


class FilesInput(forms.FileInput):
    """For further files, next to the stored ones (`records/_files.html`)."""

    allow_multiple_selected = True

    def __init__(self, files: Sequence[ShownFile]) -> None:
        super().__init__(attrs={"multiple": True})
        self.files = files
