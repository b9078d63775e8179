"""Whole imports from text to records: what goes in, what is refused, and that the counts add up."""

from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from crm.people.actors import Actor
from crm.records.models import ChangeSet, RecordChange
from crm.records.writing import saving
from crm.schema.definitions import FieldDefinition
from crm.schema.generated import current
from crm.schema.models import DataEntity
from crm.schema.publishing.publishing import publish
from crm.worksheets.errors import InvalidMapping, NothingWritten, UnreadableWorksheet
from crm.worksheets.importing import applying, rehearsing
from crm.worksheets.importing.preparing import prepare
from crm.worksheets.models import WorksheetState
from tests.long_texts import chinese, rare

LONG = "x" * 101
CHOICES = {"choices": [{"value": "gold", "label": "Gold"}, {"value": "silver", "label": "Silver"}]}


@pytest.fixture
def ana(customers, admin):
    return saving.create(customers, {"email": "ana@example.com", "userId": "u1", "firstName": "Ana"}, by=admin)


def names(model) -> list[str]:
    return sorted(model.objects.values_list("firstName", flat=True))


def test_rows_are_created(import_text, customers):
    found = import_text("email,firstName\nana@example.com,Ana\nbea@example.com,Bea\n", key="email")

    assert found.counts == {"rows": 2, "created": 2}
    assert found.worksheet.state == WorksheetState.DONE
    assert names(customers) == ["Ana", "Bea"]


def test_rows_without_an_id_column_are_created(import_text, customers):
    assert import_text("email,firstName\nana@example.com,Ana\n").counts == {"rows": 1, "created": 1}


def test_create_only_needs_no_key_column(import_text, customers):
    assert import_text("firstName\nAna\n", key="email", mode="create").counts == {"rows": 1, "created": 1}


def test_importing_the_same_file_again_changes_nothing(import_text):
    text = "email,firstName,birthDate,approved\nana@example.com,Ana,1990-02-03,yes\n"
    import_text(text, key="email", allow_consent=True)

    assert import_text(text, key="email", allow_consent=True).counts == {"rows": 1, "unchanged": 1}
    assert RecordChange.objects.count() == 1


def test_r08_an_unknown_id_is_an_error_and_inserts_nobody(import_text, customers, ana):
    found = import_text(f"id,firstName\n{ana.pk},Anna\nnobody,Eva\n")

    assert found.counts == {"rows": 2, "updated": 1, "errors": 1}
    assert found.errors == [
        (
            3,
            "id",
            "nobody",
            "There is no record with this id. A new one has an empty cell here, and rows without a key are to be created.",
        )
    ]
    assert names(customers) == ["Anna"]


@pytest.mark.parametrize("key", ["id", "email", "userId"])
def test_r08_any_unique_field_may_be_the_key(import_text, customers, ana, key):
    text = f"{key},firstName\n{getattr(ana, key)},Anna\n"

    assert import_text(text, key=key).counts == {"rows": 1, "updated": 1}


def test_r08_the_rehearsal_counts_before_anything_is_written(upload, customers, ana):
    text = "email,firstName\nana@example.com,Anna\neva@example.com,Eva\nno mail,Ivo\n"

    counts = rehearsing.rehearse(prepare(upload(text, key="email")))

    assert (counts.created, counts.updated, counts.errors) == (1, 1, 1)
    assert names(customers) == ["Ana"]


def test_r09_read_only_columns_are_ignored_with_a_notice(import_text, ana):
    text = f"id,firstName,createdIn,birthDateMonth,crm_version\n{ana.pk},Ana,1999-01-01,7,99\n"

    found = import_text(text)

    assert found.counts == {"rows": 1, "unchanged": 1}
    assert found.worksheet.counts["ignored_columns"] == ["createdIn", "birthDateMonth", "crm_version"]


def test_an_id_that_is_not_the_key_is_ignored_with_a_notice(import_text, customers, ana):
    found = import_text("id,email,firstName\nother-1,ana@example.com,Anna\n", key="email")

    assert found.counts == {"rows": 1, "updated": 1}
    assert found.worksheet.counts["ignored_columns"] == ["id"]
    assert customers.objects.get().pk == ana.pk


def test_r10_each_refused_cell_is_told_and_good_rows_go_in(import_text, customers):
    text = f"email,firstName,birthDate,rclastcartvalue\nana@example.com,Ana,,\nbea@,{LONG},31/12/2020,1.000,50\n,,,\nivo@example.com,Ivo,,7\n"

    found = import_text(text, key="email", empty="keep")

    assert found.counts == {"rows": 3, "created": 2, "errors": 1}
    assert found.errors == [(3, "", "50", "The row has 5 cells, the header 4.")]


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("email", "bea@", "“bea@” is not an e-mail address."),
        ("firstName", LONG, "The text is 101 characters long; at most 100 fit."),
        ("firstName", "Be\0a", "The text holds a NUL character."),
        ("firstName", "***", "“***” is a masked value, not the real one."),
        ("birthDate", "31/12/2020", "“31/12/2020” is not a date such as 2026-12-31."),
        ("birthDate", "2021-02-30", "“2021-02-30” is not a date such as 2026-12-31."),
        ("rclastcartvalue", "1.000.000", "“1.000.000” is not a number such as 1234.50 (no thousands separators)."),
        ("isCorporate", "perhaps", "“perhaps” is not yes or no (true, false, 1, 0, sim, não)."),
        ("rclastsessiondate", "1700000000", "“1700000000” is not a date and time such as 2026-12-31 23:59."),
        ("tier", "bronze", "“bronze” is not one of gold, silver."),
        ("size", "9999999999", "“9999999999” is not between -2,147,483,648 and 2,147,483,647."),
    ],
)
def test_r10_a_wrong_cell_is_told_by_row_column_value_and_reason(import_text, define, header, cell, reason):
    fields = {
        "email": "Email",
        "firstName": "Varchar 100",
        "birthDate": "Date",
        "rclastcartvalue": "Decimal",
        "isCorporate": "Boolean",
    }
    model = define(
        **fields, rclastsessiondate="Date and Time", size="Integer", tier=FieldDefinition("tier", "Choice", options=CHOICES)
    )

    found = import_text(f"{header}\n{cell}\n", entity="PT")

    assert found.errors == [(2, header, cell.replace("\0", "\ufffd"), reason)]
    assert found.worksheet.state == WorksheetState.PARTLY
    assert model.objects.count() == 0


def test_several_wrong_cells_of_a_row_are_one_error_in_the_counts(import_text):
    found = import_text("email,birthDate\nno,never\n", key="email")

    assert found.counts == {"rows": 1, "errors": 1}
    assert [(row, column) for row, column, _value, _reason in found.errors] == [(2, "email"), (2, "birthDate")]


def test_a_broken_quote_costs_one_row(import_text, customers):
    found = import_text('email,firstName\nana@example.com,Ana\nbea@example.com,"Bea\nivo@example.com,Ivo\n', key="email")

    assert found.counts == {"rows": 3, "created": 2, "errors": 1}
    assert found.errors == [(3, "", 'bea@example.com,"Bea', "A quote is opened here and never closed.")]
    assert names(customers) == ["Ana", "Ivo"]


def test_a_bad_byte_costs_one_row(import_text, customers):
    content = "email,firstName\nana@example.com,João\n".encode() + b"bea@example.com,Jos\xe9\n"

    found = import_text(content, key="email")

    assert found.counts == {"rows": 2, "created": 1, "errors": 1}
    assert found.errors == [(3, "firstName", "Jos\\xe9", "The cell holds bytes that are not UTF-8.")]


def test_missing_cells_at_the_end_are_empty(import_text, ana):
    assert import_text("email,firstName,lastName\nana@example.com\n", key="email").counts == {"rows": 1, "unchanged": 1}


def test_missing_cells_clear_nothing(import_text, ana):
    found = import_text("email,firstName,lastName\nana@example.com\n", key="email", empty="clear")

    assert found.errors == [(2, "", "ana@example.com", "The row has 1 cells, the header 3.")]


def test_counts_in_refusals_are_written_as_the_readers_language_writes_numbers(import_text, customers):
    with translation.override("pt-br"):
        wide = import_text("email\nana@example.com" + ",x" * 1_233 + "\n", key="email")
        with pytest.raises(NothingWritten) as raised:
            import_text("email\n" + "no\n" * 1_234, key="email", atomic=True)

    assert "1.234 células" in wide.errors[0][3]
    assert "1.234 linhas" in str(raised.value)


