"""Are cited facts the reason? Take the fact away that answers a wish, and see whether the item's score falls further
than without another fact, by the code that a turn runs.

Questions are made of the demo shop's needs in held-out wordings; the item is the one put first, by a shopper of whom
nothing is known. Removing a fact is done to the item in the index: it is read, scored and put back.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.need.parse import Parser
from retrieval.catalogue import Attribute, Item
from retrieval.embedding import SentenceEmbedder
from retrieval.evidence import choose_evidence
from retrieval.facts import fact
from retrieval.index import ShopIndex
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Recalled, candidate, recall
from serving.bench.measures import Share, machine
from serving.bench.ranking_faithful import Faithfulness
from serving.bench.ranking_report import faithful
from serving.bench.reason_cases import CaseMaker, demo_wares
from serving.bench.reason_plan import Plan
from serving.bench.reason_report import write_figures
from serving.bench.reasons import stocked
from serving.profiles import load_profile
from serving.settings import Settings
from serving.training.phrasing import Phrasing

_TRIES = 6
"""Questions that a pair may cost on average: not every item has a fact that answers, and another one."""


@dataclass(frozen=True, slots=True)
class FactsFigures:
    """``answered`` is how many of the items put first have a fact that answers and may be cited."""

    faithfulness: Faithfulness
    answered: Share


@dataclass(frozen=True, slots=True)
class _Pair:
    recalled: Recalled
    item: Item
    cited: Attribute
    other: Attribute


def bench_facts(settings: Settings, pairs: int, seed: int, console: Console, page: Path | None) -> dict[str, Any]:
    """Measure on the demo shop; the figures as plain values, and on the page if one is given."""
    embedder = SentenceEmbedder(load_profile(settings.profile, settings).embedding_model)
    with stocked(settings, Plan(seed=seed), embedder) as stock:
        rng, wares = random.Random(seed), demo_wares(settings.demo, all_of_them=True)
        maker = CaseMaker(stock.index, wares, Phrasing.read(held_out=True), rng)
        figures = measure(stock.index, lambda: maker.question(rng.choice(wares)), pairs=pairs, rng=rng)
    found = figures.faithfulness
    head = (
        f"`because bench facts --pairs {pairs} --seed {seed}` on {machine()}; {datetime.now(UTC):%Y-%m-%d}; demo shop"
    )
    told = f"{head}. Of the items put first {figures.answered} had a fact that answers."
    table = faithful(found, "fact")
    console.print(told, markup=False, soft_wrap=True)
    table.show(console)
    if page is not None:
        write_figures(page, "facts", f"{told}\n\n{table.markdown()}")
    return asdict(figures)


def measure(
    index: ShopIndex, ask: Callable[[], str], *, pairs: int, rng: random.Random, ranker: Ranker | None = None
) -> FactsFigures:
    """At most ``pairs`` pairs of a question and the item put first of which a fact may be cited.

    Args:
        ask: draws a question.
    """
    ranker = ranker or Ranker()
    cited: list[float] = []
    uncited: list[float] = []
    answered: list[bool] = []
    parser = Parser(index.catalogue.vocabulary, index.catalogue.currency)
    for _ in range(pairs * _TRIES):
        if len(cited) == pairs:
            break
        pair = _pair(index, ranker, parser.refine((), ask()), rng)
        answered.append(pair is not None)
        if pair is not None:
            whole, *less = (_score(index, ranker, pair, without) for without in (None, pair.cited, pair.other))
            cited.append(whole - less[0])
            uncited.append(whole - less[1])
    return FactsFigures(Faithfulness.of(cited, uncited), Share.of(answered))


def _pair(index: ShopIndex, ranker: Ranker, need: Need, rng: random.Random) -> _Pair | None:
    recalled = recall(index, need, ())
    for first in ranker.rank(recalled.need, recalled.candidates, (), index, n=1):
        answers = {each.text: bool(each.answers) for each in choose_evidence(index, recalled.need, first)}
        stated = {fact(a): a for a in first.item.attributes if a.name != "type"}
        cited = [stated[text] for text, does in answers.items() if does and text in stated]
        others = [attribute for text, attribute in stated.items() if text not in answers]
        if cited and others:
            return _Pair(recalled, first.item, cited[0], rng.choice(others))
    return None


def _score(index: ShopIndex, ranker: Ranker, pair: _Pair, without: Attribute | None) -> float:
    """The item's score, as if it did not state one of its attributes."""
    item, need = pair.item, pair.recalled.need
    if without is not None:
        index.add_items([replace(item, attributes=tuple(a for a in item.attributes if a is not without))])
    try:
        among = [candidate(index, need, (), each.item.item_id) for each in pair.recalled.candidates]
        ranking = ranker.ranking(need, among, (), index)
        return next(s.score for s in ranking if s.item.item_id == item.item_id)
    finally:
        if without is not None:
            index.add_items([item])
