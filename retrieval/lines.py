"""What a turn reads of items word by word: their lines, embedded once and kept beside the index.

A line is a fact or a sentence of an item. To tell which of forty candidates say what is wished for, a turn compares
some hundred lines with the wishes; embedding them takes a second on two cores, reading them back some milliseconds. A
line's vector follows from its text alone, so nothing that is kept here ever goes stale.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from retrieval.embedding import Embedder, Remembering, Role, Vectors

Halves: TypeAlias = npt.NDArray[np.float16]
logger = logging.getLogger(__name__)

_AT_ONCE = 500
"""Lines that one query of the file asks for; SQLite takes so many parameters at least."""
_REMEMBERED = 4000
"""Texts of either kind; of 384 dimensions each takes 1.5 kB."""
_PATIENCE = 5.0
"""Seconds another process may write to the file."""
_TABLE = (
    "create table if not exists lines (model text, digest blob, vector blob, primary key (model, digest)) without rowid"
)


class Lines:
    """An embedder of lines of item data that writes down what it embedded, in half precision.

    What a shopper says never goes in here. A file that cannot be read or written costs time and nothing else: the lines
    are then embedded again, and the log says why.

    Args:
        path: the file, made when the first line is kept; None keeps nothing.
    """

    def __init__(self, embedder: Embedder, path: Path | None) -> None:
        self.name, self.size = embedder.name, embedder.size
        self._embedder = embedder
        self._one_at_a_time = threading.Lock()
        self._path = path

    def embed(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        """The same vectors whether they were kept or not, for they are rounded before they are used.

        Shapes: N texts -> (N, size) float32.
        """
        if not texts:
            return np.zeros((0, self.size), np.float32)
        keys = {text: _digest(role, text) for text in texts}
        kept = self._read(list(keys.values()))
        if new := [text for text, key in keys.items() if key not in kept]:
            made = self._embedder.embed(new, role).astype(np.float16)
            fresh = {keys[text]: vector for text, vector in zip(new, made, strict=True)}
            self._write(fresh)
            kept |= fresh
        return np.stack([kept[keys[text]] for text in texts]).astype(np.float32)

    def unknown(self, texts: Iterable[str], role: Role = "passage") -> list[str]:
        """Those of the texts that are not kept, each once."""
        keys = {text: _digest(role, text) for text in texts}
        kept = self._read(list(keys.values()))
        return [text for text, key in keys.items() if key not in kept]

    def close(self) -> None:
        if (file := self.__dict__.pop("_file", None)) is not None:
            file.close()

    @cached_property
    def _file(self) -> sqlite3.Connection | None:
        return None if self._path is None else _opened(self._path)

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Halves]:
        found: dict[bytes, bytes] = {}
        if self._file is None:
            return {}
        try:
            with self._one_at_a_time:
                for first in range(0, len(keys), _AT_ONCE):
                    some = keys[first : first + _AT_ONCE]
                    marks = ",".join("?" * len(some))
                    asked = f"select digest, vector from lines where model = ? and digest in ({marks})"
                    found.update(self._file.execute(asked, (self.name, *some)))
        except sqlite3.Error as error:
            logger.warning("lines cannot be read and are embedded again: %s", error)
            return {}
        vectors = {key: np.frombuffer(told, np.float16) for key, told in found.items()}
        return {key: vector for key, vector in vectors.items() if len(vector) == self.size}

    def _write(self, fresh: dict[bytes, Halves]) -> None:
        if self._file is None:
            return
        rows = [(self.name, key, vector.tobytes()) for key, vector in fresh.items()]
        try:
            with self._one_at_a_time, self._file:
                self._file.executemany("insert or replace into lines values (?, ?, ?)", rows)
        except sqlite3.Error as error:
            logger.warning("%d lines cannot be kept and will be embedded again: %s", len(rows), error)


@dataclass(frozen=True, slots=True)
class Reader:
    """Embeds what is wished for, remembered for a while, and lines of items, which ``kept`` writes down."""

    wishes: Embedder
    lines: Embedder
    kept: Lines

    @classmethod
    def of(cls, embedder: Embedder, path: Path | None = None) -> Reader:
        kept = Lines(embedder, path)
        return cls(Remembering(embedder, _REMEMBERED), Remembering(kept, _REMEMBERED), kept)

    @classmethod
    def plain(cls, embedder: Embedder) -> Reader:
        """Reads with an embedder that remembers as much as its owner likes."""
        return cls(embedder, embedder, Lines(embedder, None))


def _opened(path: Path) -> sqlite3.Connection | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
        file.execute("pragma journal_mode = wal")
        file.execute("pragma synchronous = normal")
        with file:
            file.execute(_TABLE)
    except (OSError, sqlite3.Error) as error:
        logger.warning("%s cannot be used, so lines are embedded each time: %s", path, error)
        return None
    return file


def _digest(role: Role, text: str) -> bytes:
    return hashlib.blake2b(f"{role}\n{text}".encode(), digest_size=16).digest()