@pytest.mark.parametrize(
    ("policy", "counts", "kept"),
    [
        ("refuse", {"rows": 3, "created": 1, "errors": 2}, ["Ivo"]),
        ("first", {"rows": 3, "created": 2, "skipped": 1}, ["Eva", "Ivo"]),
        ("last", {"rows": 3, "created": 2, "skipped": 1}, ["Evy", "Ivo"]),
    ],
)
def test_r14_rows_with_the_same_key_follow_the_policy(import_text, customers, policy, counts, kept):
    text = "email,firstName\neva@example.com,Eva\nEVA@example.com,Evy\nivo@example.com,Ivo\n"

    found = import_text(text, key="email", duplicates=policy)

    assert (found.counts, names(customers)) == (counts, kept)


def test_r14_unique_values_are_checked_in_the_file_and_against_records(import_text, customers, ana):
    text = "email,userId\nbea@example.com,u1\neva@example.com,u2\nivo@example.com,u2\nleo@example.com,u3\n"

    found = import_text(text, key="email")

    assert found.counts == {"rows": 4, "created": 1, "errors": 3}
    assert [(row, column, value) for row, column, value, _reason in found.errors] == [
        (2, "userId", "u1"), (3, "userId", "u2"), (4, "userId", "u2"),
    ]  # fmt: skip


def test_r11_the_state_tells_that_rows_were_refused(import_text):
    assert import_text("email\nana@example.com\nno\n", key="email").worksheet.state == WorksheetState.PARTLY


def test_r17_empty_keeps_and_null_clears(import_text, customers, ana):
    import_text("email,firstName,userId\nana@example.com,,[null]\n", key="email")

    record = customers.objects.get()
    assert (record.firstName, record.userId) == ("Ana", None)


def test_r17_empty_clears_when_asked(import_text, customers, ana):
    import_text("email,firstName,userId\nana@example.com,,u1\n", key="email", empty="clear")

    record = customers.objects.get()
    assert (record.firstName, record.userId) == (None, "u1")


def test_r18_an_import_is_one_change_set(import_text, ana):
    text = "email,firstName\nana@example.com,Anna\neva@example.com,Eva\n"

    number = import_text(text, key="email").worksheet.number

    change_set = ChangeSet.objects.get(channel="worksheet")
    assert change_set.reference == str(number)
    assert RecordChange.objects.filter(change_set=change_set).count() == 2


@pytest.mark.parametrize(("mode", "counts"), [("create", {"created": 1, "skipped": 1}), ("update", {"updated": 1, "skipped": 1})])
def test_modes_skip_what_they_may_not(import_text, ana, mode, counts):
    text = "email,firstName\nana@example.com,Anna\neva@example.com,Eva\n"

    assert import_text(text, key="email", mode=mode).counts == {"rows": 2, **counts}


def test_atomic_writes_nothing_when_a_row_is_refused(upload, admin, import_text, customers):
    with pytest.raises(NothingWritten) as raised:
        import_text("email\nana@example.com\nno\n", key="email", atomic=True)

    assert str(raised.value) == "Nothing was written: 1 row is refused. Row 3, email: “no” is not an e-mail address."
    assert (customers.objects.count(), RecordChange.objects.count(), ChangeSet.objects.count()) == (0, 0, 0)


def test_atomic_writes_all_when_no_row_is_refused(import_text):
    assert import_text("email\nana@example.com\nbea@example.com\n", key="email", atomic=True).counts == {"rows": 2, "created": 2}


def test_a_fixed_value_is_set_for_all(import_text, customers):
    import_text("email\nana@example.com\nbea@example.com\n", key="email", set={"firstName": "All", "birthDate": "1990-05-06"})

    assert set(customers.objects.values_list("firstName", "birthDate", "birthDateMonth")) == {("All", date(1990, 5, 6), 5)}


def test_what_is_ignored_may_be_anything(import_text):
    assert import_text("email,what\nana@example.com,ever\n", key="email", ignore=["what"]).counts == {"rows": 1, "created": 1}


