import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from records import desk_schema, figures_schema, people_schema, trust_schema, tuning_schema  # noqa: F401  (they add their tables)
from records.database import MIGRATIONS, RecordsError, sqlite_url, upgrade
from records.schema import Base
from records.store import Records


async def test_an_empty_file_comes_up_to_the_tables_the_program_knows(tmp_path: Path, url: str) -> None:
    await upgrade(url)
    with sa.create_engine(f"sqlite:///{tmp_path / 'records.db'}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


async def test_two_processes_may_bring_the_same_file_up_at_once(url: str) -> None:
    await asyncio.gather(*(upgrade(url) for _ in range(4)))
    records = await Records.open(url)
    assert await records.calls.list() == []
    await records.close()


async def test_every_step_can_be_taken_back(tmp_path: Path, url: str) -> None:
    await upgrade(url)
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'records.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


async def test_a_file_of_a_newer_program_is_refused_with_what_to_do(tmp_path: Path, url: str) -> None:
    await upgrade(url)
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordsError, match="新しい版に更新してください"):
        await Records.open(url)


async def test_a_place_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match="権限を確かめてください"):
        await Records.open(sqlite_url(tmp_path / "file" / "records.db"))


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, url: str) -> None:
    (tmp_path / "records.db").write_text("これはデータベースではありません。" * 100)
    with pytest.raises(RecordsError, match="開けません"):
        await Records.open(url)


@pytest.mark.parametrize("wrong", ["records.db", "sqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_a_wrong_url_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(RecordsError, match=r"sqlite\+aiosqlite:///records.db"):
        await Records.open(wrong)


async def test_the_database_is_readable_by_the_service_alone(tmp_path: Path, records: Records) -> None:
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(tmp_path)} == {0o600}


async def test_readers_and_a_writer_do_not_hold_each_other_up(tmp_path: Path, records: Records) -> None:
    with sqlite3.connect(tmp_path / "records.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_tables_can_be_made_on_postgresql() -> None:
    statements = [
        str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
        for table in Base.metadata.sorted_tables
    ]
    text = "\n".join(statements)
    assert "JSONB" in text
    assert "TIMESTAMP WITH TIME ZONE" in text
