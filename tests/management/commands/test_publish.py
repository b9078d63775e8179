"""Publishing by command: the plan, the refusals, and what happens
beside readers, imports and other publishes, or to a killed one."""

import json
import signal
import time
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection

ONLINE = {"ALTER_ONLINE_FROM_ROWS": "100"}  # so that few rows are many
ROWS = 15_000
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer and no waiting readers")


@pytest.fixture(scope="module")
def python(site):
    """Runs statements in a process of the site and gives what they print."""
    before = (
        "from crm.people.actors import Actor",
        "from crm.schema.generated import current",
        "from crm.schema.draft import editing",
        "from crm.schema.draft import new_fields",
        "from crm.schema.publishing import publishing",
        "from crm.schema.models import DataEntity, Field",
    )

    def ran(*statements: str) -> str:
        status, output, errors = site.run("shell", "-v", "0", "-c", "\n".join([*before, *statements]))
        assert status == 0, errors
        return output

    return ran


@pytest.fixture(scope="module")
def entity(python):
    """Publishes an entity with records whose `points` are written by `value`, and drafts another type for it."""

    def made(acronym: str, kind: str, value: str, *, count: int = 5, becomes: str = "") -> None:
        draft = f"editing.retype_field(field, '{becomes}')" if becomes else ""
        python(
            f"entity = editing.create_entity('{acronym}', '{acronym}')",
            f"field = editing.add_field(entity, new_fields.new_definition('points', '{kind}'))",
            "publishing.publish_entity(entity.acronym, {'points'}, by=Actor.operator())",
            f"model = current.models()['{acronym}']",
            f"model.objects.bulk_create(model(id=f'{acronym.lower()}{{n}}', points={value}) for n in range({count}))",
            draft,
        )

    return made


@pytest.fixture(scope="module")
def draft(python):
    def drafted(acronym: str, kind: str) -> None:
        python(f"editing.retype_field(Field.objects.get(entity__acronym='{acronym}', name='points'), '{kind}')")

    return drafted


@pytest.fixture
def ask(site):
    """Gives the rows of a query on the site's database."""
    with site.connected() as database:
        yield lambda query: database.execute(query).fetchall()


@pytest.fixture
def state(ask):
    """What a publish might change: publication, columns that it knows, values, draft."""

    def held(acronym: str) -> dict:
        table = f"record_{acronym.lower()}"
        ((number, snapshot),) = ask("SELECT number, snapshot FROM schema_publication ORDER BY number DESC LIMIT 1")
        entities = snapshot if isinstance(snapshot, dict) else json.loads(snapshot)
        (entity,) = (entity for entity in entities["entities"] if entity["acronym"] == acronym)
        drafted = f"SELECT type FROM schema_field WHERE name = 'points' AND entity_id = (SELECT id FROM schema_dataentity WHERE acronym = '{acronym}')"
        return {
            "publication": number,
            "type": entity["fields"][0]["type"],
            "values": sorted(str(value) for (value,) in ask(f"SELECT points FROM {table}")),
            "draft": ask(drafted)[0][0],
        }

    return held


@pytest.fixture
def leftovers(ask):
    """Columns, indexes and triggers of a table that no publication knows."""

    def found(acronym: str) -> list[str]:
        if connection.vendor == "sqlite":
            statements = "".join(
                sql for (sql,) in ask(f"SELECT sql FROM sqlite_master WHERE tbl_name = 'record_{acronym.lower()}'") if sql
            )
            return [name for name in ("crm_new_points", "crm_note") if name in statements]
        table = f"'record_{acronym.lower()}'::regclass"
        columns = f"SELECT attname FROM pg_attribute WHERE attrelid = {table} AND attname LIKE 'crm\\_new%' AND NOT attisdropped"
        indexes = f"SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = {table} AND relname LIKE '%\\_aside'"
        triggers = f"SELECT tgname FROM pg_trigger WHERE tgrelid = {table} AND NOT tgisinternal"
        return [name for query in (columns, indexes, triggers) for (name,) in ask(query)]

    return found


def test_the_plan_is_shown_and_changes_nothing(site, entity, state):
    entity("PA", "Decimal", "n + (n == 3) / 2", becomes="Integer")
    before = state("PA")

    facts = site.facts("publish", "PA", "--plan")

    (operation,) = facts["operations"]
    assert (facts["entity"], facts["publication"]) == ("PA", None)
    assert operation["sentence"] == "Change points of PA from Decimal to Integer: 4 values convert, 1 does not fit."
    assert operation["risk"] == "loss"
    assert operation["sql"][0].startswith("ALTER TABLE")
    assert state("PA") == before