@pytest.mark.parametrize(
    ("text", "choices", "said"),
    [
        ("email\n", {}, "There is no row below the names of the columns."),
        ("email,fistName\na@b.co,x\n", {}, "No field is named “fistName” (did you mean firstName?)."),
        ("email,,userId\na@b.co,x,u\n", {}, "Column 2 has no name. Give it one, or take nothing from it."),
        (",".join(["email", *(f"x{n}" * 99 for n in range(12))]) + "\na@b.co\n", {}, "and 2 more. Map it or ignore it."),
        ("email\na@b.co\n", {"key": "firstName"}, "firstName cannot be the key: it must be unique."),
        ("firstName\nAna\n", {"key": "email"}, "The key email is not a column of the worksheet."),
        ("email\na@b.co\n", {"map": {"mail": "email"}}, "The worksheet has no column “mail”."),
        ("mail\na@b.co\n", {"map": {"mail": "post"}}, "CL has no field “post”."),
        ("email\na@b.co\n", {"set": {"createdIn": "2020-01-01"}}, "createdIn cannot be set: it is no field that may be written."),
        ("email\na@b.co\n", {"set": {"birthDate": "soon"}}, "birthDate: “soon” is not a date such as 2026-12-31."),
        ("email\na@b.co\n", {"set": {"email": "b@b.co"}}, "email is a column of the worksheet and set for all rows."),
        ("email\na@b.co\n", {"set": {"approved": "yes"}}, "approved is a consent: allow it on purpose."),
        ("a,b\na@b.co,c\n", {"map": {"a": "email", "b": "email"}}, "More than one column is mapped to email: “a”, “b”."),
    ],
)  # fmt: skip
def test_a_worksheet_that_does_not_fit_is_refused_with_a_sentence(import_text, customers, text, choices, said):
    with pytest.raises((InvalidMapping, UnreadableWorksheet)) as raised:
        import_text(text, **choices)

    assert said in str(raised.value)
    assert customers.objects.count() == 0


def test_a_refused_worksheet_says_why(upload, admin, import_text):
    with pytest.raises(UnreadableWorksheet):
        import_text("email\n")

    worksheet = type(upload("email\n")).objects.order_by("number").first()
    assert (worksheet.state, worksheet.problem) == (WorksheetState.FAILED, "There is no row below the names of the columns.")


@pytest.mark.parametrize("empty", ["keep", "clear"])
def test_consent_is_gained_only_when_allowed_and_lost_without(import_text, customers, admin, empty):
    """A list of who unsubscribed needs no tick; who agrees in it stays as they are."""
    for email, agrees in (("ana@example.com", True), ("bia@example.com", False), ("caio@example.com", True)):
        saving.create(customers, {"email": email, "isNewsletterOptIn": agrees}, by=admin)
    text = "email,isNewsletterOptIn\nana@example.com,no\nbia@example.com,yes\ncaio@example.com,yes\nnew@example.com,yes\n"

    came = import_text(text, key="email", empty=empty)
    without = dict(customers.objects.values_list("email", "isNewsletterOptIn"))
    import_text(text, key="email", empty=empty, allow_consent=True)

    assert came.counts == {"rows": 4, "created": 1, "updated": 1, "unchanged": 2}
    assert came.worksheet.counts["left_out"] == {"isNewsletterOptIn": 3}
    assert without == {"ana@example.com": False, "bia@example.com": False, "caio@example.com": True, "new@example.com": False}
    assert customers.objects.filter(isNewsletterOptIn=True).count() == 3


def test_consent_may_be_taken_from_every_row_without_a_tick(import_text, customers, admin):
    saving.create(customers, {"email": "ana@example.com", "isNewsletterOptIn": True}, by=admin)

    import_text("email\nana@example.com\n", key="email", set={"isNewsletterOptIn": "no"})

    assert customers.objects.get().isNewsletterOptIn is False


def test_a_rehearsal_leaves_no_staged_rows(upload, db):
    worksheet = upload("email\nana@example.com\n", key="email")

    rehearsing.rehearse_only(prepare(worksheet))

    assert not rehearsing.is_staged(worksheet)


def test_r01_a_hundred_thousand_rows_go_in_by_chunks_with_a_checkpoint_each(upload, admin, customers):
    """More than the original takes; where the work is broken off, it goes on from the last checkpoint."""
    worksheet = upload("userId;customerClass\n" + "".join(f"{n};class {n % 7}\n" for n in range(100_000)), key="userId")
    done = []
    prepared = prepare(worksheet)
    rehearsing.rehearse(prepared)

    applying.apply(prepared, by=admin, save_checkpoint=done.append)

    assert [each.created for each in done] == [50_000, 100_000]
    assert (worksheet.state, customers.objects.count()) == (WorksheetState.DONE, 100_000)


@pytest.fixture
def agreeing(db):
    """Customers who receive the newsletter by default."""
    field = DataEntity.objects.get(acronym="CL").fields.get(name="isNewsletterOptIn")
    field.default = True
    field.save()
    publish(by=Actor.operator())
    return current.models()["CL"]


