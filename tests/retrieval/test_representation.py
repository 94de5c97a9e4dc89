from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.behaviour import Past
from retrieval.representation import Representation, Weights
from tests.retrieval.tastes import ITEMS, by_text, table


@pytest.fixture
def read() -> Representation:
    return Representation(by_text(), table().text)


def test_the_score_is_what_r_has_in_common_with_the_item(read: Representation) -> None:
    items = np.arange(ITEMS)
    reason = read.attend(Past.of([0, 1, 2]), items)
    assert reason.gathered.shape == (ITEMS, 32)
    assert np.allclose(reason.scores, (reason.gathered * read.text[items]).sum(axis=1), atol=1e-5)


def test_the_cited_snippet_is_the_one_of_the_same_kind(read: Representation) -> None:
    past = Past.of([1, 4, 2])  # kinds 1, 0, 2
    assert read.attend(past, np.array([8])).evidence(0) == (1,)
    assert read.attend(past, np.array([10])).evidence(0) == (2,)


def test_without_its_cited_snippet_an_item_scores_less_than_without_another(read: Representation) -> None:
    past, items = Past.of([1, 4, 2]), np.array([8])
    whole = read.attend(past, items)
    (cited,) = whole.evidence(0)
    fall = [float(whole.scores[0] - read.attend(past.without(place), items).scores[0]) for place in range(3)]
    assert max(range(3), key=fall.__getitem__) == cited
    assert fall[cited] > 0


def test_what_a_snippet_is_worth_is_what_the_score_loses_without_it(read: Representation) -> None:
    """The last place can be taken away without moving the others."""
    past, items = Past.of([1, 4, 2]), np.array([8, 9, 10])
    whole, rest = read.attend(past, items), read.attend(past.without(2), items)
    assert np.allclose(whole.falls[2], whole.scores - rest.scores, atol=1e-5)


def test_two_reasons_count_for_more_than_one(read: Representation) -> None:
    one, two = (read.attend(Past.of(deeds), np.array([8])).scores[0] for deeds in ([0], [0, 4]))
    assert one < two < 2 * one


def test_newer_snippets_draw_more_attention(read: Representation) -> None:
    twins = Past.of([0, 0])
    newer, older = read.attend(twins, np.array([8])).weights[:, 0]
    assert newer > older


def test_a_dislike_speaks_against_what_is_like_it(read: Representation) -> None:
    reason = read.attend(Past.of([0], [-0.8]), np.array([4, 1]))
    assert reason.scores[0] < reason.scores[1]
    assert reason.evidence(0) == ()


def test_a_view_says_less_than_a_purchase(read: Representation) -> None:
    bought, seen = (read.attend(Past.of([0], [weight]), np.array([4])).scores[0] for weight in (1.0, 0.2))
    assert 0 < seen < bought


def test_without_history_r_is_nothing(read: Representation) -> None:
    reason = read.attend(Past.of([]), np.array([0, 1]))
    assert not reason.scores.any()
    assert not reason.gathered.any()
    assert reason.evidence(0) == ()


def test_a_new_item_is_read_by_its_text(read: Representation) -> None:
    learned = replace(by_text(), said=np.full((ITEMS, 32), 0.5, np.float32), bias=np.ones(ITEMS, np.float32))
    text = np.vstack([read.text, read.text[[0]]])
    extended = Representation(learned, read.text).over(np.append(np.arange(ITEMS), -1), text)
    assert extended.bias[-1] == 0.0
    assert extended.attend(Past.of([ITEMS]), np.array([4])).scores[0] == pytest.approx(
        read.attend(Past.of([0]), np.array([4])).scores[0], rel=1e-5
    )


def test_only_as_many_deeds_are_read_as_there_are_places(read: Representation) -> None:
    long = Past.of(list(range(12)))
    assert read.attend(long, np.array([20])).weights.shape == (6, 1)


def test_it_is_the_same_after_loading(read: Representation, tmp_path: Path) -> None:
    read.weights.save(tmp_path)
    again = Representation(Weights.load(tmp_path), read.text)
    past, items = Past.of([3, 5]), np.arange(ITEMS)
    assert np.array_equal(again.attend(past, items).scores, read.attend(past, items).scores)