def test_losses_are_refused_with_an_example_until_they_are_accepted(site, entity):
    entity("PB", "Decimal", "n + (n == 3) / 2", becomes="Integer")

    code, output, errors = site.run("publish", "PB", "--json")
    facts = site.facts("publish", "PB", "--accept-loss")

    assert (code, output) == (1, "")
    assert "1 value does not fit and would be lost. 3.50 (pb3)" in errors
    assert facts["publication"]


def test_an_unknown_entity_is_one_line(site):
    assert site.run("publish", "QQ", "--json") == (1, "", "CommandError: There is no entity QQ.\n")


def test_a_publish_killed_at_any_moment_leaves_everything_as_it_was_or_is_done(site, entity, state, leftovers):
    entity("KA", "Varchar 50", "n", count=ROWS, becomes="Integer")
    before = state("KA")
    done = before | {"publication": before["publication"] + 1, "type": "Integer"}

    for seconds in (1.2, 1.6, 2.0):
        process = site.start("publish", "KA", **ONLINE)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert state("KA") in (before, done)
    code, _output, errors = site.run_apart("publish", "KA", **ONLINE)

    assert code == 0, errors
    assert state("KA") == done
    assert leftovers("KA") == []
    assert site.run("check_schema")[0] == 0


def killed_while(site, ask, acronym: str, condition: str) -> None:
    """Starts a publish and kills it as soon as its preparation is so far."""
    process = site.start("publish", acronym, **ONLINE)
    while not ask(f"SELECT 1 FROM schema_preparation WHERE entity = '{acronym}' AND {condition}"):
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_publish_killed_in_the_middle_of_converting_is_gone_on_with(site, entity, ask, state, leftovers):
    entity("KX", "Varchar 50", "n", count=ROWS, becomes="Integer")
    before = state("KX")

    killed_while(site, ask, "KX", "done BETWEEN 2000 AND 12000")
    killed = state("KX")
    ask("UPDATE record_kx SET points = '-7' WHERE id = 'kx7' RETURNING 1")
    ask("UPDATE record_kx SET points = NULL WHERE id = 'kx9' RETURNING 1")
    ask("INSERT INTO record_kx (id, points) VALUES ('a-new-one', '8') RETURNING 1")
    code, _output, errors = site.run_apart("publish", "KX", **ONLINE)

    assert killed == before
    assert code == 0, errors
    found = dict(ask("SELECT id, points FROM record_kx WHERE id IN ('kx7', 'kx9', 'a-new-one', 'kx14999')"))
    assert found == {"kx7": -7, "kx9": None, "a-new-one": 8, "kx14999": 14_999}
    assert leftovers("KX") == []


def test_what_a_killed_publish_prepared_is_taken_away_when_something_else_is_wanted(site, entity, draft, ask, state, leftovers):
    entity("KY", "Varchar 50", "n", count=ROWS, becomes="Integer")
    killed_while(site, ask, "KY", "done > 0")

    draft("KY", "Long")
    code, _output, errors = site.run_apart("publish", "KY", **ONLINE)

    assert code == 0, errors
    assert state("KY")["type"] == "Long"
    assert leftovers("KY") == []


def test_values_that_come_meanwhile_and_do_not_fit_stop_the_publish(site, entity, ask, state, leftovers):
    entity("KZ", "Varchar 50", "n", count=ROWS, becomes="Integer")
    process = site.start("publish", "KZ", **ONLINE)
    while not ask("SELECT 1 FROM schema_preparation WHERE entity = 'KZ' AND done > 0"):
        assert process.poll() is None
    ask("UPDATE record_kz SET points = 'many' WHERE id = 'kz1' RETURNING 1")
    _output, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "1 value does not fit and would be lost." in errors
    assert state("KZ")["type"] == "Varchar 50"
    assert leftovers("KZ") == []


@only_postgresql
def test_beside_a_long_reader_a_new_field_waits_says_so_and_lets_others_read(site, entity):
    entity("LR", "Integer", "n")
    url = site.environment["DATABASE_URL"]
    with closing(psycopg.connect(url)) as reader, closing(psycopg.connect(url, autocommit=True)) as other:
        reader.execute("SELECT count(*) FROM record_lr")
        process = site.start("create_field", "LR", "vip", "Boolean")
        said = process.stderr.readline()
        other.execute("SET statement_timeout = '2s'")
        read = [other.execute("SELECT count(*) FROM record_lr").fetchone()[0] for _ in range(20)]
        is_waiting = process.poll() is None
        reader.rollback()
    process.communicate(timeout=60)

    assert said.startswith("Waiting for the database process ")
    assert read == [5] * 20
    assert (is_waiting, process.returncode) == (True, 0)


@contextmanager
def held(site, acronym: str):
    """As an import of the entity holds it."""
    code = f"import time\nfrom crm.jobs import locking\nwith locking.held(locking.entity_lock_name('{acronym}')):\n    print('held', flush=True)\n    time.sleep(120)"
    process = site.start("shell", "-v", "0", "-c", code)
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.kill()
        process.communicate()


def test_a_retype_waits_for_a_running_import_and_says_so_while_a_new_field_does_not(site, entity, draft, state):
    entity("IM", "Varchar 50", "n")
    with held(site, "IM"):
        site.facts("create_field", "IM", "vip", "Boolean")
        draft("IM", "Integer")
        process = site.start("publish", "IM")
        said = process.stderr.readline()
        unchanged = state("IM")["type"]
    process.communicate(timeout=60)

    assert said == "Waiting for an import of IM to end.\n"
    assert unchanged == "Varchar 50"
    assert process.returncode == 0
    assert state("IM")["type"] == "Integer"


def test_several_who_publish_the_same_entity_at_once_all_get_their_field(site, entity, ask):
    entity("TW", "Integer", "n")

    processes = [site.start("create_field", "TW", name, "Boolean") for name in ("one", "two", "three")]
    codes = [process.communicate(timeout=60) and process.returncode for process in processes]

    assert codes == [0, 0, 0]
    assert ask("SELECT one, two, three FROM record_tw LIMIT 1") == [(0, 0, 0)]


def draft_index(python, acronym: str, *fields: str, unique: bool) -> None:
    python(f"DataEntity.objects.get(acronym='{acronym}').indexes.create(name='by', fields={list(fields)}, unique={unique})")


@only_postgresql
def test_an_index_on_many_rows_is_built_aside_and_taken_over(site, entity, python, leftovers):
    entity("IX", "Integer", "n", count=ROWS)
    draft_index(python, "IX", "points", unique=True)

    code, output, errors = site.run_apart("publish", "IX", **ONLINE)

    assert code == 0, errors
    assert "Require unique values of points in IX, by an index. (check)" in output
    assert site.run("check_schema")[0] == 0
    assert leftovers("IX") == []


@only_postgresql
def test_an_invalid_index_that_a_failed_build_left_is_cleaned_up(site, entity, python, leftovers):
    entity("IV", "Integer", "n % 100", count=200)
    url = site.environment["DATABASE_URL"]
    with closing(psycopg.connect(url, autocommit=True)) as database:
        with pytest.raises(psycopg.errors.UniqueViolation):
            database.execute("CREATE UNIQUE INDEX CONCURRENTLY iv_by_uniq_aside ON record_iv (points) WHERE points IS NOT NULL")
        left = leftovers("IV")
        draft_index(python, "IV", "points", unique=True)
        refused = site.run_apart("publish", "IV", **ONLINE)
        database.execute("UPDATE record_iv SET points = points + 100 WHERE id >= 'iv100' AND length(id) = 5")
    code, _output, errors = site.run_apart("publish", "IV", **ONLINE)

    assert left == ["iv_by_uniq_aside"]
    assert refused[0] == 1
    assert "points of IV cannot be unique: 100 values repeat: “0” in 2 records" in refused[2]
    assert code == 0, errors
    assert leftovers("IV") == []
    assert site.run("check_schema")[0] == 0


def test_a_unique_index_is_refused_with_what_repeats(site, entity, python, state):
    entity("IR", "Integer", "n % 2")
    draft_index(python, "IR", "points", unique=True)
    before = state("IR")

    code, _output, errors = site.run("publish", "IR")

    assert code == 1
    assert "points of IR cannot be unique: 2 values repeat: “0” in 3 records, “1” in 2 records." in errors
    assert state("IR") == before
