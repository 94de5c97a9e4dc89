"""What a statement means for search and ranking: its object, read by the catalogue's words and the lists of memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agent.memory.remembered import EXCLUSIONS, Effect
from agent.memory.words import MemoryWords, english_of, stuff_by_stem, word_stems
from agent.need.parse import Parser
from agent.words.lexicon import COLOURS, WISHES
from retrieval.need import Preference
from retrieval.words import stem, stems, words

_LETTERS = {"extra small": "XS", "small": "S", "medium": "M", "large": "L", "extra large": "XL"}
_WORD = re.compile(r"[^\W_]+")
_YUAN = re.compile("元|块|人民币")
_EMPTY = stems(
    "anything everything things thing stuff products product made wearing colour color brand items item really"
)


class Effects:
    """Reads the objects of statements by one catalogue."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._heads = {stem(kind.split()[-1]): kind.split()[-1] for kind in parser.vocabulary.kinds}

    def disliked(self, what: str) -> Effect:
        """What is not wanted: 'wool', 'Knottop', 'red kettles', 'heavy backpacks'; empty where nothing is known of it.

        With a quality and a product it is the quality that is not wanted, and only in that product.
        """
        what = english_of(what)
        found = self._parser.parse(what)
        effect = _lists(
            without=self._stuff(what),
            brands_excluded=found.constraints.brands,
            colours_excluded=_colours(what) | found.constraints.colours,
        )
        wishes = [_wish(p.attribute, -p.direction, f"not {p.word}") for p in found.preferences]
        if effect or wishes:
            return effect | ({"wishes": wishes} if wishes else {}) | self._scope(what)
        excluded = self._parser.parse(f"no {what}").constraints
        effect = _lists(**{name: getattr(excluded, name) for name in EXCLUSIONS})
        return effect or _lists(without=self._stated(what))

    def liked(self, what: str) -> Effect:
        """What is wished for, softly: 'blue', 'Torrwick', 'quiet keyboards'; empty where nothing is known of it."""
        what = english_of(what)
        found = self._parser.parse(what)
        wishes = [asdict(p) for p in found.preferences]
        wishes += [
            _wish("colour", 1, colour) for colour in sorted(_longest(_colours(what) | found.constraints.colours))
        ]
        wishes += [_wish("brand", 1, brand) for brand in sorted(found.constraints.brands)]
        return ({"wishes": wishes} | self._scope(what)) if wishes else {}

    def stated(self, what: str) -> Effect:
        """All that a phrase states as it would in a question: limits and exclusions hard, the rest as wishes."""
        english = english_of(what)
        found = self._parser.parse(english).constraints
        price = self._price(what)
        effect = _lists(
            without=(absence.word for absence in found.without), **{n: getattr(found, n) for n in EXCLUSIONS}
        )
        if price is not None:
            effect["price_max"] = price
        if found.bounds:
            effect["bounds"] = [asdict(bound) for bound in found.bounds]
        denied = found.colours_excluded | found.brands_excluded
        if wishes := [w for w in self.liked(english).get("wishes", ()) if w["word"] not in denied]:
            effect["wishes"] = wishes
        return effect | self._scope(english) if effect else {}

    def cap(self, amount: str) -> Effect:
        """'50 EUR' as the most that is ever paid."""
        price = self._price(f"under {amount.strip()}")
        return {} if price is None else {"price_max": price}

    def _price(self, what: str) -> float | None:
        """The highest price a phrase allows, in the shop's currency; of another one no rate is known."""
        found = self._parser.parse(what)
        foreign = found.notes or (_YUAN.search(what) and self._parser.currency not in {"CNY", "RMB"})
        return None if foreign else found.constraints.price_max

    def _scope(self, what: str) -> dict[str, Any]:
        """The product nouns of a phrase: what it says counts for them alone."""
        said = word_stems(" ".join(word for word in words(what) if word not in WISHES))  # 'light' is no lamp here
        nouns = {self._heads[s] for s in said if s in self._heads}
        nouns |= {thing for thing in MemoryWords.read().things if stem(thing) in said}
        return {"scope": sorted(nouns)} if nouns else {}

    def _stuff(self, what: str) -> frozenset[str]:
        """The words for what things are made of, by the lists."""
        said = (stem(word) for word in _WORD.findall(what.casefold()))
        line = f" {' '.join(said)} "
        diets = [diet for diet in MemoryWords.read().diets.values() if word_stems(what) & word_stems(diet.words[0])]
        named = {word for stems_of, word in stuff_by_stem().items() if f" {stems_of} " in line}
        return frozenset(named.union(*(diet.without for diet in diets)))

    def _stated(self, what: str) -> frozenset[str]:
        """A single other word that the catalogue states of its items."""
        content = [word for word in re.findall(r"[a-z]+", what.casefold()) if stems(word) - _EMPTY]
        found = self._parser.parse(f"without {content[0]}").constraints.without if len(content) == 1 else ()
        return frozenset(absence.word for absence in found)


