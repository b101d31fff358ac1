"""Where the records lie: engine, transactions, and the schema brought up to date at start."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from records.plain import to_json

MIGRATIONS = Path(__file__).parent / "migrations"
_BEGIN = "records_begin"


class RecordsError(RuntimeError):
    """The records cannot be used. The message is for the person who starts the service, in Japanese."""


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite+aiosqlite:///{path}"


class Database:
    """An engine with two kinds of transaction.

    On SQLite a write takes the database's one write lock at its beginning (`BEGIN IMMEDIATE`), so that it can
    never fail half-way for another's lock, and this process's writers queue in asyncio instead of polling the file.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        self._one_writer = asyncio.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def beside(self, ending: str) -> Path | None:
        """The path of a file that belongs to this one; None where the database is no file."""
        name = self._engine.url.database
        return Path(f"{name}.{ending}") if self.dialect == "sqlite" and name else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one state of the database and changes nothing."""
        async with self._engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end of the block, rolled back when it raises."""
        async with self._one_writer, self._writing.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def open_database(url: str, busy_timeout_ms: int = 5_000) -> Database:
    """Bring the schema up to date and open the database. Raises `RecordsError`."""
    await upgrade(url, busy_timeout_ms)
    return Database(_engine(_parsed(url), busy_timeout_ms))


async def upgrade(url: str, busy_timeout_ms: int = 30_000) -> None:
    """Run the migrations that are missing, all or none. Two processes may do so at once: the second waits.

    Raises `RecordsError` when the file cannot be opened or was written by a newer version of the program.
    """
    parsed = _parsed(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            _prepare_file(Path(str(parsed.database)))
        # Foreign keys are off while tables are rebuilt: SQLite would delete the children of a table that moves.
        engine = _engine(parsed, busy_timeout_ms, foreign_keys=False)
        try:
            async with engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
                await connection.run_sync(_run_migrations)
        finally:
            await engine.dispose()
    except CommandError as error:
        raise RecordsError(
            "記録のデータベースは、このプログラムより新しい版で作られています。"
            f"プログラムを新しい版に更新してください（{error}）。"
        ) from error
    except (OSError, SQLAlchemyError) as error:
        cause = getattr(error, "orig", None) or error
        raise RecordsError(
            f"記録のデータベースを開けません: {parsed.render_as_string()}（{cause}）。"
            "保存先のフォルダーと書き込みの権限を確かめてください。"
        ) from error


def _run_migrations(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.drivername == "sqlite":
            parsed = parsed.set(drivername="sqlite+aiosqlite")
        elif parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+asyncpg")
    except ArgumentError as error:
        raise RecordsError(
            f"記録のデータベースの書き方が正しくありません: {url!r}。"
            "sqlite+aiosqlite:///records.db のように書いてください。"
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise RecordsError("記録はファイルに保存します。sqlite+aiosqlite:///records.db のように書いてください。")
    return parsed


def _prepare_file(path: Path) -> None:
    # Calls are personal data: the file, and the WAL that inherits its mode, belong to the service alone.
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def _engine(url: URL, busy_timeout_ms: int, foreign_keys: bool = True) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, json_serializer=to_json, pool_pre_ping=True)
    engine = create_async_engine(url, json_serializer=to_json)

    def on_connect(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late for BEGIN IMMEDIATE and leave DDL outside them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms:d}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        # What is deleted is overwritten in the file: the words of a call that had to go are gone.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine
