"""Logs: one JSON line an event, with the request's id. No query string, no value of a record or person is ever in them."""

import logging
import re
import sys
import traceback
from copy import copy
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.typing import EventDict, Processor

REQUEST_ID = "X-Request-ID"


class LoggedRequest(RequestMiddleware):
    """The library's, which gives every line of a request its id, without the query string; the answer names the id too."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response[REQUEST_ID] = structlog.contextvars.get_contextvars().get("request_id", "")
        super().handle_response(request, response)


# An e-mail in an address that somebody typed, and the name of a record's file, which stands last in its address.
PERSONAL = re.compile(r"[^\s/=]+@[^\s/]+|(?<=/files/)[^/\s]+/\S+")


def without_values(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """An exception by its type and its frames: its message may quote a row, as a unique index's does. Nobody's e-mail or file."""
    for name in ("event", "request"):
        if isinstance(text := event.get(name), str):
            event[name] = PERSONAL.sub("…", text)
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__qualname__
        event["frames"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_values,
]


def are_for_people(form: str) -> bool:
    """`text` or `json` as LOG_FORMAT says; unsaid, text on a terminal. Raises ImproperlyConfigured."""
    if form not in {"", "text", "json"}:
        raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {form!r}.")
    return form == "text" or (not form and sys.stderr.isatty())


def configure(*, for_people: bool) -> dict[str, Any]:
    """Sets structlog up and gives Django's LOGGING. `for_people`: only what is amiss, readable on a terminal."""
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    level = logging.WARNING if for_people else logging.INFO
    # As warnings, the queue says at every Ctrl-C that it was asked to end, and Django each page that is not there or not allowed.
    expected = logging.ERROR if for_people else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line_formatter, "for_people": for_people}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Django's own handlers go: the development server's lines quote query strings.
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
            **{name: {"level": expected} for name in ("django_tasks_db", "django.request", "django.security")},
        },
    }


class LineFormatter(structlog.stdlib.ProcessorFormatter):
    """Writes an exception among a line's arguments by its type: its message may name a file, as that of a full disk does."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple):
            record = copy(record)
            record.args = tuple(
                type(part).__qualname__ if isinstance(part, BaseException) else part for part in record.args or ()
            )
        return super().format(record)


def line_formatter(*, for_people: bool) -> logging.Formatter:
    as_text = structlog.dev.ConsoleRenderer(colors=False) if for_people else structlog.processors.JSONRenderer(ensure_ascii=False)
    return LineFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_text],
    )
