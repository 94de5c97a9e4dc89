"""The learned ranker that comes with the demo shop, and when a shop may use it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.errors import RankerMismatch
from retrieval.trees import NAMES

FOLDER = "ranker"
"""Where in the demo's folder its ranker lies."""
_ABOUT = "demo.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a demo ranker was learned from: by which embedding model, and a digest of item ids and features."""

    embedder: str
    digest: str
    item_ids: tuple[str, ...]

    @classmethod
    def of(cls, embedder: str, item_ids: Iterable[str]) -> Origin:
        known = tuple(sorted(item_ids))
        told = json.dumps([known, NAMES])
        return cls(embedder, hashlib.sha256(told.encode()).hexdigest()[:16], known)

    def save(self, folder: Path) -> None:
        (folder / _ABOUT).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def of_folder(cls, folder: Path) -> Origin | None:
        """That of the ranker in a folder; None if a shop's own events made it, or if there is none.

        Raises:
            RankerMismatch: it cannot be read.
        """
        try:
            told = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            return cls(told["embedder"], told["digest"], tuple(told["item_ids"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RankerMismatch(f"The ranker in {folder} is not whole; delete the folder.") from error

    def misfit(self, embedder: str, item_ids: Iterable[str]) -> str | None:
        """Why a shop with these items cannot use it; None if it can."""
        if embedder != self.embedder:
            return f"it reads vectors of {self.embedder}, and this shop's are of {embedder}"
        if foreign := set(item_ids) - set(self.item_ids):
            return f"this shop sells {len(foreign)} items that are not the demo's"
        return None


def install_demo_ranker(demo: Path, folder: Path, *, embedder: str) -> bool:
    """Copy the demo's ranker to where the shop's is read from, unless one is there; whether it was copied.

    It is left out where its vectors are of another embedding model than the shop's.
    """
    shipped = demo / FOLDER
    origin = Origin.of_folder(shipped)
    if origin is None or origin.embedder != embedder or folder.exists():
        return False
    made = folder.with_name("ranker.copied")
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(shipped, made)
    made.rename(folder)
    return True
