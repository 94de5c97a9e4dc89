"""Vectors and their records in Chroma. The one module that imports chromadb.

Embedded mode is for one process: a lock in the folder keeps a second one out. The name and size of the
embedding model are stored with the collections and checked on opening.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from filelock import FileLock, Timeout

from retrieval.embedding import Vectors
from retrieval.errors import IndexInUse, IndexMismatch, IndexMissing

A_BATCH = 1024
"""Records a call to Chroma writes at most: it syncs its graph after every thousand."""
_PAGE = 10_000
_ANEW = ".anew"


@dataclass(frozen=True, slots=True)
class Record:
    """One stored entry. ``similarity`` is the cosine to the query, in [-1, 1]; None where nothing was asked."""

    id: str
    text: str
    metadata: Mapping[str, Any]
    similarity: float | None = None


@dataclass(slots=True)
class VectorStore:
    """Named collections of vectors (cosine space), of one embedding model."""

    _client: Any
    _model: tuple[str, int]
    _lock: FileLock | None = None
    _collections: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, model: tuple[str, int], *, address: str | None = None) -> VectorStore:
        """Open the folder's embedded store, or the Chroma server at ``address`` (``host:port``).

        Raises:
            IndexInUse: another process has the folder open.
            IndexMissing: the server does not answer.
        """
        settings = Settings(anonymized_telemetry=False)
        if address is not None:
            host, _, port = address.rpartition(":")
            try:
                client = chromadb.HttpClient(host=host or address, port=int(port), settings=settings)
            except ValueError as error:
                raise IndexMissing(
                    f"No Chroma server answers at {address}; start it, or unset BECAUSE_CHROMA to use the store folder."
                ) from error
            return cls(client, model)
        folder.mkdir(parents=True, exist_ok=True)
        lock = _own(folder)
        return cls(chromadb.PersistentClient(str(folder), settings=settings), model, lock)

    @property
    def model(self) -> tuple[str, int]:
        """Name and size of the embedding model."""
        return self._model

    def close(self) -> None:
        """Let go of the folder, so that another process may open it."""
        self._collections.clear()
        self._client.close()
        if self._lock is not None:
            self._lock.release()

    def upsert(self, collection: str, records: Sequence[Record], vectors: Vectors) -> None:
        """Add or replace records. Shapes: N records, vectors (N, size)."""
        target = self._collection(collection)
        for start in range(0, len(records), A_BATCH):
            part = records[start : start + A_BATCH]
            target.upsert(
                ids=[r.id for r in part],
                embeddings=vectors[start : start + A_BATCH],
                documents=[r.text for r in part],
                metadatas=[dict(r.metadata) for r in part],
            )

    def update(self, collection: str, records: Sequence[Record]) -> None:
        """Replace the metadata of records that are there, and neither their text nor their vectors."""
        target = self._collection(collection)
        for start in range(0, len(records), A_BATCH):
            part = records[start : start + A_BATCH]
            target.update(ids=[r.id for r in part], metadatas=[dict(r.metadata) for r in part])

    def nearest(self, collection: str, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """The ids of the n nearest records as Chroma's graph finds them, nearest first, and their cosines."""
        target = self._collection(collection)
        n = min(n, target.count())
        if n < 1:
            return []
        found = target.query(query_embeddings=vector[None, :], n_results=n, include=["distances"])
        return [(id_, 1.0 - d) for id_, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def query(self, collection: str, vector: Vectors, n: int, where: Mapping[str, Any] | None = None) -> list[Record]:
        """The n nearest records (fewer if there are fewer), nearest first. Shapes: vector (size,)."""
        target = self._collection(collection)
        n = min(n, target.count())
        if n < 1:
            return []
        found = target.query(
            query_embeddings=vector[None, :],
            n_results=n,
            where=dict(where) if where else None,
            include=["metadatas", "documents", "distances"],
        )
        rows = zip(found["ids"][0], found["documents"][0], found["metadatas"][0], found["distances"][0], strict=True)
        return [Record(id_, text, metadata, 1.0 - float(distance)) for id_, text, metadata, distance in rows]

    def get(
        self, collection: str, *, ids: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> list[Record]:
        """The records with these ids, or that match exactly."""
        found = self._collection(collection).get(
            ids=list(ids) if ids is not None else None,
            where=dict(where) if where else None,
            include=["metadatas", "documents"],
        )
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        return [Record(id_, text, metadata) for id_, text, metadata in rows]

    def ids(self, collection: str) -> list[str]:
        return list(self._collection(collection).get(include=[])["ids"])

    def pages(self, collection: str, *, any_model: bool = False) -> Iterator[tuple[list[Record], Vectors]]:
        """All records with their vectors, some thousands at a time. Shapes: N records, (N, size).

        Args:
            any_model: read what another embedding model made, too.
        """
        target = self._found(collection) if any_model else self._collection(collection)
        for offset in range(0, target.count() if target else 0, _PAGE):
            found = target.get(limit=_PAGE, offset=offset, include=["metadatas", "documents", "embeddings"])
            rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
            yield [Record(*row) for row in rows], np.asarray(found["embeddings"], np.float32)

    def vectors(self, collection: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The stored vectors of these ids; unknown ids are left out. Shapes: each (size,)."""
        unique = list(dict.fromkeys(ids))
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(unique), A_BATCH):
            found = self._collection(collection).get(ids=unique[start : start + A_BATCH], include=["embeddings"])
            rows = zip(found["ids"], found["embeddings"], strict=True)
            vectors |= {id_: np.asarray(vector, np.float32) for id_, vector in rows}
        return vectors

    def delete(
        self, collection: str, *, ids: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> None:
        if ids or where:
            self._collection(collection).delete(ids=list(ids) if ids else None, where=dict(where) if where else None)

    def count(self, collection: str) -> int:
        return int(self._collection(collection).count())

    def of_another_model(self, collection: str) -> bool:
        """Whether a collection is there that another embedding model made."""
        found = self._found(collection)
        metadata = (found.metadata or {}) if found else {}
        return found is not None and (metadata.get("embedding_model"), metadata.get("embedding_size")) != self._model

    def drop(self, collection: str) -> None:
        """Delete a collection, whichever model made it."""
        self._collections.pop(collection, None)
        if self._found(collection):
            self._client.delete_collection(collection)

    def renew(self, collection: str) -> None:
        """Build the collection's graph anew. If it is interrupted, the old collection or the new one is there."""
        anew = collection + _ANEW
        self.drop(anew)
        for records, vectors in self.pages(collection):
            self.upsert(anew, records, vectors)
        target = self._collection(anew)
        self.drop(collection)
        target.modify(name=collection)
        self._collections.clear()

    def _collection(self, name: str) -> Any:
        if name not in self._collections:
            model, size = self._model
            if not name.endswith(_ANEW):
                self._finish_renewal(name)
            collection = self._client.get_or_create_collection(
                name,
                configuration={"hnsw": {"space": "cosine"}},  # a larger sync_threshold makes each write slow
                metadata={"embedding_model": model, "embedding_size": size},
                embedding_function=None,
            )
            _check_model(collection.metadata or {}, model, size)
            self._collections[name] = collection
        return self._collections[name]

    def _finish_renewal(self, name: str) -> None:
        """Where a renewal was interrupted after the old collection was dropped, the new one is whole."""
        anew = self._found(name + _ANEW)
        if anew is not None and self._found(name) is None:
            anew.modify(name=name)

    def _found(self, name: str) -> Any:
        """The collection as it is, or None."""
        if name not in {collection.name for collection in self._client.list_collections()}:
            return None
        return self._client.get_collection(name, embedding_function=None)


def _check_model(stored: Mapping[str, Any], model: str, size: int) -> None:
    built = (stored.get("embedding_model"), stored.get("embedding_size"))
    if built != (model, size):
        raise IndexMismatch(
            f"This index was built with embedding model {built[0]} ({built[1]} dimensions), not {model} ({size}); "
            f"use the profile that it was built for or set BECAUSE_EMBEDDING_MODEL={built[0]}, or run `because index` "
            "with this profile to embed everything anew."
        )


def _own(folder: Path) -> FileLock:
    lock, note = FileLock(folder / "owner.lock"), folder / "owner.pid"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        owner = note.read_text().strip() if note.exists() else "unknown"
        raise IndexInUse(
            f"The store {folder.parent} is open in another process (pid {owner}); stop it first, "
            "or name another folder with --store."
        ) from error
    note.write_text(str(os.getpid()))
    return lock
