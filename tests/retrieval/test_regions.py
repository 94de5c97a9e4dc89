from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from retrieval.behaviour import Past
from retrieval.events import Event
from retrieval.features import FEATURES
from retrieval.history import Activity
from retrieval.learned_taste import LearnedTaste
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Candidate
from retrieval.regions import EVERYBODY, LONGEST, Lean, checked
from retrieval.rows import EventRow
from retrieval.suggestion import Factor, Suggestion
from retrieval.taste import Taste
from tests.embedders import WordEmbedder
from tests.retrieval.samples import SmallShelf, event, item
from tests.retrieval.tastes import behaviour, features, items, ranker

SKI, SAIL = item("ski", "Alpine ski"), item("sail", "Small sail")
ANY = Need("", "")


def bought(item_id: str, times: int, region: str | None, start: int = 0) -> list[Event]:
    return [
        event(f"{region}-{item_id}-{n}", item_id, region=region, shopper_id=f"{region}-{n}")
        for n in range(start, start + times)
    ]


EVENTS = [*bought("ski", 30, "Bavaria"), *bought("sail", 50, "Holstein"), *bought("sail", 20, None)]
SHELF = SmallShelf({"ski": SKI, "sail": SAIL}, Activity.of(EVENTS))


def ranked(region: str, shelf: SmallShelf = SHELF, taste: Taste | None = None) -> tuple[Suggestion, ...]:
    found = list(shelf.catalogue.values())
    vectors = shelf.item_vectors([thing.item_id for thing in found])
    among = [Candidate(thing, vectors[thing.item_id], 0.0, 0.0, 0.0) for thing in found]
    return Ranker(taste).rank(replace(ANY, region=region), among, (), shelf, n=len(among))


def popularity(found: tuple[Suggestion, ...], item_id: str) -> Factor:
    suggestion = next(each for each in found if each.item.item_id == item_id)
    return next(factor for factor in suggestion.factors if factor.name == "popularity")


class TestEstimate:
    C = {"ski": 30.0, "sail": 70.0}  # noqa: RUF012

    def lean(self, **done: float) -> Mapping[str, float]:
        lean = Lean("here", done)
        return {item_id: lean.estimate(item_id, count, sum(self.C.values())) for item_id, count in self.C.items()}

    def test_without_events_of_the_region_it_is_everybodys(self) -> None:
        assert self.lean() == self.C

    def test_a_few_events_move_it_a_little_and_many_all_the_way(self) -> None:
        found = [self.lean(ski=n)["ski"] for n in (0.0, 1.0, EVERYBODY, 10_000.0)]
        assert found[0] < found[1] < found[2] < found[3]
        assert found[1] - found[0] < 5.0
        assert found[2] == pytest.approx((30.0 + 100.0) / 2)
        assert found[3] == pytest.approx(100.0, abs=0.5)

    def test_nothing_is_won_or_lost_over_the_whole_catalogue(self) -> None:
        assert sum(self.lean(ski=3.0, sail=11.0).values()) == pytest.approx(sum(self.C.values()))


def test_what_is_popular_where_the_shopper_is_comes_first_and_says_so() -> None:
    assert [s.item.item_id for s in ranked("")] == ["sail", "ski"]
    found = ranked("Bavaria")
    assert [s.item.item_id for s in found] == ["ski", "sail"]
    assert (popularity(found, "ski").region, popularity(found, "sail").region) == ("Bavaria", "")
    assert popularity(found, "ski").label == "liked by others"


@pytest.mark.parametrize("region", ["", "Atlantis"])
def test_no_region_and_an_unknown_one_are_exactly_as_if_there_were_none(region: str) -> None:
    nowhere = [replace(each, region=None) for each in EVENTS]
    assert ranked(region) == ranked("", SmallShelf(SHELF.catalogue, Activity.of(nowhere)))


def test_capitals_and_spaces_make_no_other_region() -> None:
    assert [s.score for s in ranked("  bavaRIA ")] == [s.score for s in ranked("Bavaria")]


def test_one_event_counts_in_the_next_ranking_and_no_longer_once_it_is_erased() -> None:
    later = bought("ski", 1, "Holstein")
    more = SHELF.activity.and_(Activity.of(later))
    before, after, erased = (
        popularity(ranked("Holstein", SmallShelf(SHELF.catalogue, activity)), "ski").value
        for activity in (SHELF.activity, more, more.without(Activity.of(later)))
    )
    assert after > before
    assert erased == pytest.approx(before)


def test_the_learned_taste_leans_as_well_and_without_a_region_stays_as_it_was() -> None:
    catalogue = {thing.item_id: thing for thing in items()}
    plain = bought("3", 10, None)
    shelf = SmallShelf(catalogue, Activity.of([*plain, *bought("7", 25, "Bavaria")]), WordEmbedder(size=32))
    still = SmallShelf(catalogue, Activity.of([*plain, *bought("7", 25, None)]), WordEmbedder(size=32))
    learned = ranker()
    taste = LearnedTaste(learned.trees, learned.features.knowledge)
    assert ranked("", shelf, taste) == ranked("", still, taste) == ranked("Atlantis", shelf, taste)


def test_what_f_reads_of_popularity_leans_with_the_region() -> None:
    made = features(behaviour())
    activity = Activity.of([*bought("3", 10, None), *bought("7", 25, "Bavaria")])
    everywhere, here = (made.knowledge.over(made.table, activity, region) for region in ("", "Bavaria"))
    assert not everywhere.leaning.any()
    assert here.popularity[7] > everywhere.popularity[7]
    assert here.popularity[11] < everywhere.popularity[11]
    assert here.popularity - everywhere.popularity == pytest.approx(here.leaning)
    columns = [[feature.name for feature in FEATURES].index(name) for name in ("popularity", "bias")]
    read = [each.of_candidates(Past.of([]), np.array([7, 11]))[0][:, columns] for each in (everywhere, here)]
    assert (read[1] > read[0]).tolist() == [[True, True], [False, False]]


ROW: dict[str, Any] = {"event_id": "e", "shopper_id": "s", "item_id": "ski", "kind": "view", "at": "2026-03-01"}


def test_a_feed_may_state_where_an_event_was() -> None:
    stated = EventRow.model_validate(ROW | {"region": "  Upper\tAustria "}).to_event()
    assert stated.region == "Upper Austria"
    assert [EventRow.model_validate(ROW | more).to_event().region for more in ({}, {"region": " "})] == [None, None]


@pytest.mark.parametrize("region", ["x" * (LONGEST + 1), "Bava\x00ria", "Bava\u202eria"])
def test_a_region_that_is_no_name_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="a region has"):
        checked(region)
