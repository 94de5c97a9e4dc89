"""A model file that installed packages carry: in one piece, or in parts that are joined and checked by their sum.

The packages are only carriers: none of them is imported, as their own code may need what Because does not install.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from serving.errors import PreparationFailed
from serving.profiles import Profile, Source

_SUMS = "SHA256SUMS"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class PackedModel:
    """A GGUF file as it is installed. ``sha256`` is that of the whole, which a file in parts must have."""

    name: str
    pieces: tuple[Path, ...]
    sha256: str | None = None

    @property
    def size(self) -> int:
        """Bytes of the whole."""
        return sum(piece.stat().st_size for piece in self.pieces)


def how_to_install(profile: Profile) -> str:
    """The command that installs what carries the profile's model."""
    return f"because models add {profile.name}" if profile.licence else "make setup"


def packed_model(source: Source, install: str = "make setup") -> PackedModel:
    """Find a package's model.

    Args:
        install: the command that an error names.
    Raises:
        PreparationFailed: a package is not installed, or does not hold what it should.
    """
    if not source.parts:
        files = _files(source.name, "*.gguf")
        if not files:
            raise _missing(source.name, install)
        return PackedModel(files[0].name, (files[0],))
    sha256, name = _sum_of(source.name, install)
    pieces = tuple(_piece(package, name, install) for package in source.parts)
    return PackedModel(name, pieces, sha256)


@contextmanager
def joined(model: PackedModel, folder: Path) -> Iterator[Path]:
    """The model as one file: itself, or its parts joined in ``folder`` for as long as they are needed.

    Raises:
        PreparationFailed: the parts together do not have the sum that they should have.
    """
    if model.sha256 is None:
        yield model.pieces[0]
        return
    whole = folder / f".{model.name}"
    try:
        if _join(model.pieces, whole) != model.sha256:
            raise PreparationFailed(
                f"The parts of {model.name} are not whole (their SHA-256 differs); install their packages again."
            )
        yield whole
    finally:
        whole.unlink(missing_ok=True)


def package_file(package: str, name: str) -> Path | None:
    """A file of an installed package, wherever it lies in it."""
    return next(iter(_files(package, f"**/{name}")), None)


def _join(pieces: tuple[Path, ...], whole: Path) -> str:
    digest = hashlib.sha256()
    with whole.open("wb") as out:
        for piece in pieces:
            with piece.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    out.write(chunk)
    return digest.hexdigest()


def _sum_of(package: str, install: str) -> tuple[str, str]:
    """(SHA-256, file name) from the package's list of sums."""
    sums = package_file(package, _SUMS)
    if sums is None:
        raise _missing(package, install)
    rows = [line.split() for line in sums.read_text(encoding="utf-8").splitlines()]
    found = [(row[0], row[1].lstrip("*")) for row in rows if len(row) == 2 and row[1].endswith(".gguf")]
    if len(found) != 1:
        raise PreparationFailed(f"{sums} names {len(found)} model files instead of one; install {package} again.")
    return found[0]


def _piece(package: str, name: str, install: str) -> Path:
    files = _files(package, f"**/{name}.part*")
    if len(files) != 1:
        raise _missing(package, install)
    return files[0]


def _files(package: str, pattern: str) -> list[Path]:
    spec = find_spec(package)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    return sorted(file for folder in folders for file in folder.glob(pattern))


def _missing(package: str, install: str) -> PreparationFailed:
    return PreparationFailed(f"The package {package} with the model in it is not installed; run `{install}`.")
