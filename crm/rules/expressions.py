"""Texts as the database compares them: folded, in lower case, in the order of their bytes, by pattern."""

import re
from datetime import tzinfo
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Func, IntegerField, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import ExtractDay, ExtractMonth
from django.db.models.sql.compiler import SQLCompiler

from crm.rules.bucket_numbers import HEX_DIGITS
from crm.rules.conditions import Normalization
from crm.rules.digits import without_punctuation
from crm.rules.resolving import ResolvedColumn

Sql = tuple[str, Any]  # Any: parameters, a list or a tuple


class Fold(Func):
    """Without case and accents: `crm_fold`, which an index may use too."""

    function = "crm_fold"
    output_field = TextField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """ASCII is folded by SQLite itself: a call of Python takes three times as long."""
        sql, parameters = compiler.compile(self.source_expressions[0])
        if parameters:
            return self.as_sql(compiler, connection, **context)
        ascii_only = f"LENGTH(CAST({sql} AS BLOB)) = LENGTH({sql})"
        return f"CASE WHEN {ascii_only} THEN REPLACE(LOWER({sql}), '`', '''') ELSE crm_fold({sql}) END", []


class Lowercase(Func):
    """A–Z in lower case: the expression of the unique index of e-mails."""

    function = "LOWER"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template='LOWER((%(expressions)s) COLLATE "C")', **context)


class WithoutPunctuation(Lowercase):
    """Without punctuation: the expression of the unique index of phones and documents."""

    template = f"%(function)s({without_punctuation('%(expressions)s')})"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        bare = without_punctuation("%(expressions)s")
        return self.as_sql(compiler, connection, template=f'LOWER(({bare}) COLLATE "C")', **context)


class ByteOrder(Func):
    """The order of UTF-8 bytes, which is that of characters in Python, whatever the collation of the database."""

    template = "%(expressions)s"
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **context)


class Matches(Func):
    """True if a text matches a pattern: LIKE on PostgreSQL, and GLOB on SQLite, whose LIKE ignores the case of A–Z."""

    arity = 3
    output_field = BooleanField()

    def __init__(self, text: F | Func, parts: tuple[str, ...]) -> None:
        super().__init__(text, Value(like_pattern(parts)), Value(glob_pattern(parts)))

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        text, like, _glob = self.source_expressions
        return self._compared(text, like).as_sql(compiler, connection, arg_joiner=" LIKE ", **context)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        text, _like, glob = self.source_expressions
        return self._compared(text, glob).as_sql(compiler, connection, arg_joiner=" GLOB ", **context)

    def _compared(self, text: Expression, pattern: Expression) -> Func:
        return Func(text, pattern, template="(%(expressions)s)")


class DayInYear(Func):
    """A hundred times the month and the day of a date, or of a moment in a zone."""

    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " + "

    def __init__(self, day: F | KeyTextTransform, zone: tzinfo | None) -> None:
        super().__init__(ExtractMonth(day, tzinfo=zone) * 100, ExtractDay(day, tzinfo=zone))


class BucketOf(Func):
    """As `buckets.bucket_of`: the first digits of the digest of an id, as a number, modulo how many buckets there are."""

    function = "crm_bucket"
    output_field = IntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        record_id, buckets = self.source_expressions
        digest = f"left(encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex'), {HEX_DIGITS})"
        number = Func(record_id, template=f"('x' || {digest})::bit({4 * HEX_DIGITS})::bigint")
        return Func(number, buckets, template="(%(expressions)s)", arg_joiner=" %% ").as_sql(compiler, connection, **context)


def like_pattern(parts: tuple[str, ...]) -> str:
    return "%".join(re.sub(r"([\\%_])", r"\\\1", part) for part in parts)


def glob_pattern(parts: tuple[str, ...]) -> str:
    return "*".join(re.sub(r"([*?\[])", r"[\1]", part) for part in parts)


NORMALIZING: dict[Normalization, type[Func]] = {"lowered": Lowercase, "folded": Fold, "digits": WithoutPunctuation}


def value_of(column: ResolvedColumn) -> F | KeyTextTransform:
    """Scores are JSON, of which one key is compared as text."""
    if column.field.kind != "score":
        return F(column.lookup)
    *before, key = column.steps
    return KeyTextTransform(key, F("__".join(before)))


def normalized_text(normalization: Normalization, column: ResolvedColumn) -> F | Func | KeyTextTransform:
    """The column's text as it is compared."""
    return NORMALIZING[normalization](value_of(column)) if normalization in NORMALIZING else value_of(column)
