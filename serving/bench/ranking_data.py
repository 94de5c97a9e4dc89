"""The files that a ranking benchmark reads: items, histories without times, and what to rank for whom.

items.csv[.gz]           item_id, title
histories.csv[.gz]       user_id, item_ids_oldest_first (separated by spaces)
candidates, any name     user_id, target_item_id, candidate_item_ids (the target among them)
"""

from __future__ import annotations

import csv
import gzip
import html
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from retrieval.behaviour import Behaviour, Past, Rows
from retrieval.catalogue import Item
from serving.errors import EnvironmentUnfit

DEFAULT_CANDIDATES = "dev_candidates.csv"
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Case:
    """A shopper's past, the item chosen next, and what it stands among. Shapes: candidates (C,), the target first."""

    shopper: str
    past: Past
    candidates: Rows


@dataclass(frozen=True)
class RankingData:
    """Items, what is known of all shoppers, and the cases to measure on."""

    items: tuple[Item, ...]
    behaviour: Behaviour
    cases: tuple[Case, ...]


def load(folder: Path, candidates: Path | None) -> RankingData:
    """Read the folder's files, and its own candidates unless others are named.

    Raises:
        EnvironmentUnfit: a file is missing, or a row of it cannot be used; the message names file, line and reason.
    """
    items = _items(_present(folder / "items.csv"))
    rows = {item.item_id: row for row, item in enumerate(items)}
    behaviour = Behaviour(tuple(rows), _pasts(_present(folder / "histories.csv"), rows))
    named = candidates or folder / DEFAULT_CANDIDATES
    return RankingData(items, behaviour, tuple(_cases(_present(named), rows, behaviour)))


def own_split(data: RankingData, *, cases: int, negatives: int = 99, seed: int = 1) -> RankingData:
    """The same data with other cases, to tune on: everybody's latest deed is left out, and some of them foreseen.

    The shoppers of the given cases are not among them.
    """
    earlier, foreseen = data.behaviour.without_last()
    random = np.random.default_rng(seed)
    measured = {case.shopper for case in data.cases}
    made = []
    for shopper in random.permutation([name for name in foreseen if name not in measured])[:cases]:
        past, target = earlier.pasts[shopper], foreseen[shopper]
        drawn = random.choice(len(data.items), min(len(data.items), 2 * negatives + len(past)), replace=False)
        others = drawn[~np.isin(drawn, [*past.items, target])][:negatives]
        made.append(Case(str(shopper), past, np.concatenate([[target], others]).astype(np.int64)))
    return RankingData(data.items, earlier, tuple(made))


def _items(path: Path) -> tuple[Item, ...]:
    def item(row: dict[str, str]) -> Item:
        return Item(row["item_id"], html.unescape(row["title"]), "", "", 0.0, "")

    found = {item.item_id: item for item in _rows(path, ("item_id", "title"), item)}
    return tuple(found.values())


def _pasts(path: Path, rows: dict[str, int]) -> dict[str, Past]:
    def past(row: dict[str, str]) -> tuple[str, Past]:
        deeds = [rows[item_id] for item_id in row["item_ids_oldest_first"].split()]
        return row["user_id"], Past.of(list(dict.fromkeys(deeds[::-1])))

    return dict(_rows(path, ("user_id", "item_ids_oldest_first"), past))


def _cases(path: Path, rows: dict[str, int], behaviour: Behaviour) -> Iterator[Case]:
    def case(row: dict[str, str]) -> Case:
        target, listed = rows[row["target_item_id"]], [rows[i] for i in row["candidate_item_ids"].split()]
        if target not in listed:
            raise ValueError("the target is not among the candidates")
        others = [item for item in listed if item != target]
        past = behaviour.pasts.get(row["user_id"], Past.of([]))
        return Case(row["user_id"], past, np.array([target, *others], np.int64))

    found = list(_rows(path, ("user_id", "target_item_id", "candidate_item_ids"), case))
    if not found:
        raise EnvironmentUnfit(f"{path} holds no case; give a file with at least one row under its header.")
    yield from found


def _present(path: Path) -> Path:
    for each in (path, path.with_name(f"{path.name}.gz")):
        if each.is_file():
            return each
    raise EnvironmentUnfit(f"There is no {path} (nor {path.name}.gz); --data and --candidates name what to rank.")


def _rows(path: Path, columns: tuple[str, ...], read: Callable[[dict[str, str]], _Row]) -> Iterator[_Row]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise EnvironmentUnfit(f"{path} has no column {', '.join(missing)}; it needs {', '.join(columns)}.")
            for row in reader:
                try:
                    yield read(row)
                except KeyError as error:
                    raise EnvironmentUnfit(f"{path}, line {reader.line_num}: unknown item {error}.") from error
                except (ValueError, AttributeError) as error:
                    raise EnvironmentUnfit(f"{path}, line {reader.line_num}: {error}.") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise EnvironmentUnfit(f"{path} cannot be read: {error}.") from error
