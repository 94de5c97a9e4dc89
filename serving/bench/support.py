"""Answers of another shop's service desk: is the best one found, and is none given where there is none?

The data (a folder that is named, never part of the project) holds products and question/answer pairs. Half of the
answers are imported as the shop's own, searched by the product's name and their own words, never by those of the
question; the other half's questions have no answer here. Each question is asked as a turn, after the product's name, as
on the product's page.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from agent.assistant import Question
from agent.gathered import Gathered, gather
from retrieval.catalogue import Item
from retrieval.policies import Answer
from serving.bench.dialog import Parts
from serving.bench.measures import Share, machine
from serving.bench.reason_report import Table
from serving.errors import EnvironmentUnfit
from serving.shop import Shop

COMMAND = "because bench support"
_SEED = 17


@dataclass(frozen=True, slots=True)
class Pair:
    """A question of the desk with its answer; ``known`` says whether the answer is imported."""

    pair_id: str
    product: str
    question: str
    answer: str
    known: bool

    @property
    def asked(self) -> str:
        return f"{self.product}: {self.question}"

    @property
    def imported(self) -> Answer:
        return Answer(self.pair_id, f"{self.product}. {self.answer}", self.answer, f"customer service, {self.product}")


@dataclass(frozen=True, slots=True)
class SupportFigures:
    """``right``, ``wrong`` and ``silent`` are of the questions whose answer is here; the others should get none."""

    machine: str
    date: str
    part: str
    imported: int
    right: Share
    wrong: Share
    silent: Share
    abstained: Share
    """Of the questions without an answer here: given none."""
    first: Share
    """Of the questions with one: it is the nearest by meaning, whatever its similarity."""
    first_three: Share


def read_pairs(folder: Path) -> tuple[tuple[Item, ...], tuple[Pair, ...]]:
    """Products and pairs of the data.

    Raises:
        EnvironmentUnfit: the folder does not hold them.
    """
    products = {row["ProductId"]: row for row in _rows(folder / "products_clean.json")}
    names = {row["CategoryId"]: row["Name"] for row in _rows(folder / "categories_clean.json")}
    items = tuple(_item(row, names) for row in products.values())
    rows = [row for row in _rows(folder / "evalquestions.json") if row["ProductId"] in products]
    order = list(range(len(rows)))
    random.Random(_SEED).shuffle(order)
    known = set(order[: len(rows) // 2])
    return items, tuple(_pair(row, products[row["ProductId"]], n in known) for n, row in enumerate(rows))


async def measure(shop: Shop, pairs: Sequence[Pair], part: Parts) -> SupportFigures:
    """Ask the questions of a part, every second one; the shop has the items and the known answers."""
    asked = [pair for n, pair in enumerate(pairs) if part == "all" or (n % 2 == 0) == (part == "tune")]
    imported = {_plain(pair.answer) for pair in pairs if pair.known}
    here, away = [p for p in asked if p.known], [p for p in asked if _plain(p.answer) not in imported]
    found = [given(await gather(shop.assistant.turn(Question(pair.asked)))) for pair in here]
    nothing = [given(await gather(shop.assistant.turn(Question(pair.asked)))) for pair in away]
    nearest = [_nearest(shop, pair) for pair in here]
    right = [_plain(pair.answer) in map(_plain, answers) for pair, answers in zip(here, found, strict=True)]
    return SupportFigures(
        machine=machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        part=part,
        imported=sum(pair.known for pair in pairs),
        right=Share.of(right),
        wrong=Share.of(bool(answers) and not good for answers, good in zip(found, right, strict=True)),
        silent=Share.of(not answers for answers in found),
        abstained=Share.of(not answers for answers in nothing),
        first=Share.of(_plain(pair.answer) in near[:1] for pair, near in zip(here, nearest, strict=True)),
        first_three=Share.of(_plain(pair.answer) in near for pair, near in zip(here, nearest, strict=True)),
    )


def given(heard: Gathered) -> tuple[str, ...]:
    """The shop's own answers that a reply rests on."""
    return tuple(each.text for each in heard.message.evidence if each.kind == "policy")


def table(figures: SupportFigures) -> Table:
    rows = (
        ("answer here: it is given", str(figures.right)),
        ("… another is given", str(figures.wrong)),
        ("… none is given (items, a person, or no answer)", str(figures.silent)),
        ("answer not here: none is given", str(figures.abstained)),
        ("answer here: it is the nearest", str(figures.first)),
        ("… among the nearest three", str(figures.first_three)),
    )
    return Table(f"Service answers of another shop, {figures.part}", ("of the questions", "share"), rows)


def markdown(figures: SupportFigures) -> str:
    return (
        f"`{COMMAND} --data eshopsupport --part {figures.part}` on {figures.machine}; {figures.date}; "
        f"{figures.imported} answers imported.\n\n{table(figures).markdown()}"
    )


def _nearest(shop: Shop, pair: Pair) -> list[str]:
    vector = shop.index.embedder.embed([pair.asked], "query")[0]
    return [_plain(answer.text) for answer, _ in shop.index.search_answers(vector, 3, date.today())]


def _item(row: Mapping[str, Any], names: Mapping[int, str]) -> Item:
    return Item(
        item_id=str(row["ProductId"]),
        title=_title(row),
        description=row["Description"],
        category=names.get(row["CategoryId"], "other"),
        price=float(row["Price"]),
        currency="USD",
        brand=row["Brand"],
    )


def _title(row: Mapping[str, Any]) -> str:
    return f"{row['Brand']} {row['Model']}"


def _pair(row: Mapping[str, Any], product: Mapping[str, Any], known: bool) -> Pair:
    return Pair(f"q-{row['QuestionId']}", _title(product), row["Question"], row["Answer"], known)


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EnvironmentUnfit(f"{path} cannot be read ({error}); name the folder of the data with --data.") from error
    return rows


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
