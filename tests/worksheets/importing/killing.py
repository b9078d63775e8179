"""Kills a job at one of its steps, in this process: nothing is stored any more of what it was doing."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from crm.jobs import control
from crm.jobs.errors import LeaseLost
from crm.jobs.models import Job


@dataclass
class Killing:
    """A function that, the first time it is called, is the last that its process does or begins."""

    function: Any
    is_before: bool
    over: bool = False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self.over:
            return self.function(*arguments, **options)
        self.over = True
        if not self.is_before:
            self.function(*arguments, **options)
        raise LeaseLost  # which no handler and no job answers: as if the process were gone


def run_killed(job: Job, module: ModuleType, name: str, *, is_before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, name, Killing(getattr(module, name), is_before))
    with pytest.raises(LeaseLost):
        control.run_here(job)
    control.mark_interrupted(job)


def go_on(job: Job) -> None:
    """Another process takes the job, unless its end was stored."""
    if Job.objects.get(pk=job.pk).is_active:
        control.run_here(job)
