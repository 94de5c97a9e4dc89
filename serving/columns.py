"""Columns that a store of an earlier version lacks are added when it is opened; nothing that it holds is touched."""

from __future__ import annotations

from sqlalchemy import Column, Engine, MetaData, inspect, text
from sqlalchemy.schema import CreateColumn


def add_missing_columns(engine: Engine, metadata: MetaData) -> list[str]:
    """Add each column of ``metadata`` that its table lacks, with its default; returns ``table.column`` for each.

    A column that is added later must be nullable or have a server default, or old rows could not have it.
    """
    added = []
    with engine.begin() as connection:
        found = inspect(connection)
        for table in metadata.sorted_tables:
            known = {column["name"] for column in found.get_columns(table.name)}
            for column in table.columns:
                if column.name not in known:
                    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {_ddl(column, engine)}"))
                    added.append(f"{table.name}.{column.name}")
    return added


def _ddl(column: Column[object], engine: Engine) -> str:
    return str(CreateColumn(column).compile(dialect=engine.dialect))
