from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from serving.bench.film_data import asked_and_told, catalogue_of, film_id, named, read_turns
from serving.bench.films import _chances, _clustered
from serving.errors import EnvironmentUnfit

ROWS = [
    {
        "dialog_id": f"d{n // 2}",
        "rec": [n],
        "entity_name": ["Some Actor", f"Film {n}"],
        "input": f"\nUser: hi {n}\nSystem: ",
    }
    for n in range(40)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    several = {"dialog_id": "x", "rec": [1, 2], "entity_name": ["drama", "Film 1", "Film 2", "Film 1"]}
    several["input"] = "\nSystem: Hello!\nUser: I liked Film 1.\nIt was fun\nSystem: And?\nUser: more\nSystem: "
    nothing = {"dialog_id": "y", "rec": [], "entity_name": [], "input": "\nUser: hi\nSystem: "}
    lines = [json.dumps(row) for row in (several, nothing, *ROWS)]
    (tmp_path / "test.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_films_come_last_among_the_names_and_speakers_are_told_apart(folder: Path) -> None:
    turn = read_turns(folder)[0]
    assert turn.films == ("Film 1", "Film 2") and turn.beside == ("drama",)
    assert turn.sought == ("I liked Film 1.\nIt was fun", "more")
    assert turn.named_before
    assert len(read_turns(folder)) == 41, "a turn that recommends nothing is none"


def test_a_dialogue_is_in_one_half_and_only_the_other_half_describes(folder: Path) -> None:
    turns = read_turns(folder)
    asked, told = asked_and_told(turns, "report")
    assert asked and told and not {t.dialogue for t in asked} & {t.dialogue for t in told}
    described = {item.item_id for item in catalogue_of(turns, told) if item.description}
    alone = {film_id(t.films[0]) for t in asked} - {film_id(title) for t in told for title in t.films}
    assert described and not described & alone
    assert {item.item_id for item in catalogue_of(turns, told)} == {film_id(f"Film {n}") for n in range(40)}


def test_a_title_is_named_as_whole_words() -> None:
    assert named("It", "have you seen IT?") and not named("It", "a bit")


def test_equal_scores_are_in_a_random_order_and_the_best_film_counts() -> None:
    scores = np.array([*range(100, 5, -1), *[0.0] * 40])
    assert _chances(scores, [3]) == (1.0, 1.0) and _chances(scores, [20]) == (0.0, 1.0)
    assert _chances(np.zeros(100), [7]) == (0.1, 0.5)
    assert _chances(scores, [120, 3]) == (1.0, 1.0)


def test_turns_of_one_dialogue_count_as_one_draw() -> None:
    together = _clustered(np.array([1.0, 1.0, 0.0, 0.0] * 5), ["a", "a", "b", "b"] * 5)
    apart = _clustered(np.array([1.0, 1.0, 0.0, 0.0] * 5), [str(n) for n in range(20)])
    assert together.value == apart.value == 0.5
    assert together.high - together.low > apart.high - apart.low


def test_a_folder_without_the_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnfit, match="name the folder of the data with --data"):
        read_turns(tmp_path)
