"""An ASGI request as the WSGI environment of the same request."""

import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from crm.web.response_buffer import FileAnswer

Scope = dict[str, Any]  # Any: ASGI's own
Environ = dict[str, Any]  # Any: WSGI's own

# The status with which a body was refused that is not handed on.
REFUSED = "crm.refused_body"
UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}
# Described hop by hop; the body is here whole.
DROPPED = {"HTTP_TRANSFER_ENCODING", "CONTENT_LENGTH"}


def make_environ(scope: Scope, body: IO[bytes], *, length: int = 0, refused: int | None = None) -> Environ:
    """`body` stands at its beginning and has `length` bytes."""
    path = scope.get("raw_path") or scope["path"].encode()
    host, port = scope.get("server") or ("localhost", 80)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        **_header_variables(scope),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileAnswer,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return environ | ({} if refused is None else {REFUSED: refused})


def declared_length(scope: Scope) -> int:
    """What the client says that it will send; 0 where it does not say. The server refuses what is not a number."""
    return max((int(value) for name, value in scope["headers"] if name == b"content-length" and value.isdigit()), default=0)


def has_body(scope: Scope) -> bool:
    """Return False if the client said that nothing comes, as with most requests."""
    return declared_length(scope) > 0 or any(name == b"transfer-encoding" for name, _value in scope["headers"])


def waits_for_permission(scope: Scope) -> bool:
    """Return True if the client sends its body only after being asked to."""
    return any(name == b"expect" for name, _value in scope["headers"])


def _header_variables(scope: Scope) -> dict[str, str]:
    """Names with an underscore are dropped: they would pass for those with a hyphen, which a proxy may have checked."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if b"_" not in name:
            found.setdefault(_variable(name), []).append(value.decode("latin-1"))
    return {name: ("; " if name == "HTTP_COOKIE" else ",").join(values) for name, values in found.items() if name not in DROPPED}


def _variable(header: bytes) -> str:
    name = header.decode("latin-1").upper().replace("-", "_")
    return name if name in UNPREFIXED else f"HTTP_{name}"
