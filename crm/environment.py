"""Settings read from the environment, typed, failing loudly."""

import os
import secrets
import sys
import zoneinfo
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import phonenumbers
from django.core.exceptions import ImproperlyConfigured

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
NOT_FOR_OTHERS = 0o077  # the umask of processes that write nothing but what is the site's own
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def env_flag(name: str, *, default: bool) -> bool:
    word = os.environ.get(name, "1" if default else "0").strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {word!r}.")
    return word in TRUE


def env_int(name: str, default: int) -> int:
    text = env_text(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def env_float(name: str, default: float) -> float:
    text = env_text(name, str(default))
    try:
        return float(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {text!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def is_command() -> bool:
    """Whether a person waits for a management command, as against a process that serves."""
    return Path(sys.argv[0]).name == "manage.py" and sys.argv[1:2] not in (["serve"], ["work"])


def made_once(path: Path, make: Any) -> str:
    """The text kept in `path`, made on first use with mode 0600; two processes starting together agree on one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(made := make())
    return made


def account_id(var_dir: Path) -> str:
    """Machines that share a database are given the same one by ACCOUNT_ID."""
    return os.environ.get("ACCOUNT_ID") or made_once(var_dir / "account_id", lambda: uuid4().hex)


def secret_key(var_dir: Path) -> str:
    return os.environ.get("SECRET_KEY") or made_once(var_dir / "secret_key", lambda: secrets.token_urlsafe(50))


def own_folder(path: Path) -> Path:
    """Made for its owner alone. One that is there is closed to others if it is ours by what is in it, or empty."""
    path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    is_ours = (path / "secret_key").exists() or not any(path.iterdir())
    if is_ours and path.stat().st_uid == os.getuid():
        path.chmod(PRIVATE_FOLDER)
    return path


def storage_folder(url: str) -> Path:
    """Where `file:///absolute/path` lies. Raises ImproperlyConfigured for what no storage of ours is."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise ImproperlyConfigured(f"STORAGE_URL must be file:///absolute/path, not {url!r}.")
    return Path(unquote(parts.path))


def country(code: str) -> str:
    if code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ImproperlyConfigured(f"COUNTRY must be the two letters of a country, as BR, not {code!r}.")
    return code.upper()


def time_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"TIME_ZONE must be a name such as America/Sao_Paulo, not {name!r}.")
    return name


def one_of(name: str, default: str, known: list[str]) -> str:
    """The value of the variable `name`, in lower case."""
    value = env_text(name, default).lower()
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value


def database(url: str) -> dict[str, Any]:
    """Django's database settings for `sqlite:///relative`, `sqlite:////absolute` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(parts.path[1:])
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts)
    raise ImproperlyConfigured(f"DATABASE_URL must begin with sqlite:// or postgres://, not {parts.scheme!r}.")


def _sqlite(path: str) -> dict[str, Any]:
    _keep_private(Path(path))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Seconds. Where the last connection closes, SQLite removes its log, and on a full disk could not be opened again.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # IMMEDIATE: a transaction that reads first and writes later would else fail at once instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;",
        },
    }


def _keep_private(database: Path) -> None:
    """SQLite makes a file that others may read, and its log with the mode of the file."""
    if not database.parent.is_dir():
        return
    with suppress(OSError):  # as on a full disk, or another's file: what opens it says why not
        os.close(os.open(database, os.O_CREAT, PRIVATE_FILE))
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            if path.exists():
                path.chmod(PRIVATE_FILE)


def _postgresql(parts: Any) -> dict[str, Any]:  # Any: urlsplit's result type is private
    return {
        "ENGINE": "crm.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # Seconds; each thread keeps its connection.
        "CONN_MAX_AGE": 600,
        # Asked before each use, so that no page fails on a connection that died with the server.
        "CONN_HEALTH_CHECKS": True,
        # Who waits for an answer learns within ten seconds that the machine behind the connection is gone.
        "OPTIONS": {"tcp_user_timeout": 10_000},
    }
