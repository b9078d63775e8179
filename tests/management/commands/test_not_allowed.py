"""Commands that run the job of a person who may no longer do it."""

import pytest
from django.core.management import CommandError, call_command

from crm.jobs.models import Job, JobState
from crm.people.models import Role, User
from crm.worksheets.models import Worksheet, WorksheetState

pytestmark = pytest.mark.django_db


@pytest.fixture
def interrupted(settings, tmp_path, person_of) -> Worksheet:
    """The import of an editor whose account was deactivated since."""
    settings.VAR_DIR = tmp_path
    editor = person_of(Role.EDITOR).user
    (tmp_path / "people.csv").write_text("email\nana@example.com\n")
    call_command("import_worksheet", str(tmp_path / "people.csv"), "--key", "email", "--as", editor.email, "--json")
    Job.objects.update(state=JobState.INTERRUPTED)
    Worksheet.objects.update(state=WorksheetState.INTERRUPTED)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    return Worksheet.objects.get()


def test_resuming_the_import_of_a_deactivated_person_is_refused_in_one_line(interrupted):
    with pytest.raises(CommandError, match=r"deactivated.*import the same file again, or undo it"):
        call_command("resume_import", str(interrupted.number))
