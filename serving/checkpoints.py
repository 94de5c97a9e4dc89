"""Where conversations are kept between turns: LangGraph's checkpoints in SQLite, or in PostgreSQL by the same setting
that moves the store there."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from serving.database import BUSY_SECONDS

CONNECTIONS = 4
"""The most that conversations keep open to PostgreSQL."""


class InThreads(BaseCheckpointSaver[Any]):
    """A saver that blocks, for async use: each call runs in a thread of its own, so that no event loop is bound."""

    def __init__(self, saver: BaseCheckpointSaver[Any], close: Callable[[], None]) -> None:
        super().__init__(serde=saver.serde)
        self._saver = saver
        self.close = close

    @property
    def config_specs(self) -> list[Any]:
        return self._saver.config_specs

    def get_next_version(self, current: Any, channel: Any) -> Any:
        return self._saver.get_next_version(current, channel)

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await asyncio.to_thread(self._saver.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        def work() -> list[CheckpointTuple]:
            return list(self._saver.list(config, filter=filter, before=before, limit=limit))

        for each in await asyncio.to_thread(work):
            yield each

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await asyncio.to_thread(self._saver.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await asyncio.to_thread(self._saver.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self._saver.delete_thread, thread_id)

    def delete_thread(self, thread_id: str) -> None:
        self._saver.delete_thread(thread_id)


def open_checkpoints(folder: Path, database: str | None) -> InThreads:
    """The conversations of a store folder, or of the PostgreSQL database that the setting names."""
    if database is not None and database.startswith(("postgresql", "postgres")):
        return _postgres(database)
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "conversations.sqlite", check_same_thread=False)
    saver = SqliteSaver(connection)
    saver.setup()
    return InThreads(saver, connection.close)


def _postgres(address: str) -> InThreads:
    from langgraph.checkpoint.postgres import PostgresSaver
    from psycopg import Connection
    from psycopg.rows import DictRow, dict_row
    from psycopg_pool import ConnectionPool

    plain = address.replace("postgresql+psycopg://", "postgresql://", 1)
    # A connection is looked at before it is used: one that went with a restart of the server is made anew.
    pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
        plain,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=BUSY_SECONDS,
        check=ConnectionPool.check_connection,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "connect_timeout": BUSY_SECONDS},
        open=True,
    )
    saver = PostgresSaver(pool)
    try:
        saver.setup()
    except BaseException:
        pool.close()
        raise
    return InThreads(saver, pool.close)