@pytest.mark.parametrize("empty", ["keep", "clear"])
@pytest.mark.parametrize(("allow_consent", "agreed"), [(False, [False, False, False]), (True, [False, True, True])])
def test_nobody_agrees_by_default_unless_somebody_says_so(agreeing, import_text, empty, allow_consent, agreed):
    text = "email;isNewsletterOptIn\na@b.co;false\nb@b.co;true\nc@b.co;\n"

    import_text(text, key="email", empty=empty, allow_consent=allow_consent)

    assert list(agreeing.objects.order_by("email").values_list("isNewsletterOptIn", flat=True)) == agreed


def test_a_field_is_not_cleared_because_another_one_like_it_is(define, admin, import_text):
    parts = define(code=FieldDefinition("code", "Varchar 50", unique=True), size_a="Varchar 10", sizexa="Varchar 10")
    saving.create(parts, {"code": "1", "size_a": "S", "sizexa": "M"}, by=admin)

    import_text("code;size_a;sizexa\n1;;[null]\n", entity="PT", key="code")

    assert parts.objects.values_list("size_a", "sizexa").get() == ("S", None)


@pytest.mark.parametrize("harm", ["DROP TABLE {0}", "DELETE FROM {0}"])
def test_staged_rows_that_are_not_compared_are_not_whole(upload, db, harm):
    worksheet = upload("email\nana@example.com\n", key="email")
    rehearsing.rehearse(prepare(worksheet))
    assert rehearsing.is_staged(worksheet)

    with connection.cursor() as cursor:
        cursor.execute(harm.format(f"{worksheet.staging}_outcome"))

    assert not rehearsing.is_staged(worksheet)


def test_rows_that_were_refused_are_refused_again_or_nothing_is_staged(upload, customers, admin):
    """A process that dies between comparing and refusing leaves nothing that would be taken for whole."""
    ana = saving.create(customers, {"email": "ana@example.com", "userId": "u1"}, by=admin)
    worksheet = upload("email,userId\neva@example.com,u1\nbia@example.com,u2\n", key="email")
    rehearsing.rehearse(prepare(worksheet))
    saving.update(ana, {"userId": "u3"}, by=admin)
    refused = [error.row for error in worksheet.row_errors.all()]

    def die(execute, sql, params, many, context):
        if many and worksheet.staging in sql and params == [(row,) for row in refused]:
            raise SystemExit
        return execute(sql, params, many, context)

    with pytest.raises(SystemExit), connection.execute_wrapper(die):
        rehearsing.stage_again(prepare(worksheet), after_row=0)

    assert (refused, rehearsing.is_staged(worksheet)) == ([2], False)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a limit of PostgreSQL")
def test_a_text_that_an_index_cannot_hold_is_a_refused_row_of_the_report(import_text, notes):
    found = import_text(f"code,text\na,short\nb,{chinese(1_000)}\n", entity="NT", key="code")

    assert found.counts == {"rows": 2, "created": 1, "errors": 1}
    assert found.errors == [
        (3, "text", chinese(1_000)[:50], "The text is too long for an index over this field, which holds 2,572 bytes.")
    ]


def test_a_unique_text_that_an_index_cannot_hold_is_refused_by_the_rehearsal(import_text, define):
    define(code=FieldDefinition("code", "Varchar 750", unique=True))

    found = import_text(f"code\n{chinese(750)}\n{rare(750)}\n", entity="PT", key="code")

    assert found.counts == {"rows": 2, "created": 1, "errors": 1}
    assert [(row, column) for row, column, _value, _reason in found.errors] == [(3, "code")]


def test_a_row_of_nothing_is_refused_in_words(import_text, customers):
    """Cells that fill no field make no record."""
    text = "email,firstName,remark\nana@example.com,Ana,\n,,see below\n,Eva,\n"
    found = import_text(text, key="email", ignore=["remark"], empty_key="create")

    assert found.counts == {"rows": 3, "created": 2, "errors": 1}
    assert found.errors == [(3, "", "", "The record is entirely empty: fill in at least one field.")]


def test_a_row_that_only_clears_is_a_row_of_nothing(import_text, customers):
    found = import_text("email,firstName,approved\n[null],,false\n,Eva,\n", key="email", empty_key="create")

    assert found.counts == {"rows": 2, "created": 1, "errors": 1}


def test_a_row_of_nothing_is_skipped_where_only_records_that_are_there_are_updated(import_text, ana):
    found = import_text("email,remark\n,see below\n", key="email", ignore=["remark"], mode="update")

    assert found.counts == {"rows": 1, "skipped": 1}
