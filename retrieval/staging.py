"""What a rebuild has made so far, in files beside the store: it counts as a whole or not at all.

Parts are written as they are made. A manifest, written last and at once, says that all are there; from then on they are
moved into the store, and if that is interrupted it is begun again on the next opening. Without a manifest the parts are
only kept so that an interrupted rebuild need not embed the same texts again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.embedding import Vectors
from retrieval.vectors import Record

Batch = tuple[Sequence[Record], Vectors]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a rebuild comes to: the digests of the items it takes over from the parts, and the items that go."""

    model: tuple[str, int]
    items: Mapping[str, str]
    gone: tuple[str, ...]


@dataclass(slots=True)
class Staging:
    """The folder of one rebuild."""

    folder: Path
    _last: int = 0

    def begin(self, model: tuple[str, int]) -> None:
        """Make ready for parts of this embedding model; parts of another one are thrown away."""
        mark = self.folder / "model.json"
        if mark.exists() and tuple(json.loads(mark.read_text(encoding="utf-8"))) != model:
            self.clear()
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(mark, json.dumps(model).encode())

    def put(self, kind: str, batches: Mapping[str, Batch]) -> None:
        """Keep records and their vectors, by collection. Shapes: each N records, vectors (N, size)."""
        self._last = number = (self._last or max(map(_number, self._files()), default=0)) + 1
        records = {name: [asdict(record) for record in batch[0]] for name, batch in batches.items()}
        path = self.folder / f"{kind}-{number:08d}.npz"
        with (part := path.with_suffix(".part")).open("wb") as file:
            text = np.frombuffer(json.dumps(records, ensure_ascii=False).encode(), np.uint8)
            np.savez(file, records=text, **{f"vectors {name}": batch[1] for name, batch in batches.items()})  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def discard(self, kind: str) -> None:
        """Throw away the parts of one kind."""
        for path in self.folder.glob(f"{kind}-*.npz"):
            path.unlink()

    def parts(self, kind: str = "items") -> Iterator[dict[str, Batch]]:
        """What was kept of a kind, in order."""
        for path in self._files(kind):
            with np.load(path) as part:
                records: dict[str, list[dict[str, Any]]] = json.loads(part["records"].tobytes())
                yield {name: ([Record(**r) for r in rows], part[f"vectors {name}"]) for name, rows in records.items()}

    def commit(self, manifest: Manifest) -> None:
        """From here on the rebuild counts."""
        _write(self.folder / "manifest.json", json.dumps(asdict(manifest), ensure_ascii=False).encode())

    def committed(self) -> Manifest | None:
        """The manifest, if a rebuild was committed and has not been cleared."""
        path = self.folder / "manifest.json"
        if not path.exists():
            return None
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(tuple(raw["model"]), raw["items"], tuple(raw["gone"]))

    def clear(self) -> None:
        """Throw all away, the manifest first."""
        (self.folder / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self, kind: str = "*") -> list[Path]:
        return sorted(self.folder.glob(f"{kind}-*.npz"), key=_number)


def _number(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
