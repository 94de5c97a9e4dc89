"""The scripts of dialogues: a bad one is told by file and line, and those that come along fit the demo shop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.catalogue import Item
from serving.bench.dialog import demo_items
from serving.bench.dialog_checks import broken
from serving.bench.dialog_script import KINDS, Expect, ScriptError, read_scripts
from serving.settings import Settings

ITEMS = demo_items(Settings(_env_file=None))  # type: ignore[call-arg]


def write(folder: Path, text: str) -> Path:
    (folder / "refine.yaml").write_text(text, encoding="utf-8")
    return folder


TURN = "      - says: hello\n        expect: {intent: [greeting]}\n"
GOOD = f"kind: refine\ndialogues:\n  - name: a\n    part: tune\n    turns:\n{TURN * 3}"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (GOOD.replace("[greeting]", "[greeting], colour: red", 1), 7, "colour"),
        (GOOD.replace("{intent: [greeting]}", "{intent: [hello]}", 1), 7, "no such intent"),
        (GOOD.replace("{intent: [greeting]}", "{}", 1), 7, "at least one thing"),
        (GOOD.replace("part: tune", "part: train"), 4, "part"),
        (GOOD.replace("says: hello", "says: [", 1), 8, "expected"),
        (GOOD.replace("kind: refine", "kind: chat"), 1, "no kind 'chat'"),
        (GOOD.replace(TURN * 3, TURN), 5, "turns"),
    ],
)
def test_a_bad_script_is_told_by_file_and_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(ScriptError) as error:
        read_scripts(write(tmp_path, text))
    assert f"refine.yaml, line {line}:" in str(error.value)
    assert told in str(error.value)


def test_two_dialogues_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "why.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ScriptError, match="Two dialogues"):
        read_scripts(tmp_path)


def test_the_scripts_are_many_balanced_and_a_third_chinese() -> None:
    scripts = read_scripts()
    assert len(scripts) >= 60
    assert {script.kind for script in scripts} == set(KINDS)
    assert sum(script.dialogue.language == "zh" for script in scripts) * 3 >= len(scripts)
    for kind in KINDS:
        of_kind = [script.dialogue.part for script in scripts if script.kind == kind]
        assert of_kind.count("tune") >= of_kind.count("report")


def test_long_visits_are_in_both_languages_and_parts() -> None:
    """Short scripts cannot show whether what was said early is still known late."""
    long = [script.dialogue for script in read_scripts() if len(script.dialogue.turns) >= 8]
    assert len(long) >= 16
    assert {(dialogue.part, dialogue.language) for dialogue in long} == {
        ("tune", "en"), ("tune", "zh"), ("report", "en"), ("report", "zh"),
    }  # fmt: skip
    assert sum(dialogue.part == "tune" for dialogue in long) * 2 == len(long)


def test_what_the_scripts_expect_is_possible_by_the_demo_data() -> None:
    shoppers = {json.loads(line)["shopper_id"] for line in Path("demo/shoppers.jsonl").read_text("utf-8").splitlines()}
    for script in read_scripts():
        assert script.dialogue.shopper in {None, *shoppers}, script.dialogue.name
        for turn in script.dialogue.turns:
            if (cards := turn.expect.cards) and not cards.none:
                fit = {item_id for item_id, item in ITEMS.items() if _can_be_shown(item, turn.expect)}
                assert set(cards.includes) <= fit, (script.dialogue.name, turn.says)
                assert len(fit) >= cards.at_least, (script.dialogue.name, turn.says)
                assert set(cards.excludes) <= set(ITEMS), (script.dialogue.name, turn.says)
            if (table := turn.expect.table) and not isinstance(table.items, int):
                assert set(table.items) <= set(ITEMS)


def _can_be_shown(item: Item, expect: Expect) -> bool:
    assert expect.cards is not None
    return item.in_stock and not broken(expect.cards.obey, item)
