"""Film dialogues as the benchmark reads them: turns with what was recommended next, and a catalogue of the films.

The data (a folder that is named, never part of the project) holds turns of dialogues between a seeker and a recommender
with the names that the recommender's next message speaks of, the recommended films last. The catalogue is made of
these films' titles. What is said of a film besides comes from the other half of the dialogues alone: the names that
recommenders there gave beside it. So neither an asked dialogue nor its answers have been read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.catalogue import Item
from serving.bench.dialog import Parts
from serving.errors import EnvironmentUnfit

_SPOKEN = re.compile(r"^(System|User): ", re.MULTILINE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Turn:
    """A dialogue up to a recommendation. ``said`` are (speaker, text), oldest first; ``films`` the titles that came."""

    dialogue: str
    said: tuple[tuple[str, str], ...]
    films: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def sought(self) -> tuple[str, ...]:
        """What the seeker said."""
        return tuple(text for speaker, text in self.said if speaker == "User")

    @property
    def part(self) -> Parts:
        return "tune" if hashlib.sha256(self.dialogue.encode()).digest()[0] % 2 else "report"

    @property
    def named_before(self) -> bool:
        """Whether one of the films has been spoken of already."""
        return any(named(title, text) for title in self.films for _, text in self.said)


def read_turns(folder: Path) -> tuple[Turn, ...]:
    """The turns of the data that recommend something.

    Raises:
        EnvironmentUnfit: the folder does not hold them.
    """
    path = folder / "test.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = tuple(_turn(row) for row in rows if row["rec"])
    except (OSError, ValueError, KeyError) as error:
        raise EnvironmentUnfit(f"{path} cannot be read ({error}); name the folder of the data with --data.") from error
    return tuple(turn for turn in found if turn.films and turn.sought)


def catalogue_of(turns: Iterable[Turn], told: Iterable[Turn]) -> tuple[Item, ...]:
    """Every recommended film, with the names given beside it in the turns that may be told of."""
    titles = {film_id(title): title for turn in turns for title in turn.films}
    beside: dict[str, dict[str, None]] = {}
    for turn in told:
        if len(turn.films) == 1:  # beside several it is not known of which a name is said
            beside.setdefault(film_id(turn.films[0]), {}).update(dict.fromkeys(turn.beside))
    return tuple(
        Item(item_id, title, ", ".join(beside.get(item_id, ())), "film", 10.0, "USD")
        for item_id, title in sorted(titles.items())
    )


def asked_and_told(turns: Sequence[Turn], part: Parts) -> tuple[list[Turn], list[Turn]]:
    """The turns of a part, and those of the other half; of all turns, none is told of."""
    if part == "all":
        return list(turns), []
    return [t for t in turns if t.part == part], [t for t in turns if t.part != part]


def _turn(row: Mapping[str, Any]) -> Turn:
    names = list(dict.fromkeys(row["entity_name"]))
    films = len(set(row["rec"]))
    return Turn(row["dialog_id"], tuple(_spoken(row["input"])), tuple(names[-films:]), tuple(names[:-films]))


def _spoken(text: str) -> Iterator[tuple[str, str]]:
    parts = _SPOKEN.split(text)
    for speaker, said in zip(parts[1::2], parts[2::2], strict=True):
        if said.strip():
            yield speaker, said.strip()


def film_id(title: str) -> str:
    return "-".join(_WORD.findall(title.casefold()))


def named(title: str, text: str) -> bool:
    """Whether a text has a title, as whole words."""
    return f" {_plain(title)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
