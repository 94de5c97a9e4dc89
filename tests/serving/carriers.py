"""A model package in parts, as a registry would deliver it, and a profile of it under a licence of its own."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from serving.licence import Licence
from serving.profiles import Profile, Source, load_profile
from serving.settings import Settings

WHOLE = b"GGUF" + bytes(range(256)) * 9
LICENCE = Licence(
    name="Terms of Toys",
    version="2026-01-01",
    url="https://toys.example/terms",
    summary="No use for weapons.",
    notice="Toys are under the Terms of Toys.",
    text="TERMS.html",
    lock="no-such.lock",
    variable="BECAUSE_ACCEPT_TOY_TERMS",
)


def carrier(folder: Path, name: str, *, whole: bytes = WHOLE, parts: int = 3, sha256: str | None = None) -> Source:
    """Packages NAME, with sum and terms, and NAME_part1 and so on, with a piece each, to be put on the path."""
    data = folder / name / "data"
    data.mkdir(parents=True)
    (folder / name / "__init__.py").write_text("raise ImportError('a carrier is not to be imported')")
    (data / "SHA256SUMS").write_text(f"{sha256 or hashlib.sha256(whole).hexdigest()}  toy.gguf\n")
    (data / LICENCE.text).write_text("<p>The terms</p>")
    size = len(whole) // parts + 1
    for number in range(parts):
        part = folder / f"{name}_part{number + 1}" / "data"
        part.mkdir(parents=True)
        (part.parent / "__init__.py").write_text("raise ImportError('a carrier is not to be imported')")
        (part / f"toy.gguf.part{number:02}").write_bytes(whole[number * size : (number + 1) * size])
    return Source("package", name, tuple(f"{name}_part{number + 1}" for number in range(parts)))


def toy_profile(source: Source, settings: Settings) -> Profile:
    profile = load_profile("cpu", settings)
    return dataclasses.replace(profile, name="toy", model="toy", source=source, adapter=None, licence=LICENCE)