def diet(name: str) -> Effect:
    """What a way of living leaves out."""
    return _lists(without=MemoryWords.read().diets[name].without)


def size(value: str, of: str | None, system: str = "") -> Effect:
    """A size as a wish; of shoes and the like it counts for these alone."""
    written = " ".join(part for part in (system.upper(), size_name(value)) if part)
    scope = {"scope": list(MemoryWords.read().sizes[of].scope)} if of else {}
    return {"wishes": [_wish("size", 1, written)]} | scope


def size_name(value: str) -> str:
    """A size as it is written: 'medium' is M, '43,5' is 43.5."""
    plain = value.casefold().replace("-", " ").replace(",", ".").strip()
    return _LETTERS.get(plain, plain.upper())


def person(who: str, age: int | None) -> Effect:
    return {"person": {"who": who} | ({"age": age} if age is not None else {})}


def opposed(one: Effect, other: Effect) -> bool:
    """Whether two effects speak against each other or say the same thing anew: the later one then stands alone."""
    if one.get("scope") != other.get("scope"):
        return False
    if "person" in one and "person" in other:
        return bool(one["person"]["who"] == other["person"]["who"])
    if "price_max" in one and "price_max" in other:
        return True
    first, second = _wishes(one), _wishes(other)
    if any(p.attribute == q.attribute and _rival(p, q) for p in first for q in second):
        return True
    return any(_excludes(a, wish) for a, wishes in ((one, second), (other, first)) for wish in wishes)


def _rival(one: Preference, other: Preference) -> bool:
    return one.attribute == "size" or (one.attribute not in {"colour", "brand"} and one.direction != other.direction)


def _excludes(effect: Effect, wish: Preference) -> bool:
    excluded = effect.get({"colour": "colours_excluded", "brand": "brands_excluded"}.get(wish.attribute, ""), ())
    return any(words(each) <= words(wish.word) for each in excluded)


def _wishes(effect: Effect) -> list[Preference]:
    return [Preference(**wish) for wish in effect.get("wishes", ())]


def _wish(attribute: str, direction: int, word: str) -> dict[str, Any]:
    return {"attribute": attribute, "direction": direction, "word": word}


def _lists(**named: Any) -> dict[str, Any]:
    """The names that are not empty, each as a sorted list."""
    listed: Mapping[str, list[str]] = {name: sorted(found) for name, found in named.items()}
    return {name: found for name, found in listed.items() if found}


def _colours(what: str) -> frozenset[str]:
    return frozenset(MemoryWords.read().colours.keys() | COLOURS) & words(what.casefold().replace("gray", "grey"))


def _longest(colours: frozenset[str]) -> frozenset[str]:
    """Without those that a longer one names: 'slate grey' is not 'grey'."""
    return frozenset(c for c in colours if not any(words(c) < words(other) for other in colours))
