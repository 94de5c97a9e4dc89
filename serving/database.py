"""Opening the database, and turning what it reports into one clear line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from serving.columns import add_missing_columns
from serving.errors import ServingError
from serving.tables import metadata

BUSY_SECONDS = 5
"""How long to wait for another writer, or for a server to answer, before giving up."""

ADVICE = {
    "disk is full": "the disk is full; free some space, then try again",
    "disk i/o error": "the disk cannot be read or written; check it, and that it is not full",
    "is locked": "another process is writing to it; close that process, then try again",
    "unable to open": "it cannot be opened; check that the folder exists and may be written",
    "readonly": "it may not be written; check its permissions and those of its folder",
    "read-only": "it may not be written; check the server's state and the user's rights",
    "not a database": "it is no database or it is damaged; move it away and index again",
    "malformed": "it is damaged; move it away and index again",
    "no space left": "the disk of the server is full; free some space, then try again",
    "password authentication": "the user or the password is wrong; check BECAUSE_DATABASE",
    "does not exist": "the database, role or table does not exist; create it or check BECAUSE_DATABASE",
}
"""What a database's own message contains (lower case), and what to tell whoever runs Because."""


class StoreError(ServingError):
    """The store cannot do its work; the message names the database and says what to do."""


def open_database(address: str, *, create: bool = True) -> Engine:
    """An engine for the address, with the tables in place unless nothing is to be created.

    Raises:
        StoreError: the address is wrong or the database cannot be used.
    """
    url = _url(address)
    try:
        engine = create_engine(url, **_options(url))
    except (ArgumentError, NoSuchModuleError) as exc:
        raise StoreError(f"The database address {_shown(url)} is not one that Because can use: {_line(exc)}") from exc
    except ModuleNotFoundError as exc:
        raise StoreError(f"The driver for {_shown(url)} is missing: install the package {exc.name}.") from exc
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    if create:
        with translated(url):
            metadata.create_all(engine)
            add_missing_columns(engine, metadata)
    return engine


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Raise what the database reports as a StoreError."""
    try:
        yield
    except IntegrityError as exc:
        raise StoreError(f"The database {_shown(url)} refused the row: {_line(exc.orig or exc)}") from exc
    except SQLAlchemyError as exc:
        raise StoreError(_explain(exc, url)) from exc


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as exc:
        raise StoreError(
            "BECAUSE_DATABASE is not a database address; write it like postgresql://user:password@host/because."
        ) from exc
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise StoreError(f"The store runs on SQLite or PostgreSQL, not on {url.drivername}; change BECAUSE_DATABASE.")
    return url


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "sqlite":
        return {"pool_pre_ping": True, "connect_args": {"connect_timeout": BUSY_SECONDS}}
    if url.database in {None, "", ":memory:"}:
        raise StoreError("The store needs a file: an SQLite database in memory is not shared between threads.")
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise StoreError(f"The folder of {_shown(url)} cannot be made: {exc.strerror}. Choose another store.") from exc
    return {"connect_args": {"timeout": BUSY_SECONDS}}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Per connection: readers do not wait for the writer, and foreign keys hold."""
    for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _explain(exc: SQLAlchemyError, url: URL) -> str:
    cause = exc.orig if isinstance(exc, DBAPIError) and exc.orig else exc
    text = str(cause).casefold()
    advice = next((advice for sign, advice in ADVICE.items() if sign in text), None)
    if advice:
        return f"The database {_shown(url)} cannot be used: {advice}."
    if "connect" in text:
        return f"The database {_shown(url)} does not answer; start it, or check BECAUSE_DATABASE."
    return f"The database {_shown(url)} reported: {_line(cause)}"


def _shown(url: URL) -> str:
    """The address without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _line(exc: BaseException) -> str:
    return str(exc).strip().partition("\n")[0]
