"""The ranker that ships with the demo: in step with it, true to tastes, and kept from every other shop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.catalogue import Catalogue
from retrieval.embedding import SentenceEmbedder
from retrieval.errors import RankerMismatch
from retrieval.events import Event
from retrieval.features import Knowledge
from retrieval.feeds import BadRow, read_events, read_items
from retrieval.history import Activity, traces
from retrieval.stored import vector_text
from retrieval.learned_taste import LearnedTaste
from retrieval.need import Need
from retrieval.ranking import Ranker
from retrieval.recall import Candidate
from serving.demo_ranker import FOLDER, Origin, install_demo_ranker
from serving.indexing import Feeds, index_demo, index_feeds
from serving.training.gate import StillShelf
from tests.embedders import WordEmbedder
from tests.serving.demo_shop import open_shop, settings

DEMO = Path(__file__).parents[2] / "demo"
SHIPPED = DEMO / FOLDER
MODEL = "all-MiniLM-L6-v2"
STALE = "demo/ranker is not of this demo any more; make it again with `because train ranker --demo`"
OWN = {"item_id": "a", "title": "Fell lamp", "category": "outdoor", "price": 20, "currency": "EUR"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(item for item in read_items(DEMO / "catalogue") if not isinstance(item, BadRow))


class TestInStep:
    def test_with_the_items_and_the_features(self, catalogue: Catalogue) -> None:
        assert Origin.of_folder(SHIPPED) == Origin.of(MODEL, catalogue), STALE

    def test_with_what_was_done_in_the_demo_from_the_start(self, catalogue: Catalogue) -> None:
        events = [e for e in read_events(DEMO / "events.jsonl") if not isinstance(e, BadRow) and e.item_id in catalogue]
        assert Knowledge.load(SHIPPED).counted == pytest.approx(Activity.of(events).popularity), STALE

    def test_it_is_small_and_holds_nothing_that_runs_when_it_is_read(self) -> None:
        files = list(SHIPPED.iterdir())
        assert {path.suffix for path in files} <= {".json", ".npy", ".npz", ".txt"}
        assert sum(path.stat().st_size for path in files) < 2_000_000


class TestTastes:
    @pytest.fixture(scope="class")
    def embedder(self) -> SentenceEmbedder:
        return SentenceEmbedder(MODEL)

    @pytest.fixture(scope="class")
    def shelf(self, catalogue: Catalogue, embedder: SentenceEmbedder) -> StillShelf:
        vectors = embedder.embed([vector_text(item) for item in catalogue.values()])
        return StillShelf(catalogue, Activity(), dict(zip(catalogue, vectors, strict=True)))

    @pytest.mark.parametrize(
        ("bought", "among"),
        [
            (("outdoor-04", "outdoor-01"), {"outdoor", "running", "cycling", "travel", "photography"}),
            (("skin-care-01", "skin-care-04"), {"skin care", "travel"}),
            (("desk-and-office-01", "desk-and-office-05"), {"desk and office", "audio", "kitchen"}),
            (("garden-01", "garden-09"), {"garden", "skin care"}),
            (("audio-01", "audio-08"), {"audio", "books"}),
            (("photography-06",), {"photography", "travel", "outdoor"}),
        ],
        ids=lambda given: given[0] if isinstance(given, tuple) else "",
    )
    def test_who_has_a_taste_is_given_it(
        self, shelf: StillShelf, embedder: SentenceEmbedder, bought: Sequence[str], among: set[str]
    ) -> None:
        at = datetime(2026, 11, 1, tzinfo=UTC)
        events = [Event(f"e{n}", "ana", "purchase", at, item_id) for n, item_id in enumerate(bought)]
        history = traces(events, shelf.catalogue, embedder)
        candidates = [
            Candidate(item, shelf.vectors[item_id], 0.0, 0.0, 0.0) for item_id, item in shelf.catalogue.items()
        ]
        ranking = Ranker(LearnedTaste.load(SHIPPED)).rank(Need("", ""), candidates, history, shelf, n=5)
        assert sum(suggestion.item.category in among for suggestion in ranking) >= 4
        assert not {suggestion.item.item_id for suggestion in ranking} & set(bought)


class TestWhoseItIs:
    def test_a_new_store_with_the_demo_ranks_by_it_at_once(self, tmp_path: Path) -> None:
        shop = open_shop(tmp_path, WordEmbedder(MODEL))
        try:
            assert shop.ranked_by == "by hand"
            index_demo(settings(tmp_path), shop)
            assert shop.ranked_by == "learned"
        finally:
            shop.close()

    def test_vectors_of_another_model_are_not_read_by_it(self, tmp_path: Path) -> None:
        shop = open_shop(tmp_path)
        try:
            index_demo(settings(tmp_path), shop)
            assert shop.ranked_by == "by hand" and not settings(tmp_path).ranker.exists()
        finally:
            shop.close()

    def test_a_shop_with_its_own_items_never_gets_it(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        feed = tmp_path / "items.jsonl"
        feed.write_text(json.dumps(OWN), encoding="utf-8")
        given = settings(tmp_path)
        shop = open_shop(tmp_path, WordEmbedder(MODEL))
        try:
            index_feeds(Feeds(feed), shop.index, shop.store)
            index_demo(given, shop)
            assert shop.ranked_by == "by hand" and not given.ranker.exists()
            install_demo_ranker(DEMO, given.ranker, embedder=MODEL)  # as if the demo had been there before
            shop.read_taste(given.ranker)
            assert shop.ranked_by == "by hand" and "not the demo's" in caplog.text
        finally:
            shop.close()

    def test_a_ranker_of_the_shops_own_stays(self, tmp_path: Path) -> None:
        own = tmp_path / "ranker"
        own.mkdir()
        (own / "gate.json").write_text("{}", encoding="utf-8")
        assert not install_demo_ranker(DEMO, own, embedder=MODEL)
        assert [path.name for path in own.iterdir()] == ["gate.json"]
        assert Origin.of_folder(own) is None

    def test_a_demo_without_one_is_ranked_by_hand(self, tmp_path: Path) -> None:
        assert not install_demo_ranker(tmp_path, tmp_path / "store", embedder=MODEL)

    def test_a_broken_note_of_where_it_is_from_is_reported(self, tmp_path: Path) -> None:
        (tmp_path / "demo.json").write_text("{", encoding="utf-8")
        with pytest.raises(RankerMismatch, match="delete the folder"):
            Origin.of_folder(tmp_path)
