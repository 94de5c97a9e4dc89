"""Films that people recommended to each other in dialogues: does the assistant place the one that came next?

Each turn's need is what the seeker has said so far, as turns of one conversation make it. The rankings go over the
whole catalogue; of a turn that recommends several films the best placed counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from agent.assistant import Question
from agent.need.open import too_open
from retrieval.events import Event
from retrieval.history import Trace, traces
from retrieval.need import Need
from retrieval.recall import recall
from serving.bench.dialog import Parts
from serving.bench.film_data import Turn, asked_and_told, film_id, named
from serving.bench.measures import machine
from serving.bench.ranking_figures import Estimate, Ranks
from serving.bench.reason_report import Table
from serving.shop import Shop

COMMAND = "because bench films"
DEPTHS = (10, 50)


@dataclass(frozen=True, slots=True)
class FilmFigures:
    """By way of ranking: the share of turns with a recommended film among the first 10 and 50, by dialogue."""

    machine: str
    date: str
    part: str
    films: int
    dialogues: int
    turns: int
    found: Mapping[str, tuple[Estimate, ...]]
    unnamed: Mapping[str, tuple[Estimate, ...]]
    """The same of the turns whose films had not been named before."""
    left: int
    """How many those are."""


def measure(shop: Shop, turns: Sequence[Turn], part: Parts) -> FilmFigures:
    """Place the recommended films of a part's turns; the shop has the catalogue."""
    asked, told = asked_and_told(turns, part)
    popular = Counter(film_id(title) for turn in told for title in turn.films)
    ids = [item.item_id for item in shop.catalogue.values()]
    collected: dict[str, list[tuple[float, ...]]] = {}
    for turn in asked:
        for name, hits in _ranks(shop, turn, ids, popular).items():
            collected.setdefault(name, []).append(hits)
    ranks = {name: np.array(values) for name, values in collected.items()}
    fresh = np.array([not turn.named_before for turn in asked])
    groups = [turn.dialogue for turn in asked]
    return FilmFigures(
        machine=machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        part=part,
        films=len(ids),
        dialogues=len(set(groups)),
        turns=len(asked),
        found={name: _hits(found, groups) for name, found in ranks.items()},
        unnamed={
            name: _hits(found[fresh], [g for g, new in zip(groups, fresh, strict=True) if new])
            for name, found in ranks.items()
        },
        left=int(fresh.sum()),
    )


def table(figures: FilmFigures) -> Table:
    rows = tuple((name, *map(str, found), *map(str, figures.unnamed[name])) for name, found in figures.found.items())
    header = tuple(f"hit@{n}{' of those not named before' if late else ''}" for late in (False, True) for n in DEPTHS)
    return Table(f"Films, {figures.part}", ("ranked by", *header), rows)


def markdown(figures: FilmFigures) -> str:
    return (
        f"`{COMMAND} --data inspired --part {figures.part}` on {figures.machine}; {figures.date}; "
        f"{figures.turns} turns of {figures.dialogues} dialogues, {figures.left} of them with films that "
        f"had not been named before; {figures.films} films, so chance places one among the first 10 in "
        f"{10 / figures.films:.0%}. In brackets: intervals of 95 % (bootstrap over dialogues).\n\n"
        f"{table(figures).markdown()}"
    )


def _ranks(shop: Shop, turn: Turn, ids: Sequence[str], popular: Mapping[str, int]) -> dict[str, tuple[float, ...]]:
    """Whether a film of the turn is among the first of each ranking, by depth."""
    wanted = {film_id(title) for title in turn.films}
    lexical = shop.index.now.lexical
    rows = [row for item_id in ids if (row := shop.index.now.catalogue.row(item_id)) is not None]
    whole = " ".join(text for _, text in turn.said)
    need, liked = _need(shop, turn.sought), _liked(shop, turn)
    ours = _ours(shop, need, ids, ())
    scores = {
        "the assistant": ours,
        "… films named by the seeker as history": _ours(shop, need, ids, liked) if liked else ours,
        "BM25, last message": lexical.scores(turn.sought[-1])[rows],
        "BM25, whole dialogue": lexical.scores(whole)[rows],
        "how often recommended in the other half": np.array([popular.get(i, 0) for i in ids], float),
    }
    places = [n for n, item_id in enumerate(ids) if item_id in wanted]
    return {name: _chances(np.asarray(found, float), places) for name, found in scores.items()}


def _chances(scores: Ranks, places: Sequence[int]) -> tuple[float, ...]:
    """How likely the best placed of the films is among the first, by depth, with equal scores in a random order."""

    def one(place: int, depth: int) -> float:
        better, equal = (scores > scores[place]).sum(), (scores == scores[place]).sum()
        return float(np.clip((depth - better) / equal, 0.0, 1.0))

    return tuple(max(one(place, depth) for place in places) for depth in DEPTHS)


def _ours(shop: Shop, need: Need, ids: Sequence[str], history: Sequence[Trace]) -> Ranks:
    """Scores by the place that the assistant gives each film."""
    ranker = shop.assistant.ranker
    likely = ranker.taste.likely(shop.index, history)
    recalled = recall(shop.index, need, history, n=len(ids), likely=likely)
    ranking = ranker.order(recalled, need.constraints, history, shop.index)
    place = {suggestion.item.item_id: n for n, suggestion in enumerate(ranking)}
    return np.array([-float(place.get(item_id, len(ids))) for item_id in ids])


def _need(shop: Shop, sought: Sequence[str]) -> Need:
    """What is wanted by now, each message going on from the need before it, as turns of one conversation do."""
    need = shop.assistant.need(Question(sought[0]))
    for message in sought[1:]:
        need = shop.assistant.need(Question(message), before=need)
    return replace(need, terms="") if too_open(need) else need


def _liked(shop: Shop, turn: Turn) -> tuple[Trace, ...]:
    """The films of the catalogue that the seeker named, as thumbs up."""
    at = datetime.now(UTC)
    found = [item for item in shop.catalogue.values() if any(named(item.title, text) for text in turn.sought)]
    events = [Event(f"f{n}", "seeker", "thumb", at, item.item_id, 5.0) for n, item in enumerate(found)]
    return traces(events, shop.catalogue, shop.index.embedder)


def _hits(ranks: Ranks, dialogues: Sequence[str]) -> tuple[Estimate, ...]:
    return tuple(_clustered(column, dialogues) for column in ranks.T)


def _clustered(values: Ranks, groups: Sequence[str], seed: int = 0) -> Estimate:
    """The mean over turns; dialogues are what is drawn anew, as turns of one are alike."""
    members: dict[str, list[float]] = {}
    for group, value in zip(groups, values.tolist(), strict=True):
        members.setdefault(group, []).append(value)
    sums = np.array([(sum(found), len(found)) for found in members.values()])
    random = np.random.default_rng(seed)
    drawn = sums[random.integers(0, len(sums), (1000, len(sums)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high), len(values))
