"""What is remembered of a shopper across conversations, and how it joins what a message asks for.

A message's own words win: who never wants leather and asks for leather boots gets leather boots, and is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from agent.memory.words import MemoryWords, is_chinese, said_in_chinese, word_stems
from agent.need.unwanted import absence_of
from retrieval.need import Bound, Need, Preference
from retrieval.words import words

MemoryKind: TypeAlias = Literal["preference", "size", "dislike", "person", "note"]

Effect: TypeAlias = Mapping[str, Any]
"""What a memory means for search and ranking, as plain JSON; every key may be missing.

``without``, ``brands_excluded``, ``colours_excluded``, ``kinds_excluded``, ``categories_excluded``: lists of words;
``price_max``: a number; ``bounds``: list of {attribute, unit, low, high}; ``wishes``: list of {attribute, direction,
word}, soft; ``person``: {who, age?}; ``scope``: words, one of which a need must name for all this to count.
"""

EXCLUSIONS = ("brands_excluded", "colours_excluded", "kinds_excluded", "categories_excluded")
_GROWN_UP = 18
_DENIALS = frozenset(
    "not no non without never than except avoid hate dislike detest loathe but nothing excluding nor don't dont can't "  # noqa: SIM905
    "cannot isn't aren't won't wouldn't against skip".split()
)
"""Words shortly after which something is named that is not asked for."""
_DENIED_BEFORE = frozenset("不别非无没除")


@dataclass(frozen=True, slots=True)
class Remembered:
    """One thing that is remembered. ``source_turn`` is the turn it was said in; None if it was typed in the view."""

    memory_id: str
    kind: MemoryKind
    text: str
    effect: Effect
    source_turn: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a message states as lasting, in a few words; ``asked`` if the shopper asked outright to remember it."""

    kind: MemoryKind
    text: str
    effect: Effect
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """A part of a need that comes from memory: the field of `Constraints`, or ``preferences`` or ``terms``."""

    memory_id: str
    text: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A memory that does not count this time, and the word by which the message asks for its contrary."""

    memory_id: str
    text: str
    asked: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A need with what is remembered; ``joined`` says which of its parts come from memory."""

    need: Need
    joined: tuple[Joined, ...] = ()
    aside: tuple[SetAside, ...] = ()


def apply(memory: Iterable[Remembered], need: Need) -> Applied:
    """The need with what is remembered: exclusions and limits as constraints, the rest as wishes.

    What the need itself states on the same point stands. Where it asks for the contrary, that is in ``aside`` and, as
    a sentence in the need's language, in the need's notes. The terms stay as they are, but for the age of a person
    whom the message names.
    """
    joining = _Joining(need)
    for each in memory:
        if joining.concerns(each.effect.get("scope", ())):
            joining.join(each)
    return joining.applied()


class _Joining:
    """One need while memories join it."""

    def __init__(self, need: Need) -> None:
        self._need = need
        self._stated = need.constraints
        named = need.constraints
        names = " ".join((*named.kinds, *named.categories, *named.brands, *named.colours))
        # Terms may have lost the denial that the message has: 'I don't like wool and need socks'.
        denied = word_stems(need.message) - _wanted(need.message)
        self._asked = (_wanted(need.terms) - denied) | word_stems(names)
        self._constraints = need.constraints
        self._preferences = list(need.preferences)
        self._terms = need.terms
        self._joined: list[Joined] = []
        self._aside: dict[str, SetAside] = {}

    def applied(self) -> Applied:
        language = self._need.language
        say = MemoryWords.read().say
        notes = [say("aside", language, asked=each.asked, text=each.text) for each in self._aside.values()]
        need = replace(
            self._need,
            constraints=self._constraints,
            preferences=tuple(self._preferences),
            terms=self._terms,
            notes=(*self._need.notes, *notes),
        )
        return Applied(need, tuple(self._joined), tuple(self._aside.values()))

    def concerns(self, scope: Sequence[str]) -> bool:
        return not scope or any(self._names(word) for word in scope)

    def join(self, each: Remembered) -> None:
        effect = each.effect
        for word in effect.get("without", ()):
            self._without(each, word)
        for name in EXCLUSIONS:
            for value in effect.get(name, ()):
                self._exclude(each, name, value)
        if (price := effect.get("price_max")) is not None:
            self._cap(each, float(price))
        for bound in effect.get("bounds", ()):
            self._limit(each, Bound(**bound))
        for wish in effect.get("wishes", ()):
            self._wish(each, Preference(**wish))
        if person := effect.get("person"):
            self._for_whom(each, **person)

    def _without(self, each: Remembered, word: str) -> None:
        absence = absence_of(word)
        if any(absence.stems <= known.stems for known in self._stated.without):
            return
        if absence.stems & self._asked or self._in_chinese(word):
            self._set_aside(each, word)
        else:
            self._add(each, "without", word, without=self._constraints.without | {absence})

    def _exclude(self, each: Remembered, name: str, value: str) -> None:
        wanted: frozenset[str] = getattr(self._stated, name.removesuffix("_excluded"))
        said = next((w for w in wanted if words(value) <= words(w) or words(w) <= words(value)), None)
        if said is None and name == "kinds_excluded" and word_stems(value.rpartition(" ")[2]) & self._asked:
            said = value.rpartition(" ")[2]  # 'a knife' asks for kitchen knives too
        if said is not None:
            self._set_aside(each, said)
        elif value not in getattr(self._stated, name):
            self._add(each, name, value, **{name: getattr(self._constraints, name) | {value}})

    def _cap(self, each: Remembered, price: float) -> None:
        stated = [p for p in (self._stated.price_min, self._stated.price_max) if p is not None]
        if not stated:
            before = self._constraints.price_max
            self._add(each, "price_max", f"{price:g}", price_max=price if before is None else min(before, price))
        elif max(stated) > price:
            self._set_aside(each, f"{max(stated):g}")

    def _limit(self, each: Remembered, bound: Bound) -> None:
        if all(known.attribute != bound.attribute for known in self._constraints.bounds):
            self._add(each, "bounds", bound.attribute, bounds=(*self._constraints.bounds, bound))

    def _wish(self, each: Remembered, wish: Preference) -> None:
        stated = {"colour": self._stated.colours, "brand": self._stated.brands}.get(wish.attribute, frozenset())
        same = [p for p in self._need.preferences if p.attribute == wish.attribute]
        if against := next((p for p in same if p.direction != wish.direction), None):
            self._set_aside(each, against.word)
        elif not same and not stated and wish not in self._preferences:
            self._preferences.append(wish)
            self._joined.append(Joined(each.memory_id, each.text, "preferences", wish.word))

    def _for_whom(self, each: Remembered, who: str, age: int | None = None) -> None:
        told = any(word.isdecimal() for word in words(self._need.message))
        if age is None or age >= _GROWN_UP or told or not self._names_person(who):
            return
        phrase = MemoryWords.read().say("age", self._need.language, age=age)
        self._terms = f"{self._terms}, {phrase}" if self._terms else phrase
        self._joined.append(Joined(each.memory_id, each.text, "terms", phrase))

    def _add(self, each: Remembered, field: str, value: str, **change: Any) -> None:
        self._constraints = replace(self._constraints, **change)
        self._joined.append(Joined(each.memory_id, each.text, field, value))

    def _set_aside(self, each: Remembered, asked: str) -> None:
        shown = next(iter(said_in_chinese(asked)), asked) if is_chinese(self._need.language) else asked
        self._aside.setdefault(each.memory_id, SetAside(each.memory_id, each.text, shown))

    def _names(self, word: str) -> bool:
        return bool(word_stems(word) & self._asked) or self._in_chinese(word)

    def _names_person(self, who: str) -> bool:
        if word_stems(who) & word_stems(self._need.message):
            return True
        return any(said in self._need.message for said in MemoryWords.read().people.get(who, ()) or (who,))

    def _in_chinese(self, word: str) -> bool:
        """Whether the message asks for it in Chinese: '皮靴' names leather, '不要皮' does not ask for it."""
        message = self._need.message
        said = said_in_chinese(word) or (() if word.isascii() else (word,))
        places = [(w, at) for w in said if (at := message.find(w)) >= 0]
        return any(not _DENIED_BEFORE & set(message[max(at - 4, 0) : at]) for _, at in places)


def has_effect(effect: Effect) -> bool:
    """Whether it changes what is found or how it is ranked."""
    person = effect.get("person", {})
    return bool(person.get("age")) or any(value for key, value in effect.items() if key not in {"scope", "person"})


def leaves_out(effect: Effect) -> bool:
    """Whether it keeps items from being shown."""
    return any(effect.get(name) for name in ("without", *EXCLUSIONS))


def _wanted(text: str) -> frozenset[str]:
    """The stems of a text's words, without those that a denial stands shortly before: 'other than leather'."""
    found = [word.strip(".,;:!?\"'()").casefold() for word in text.replace("-", " ").replace("’", "'").split()]
    kept = (word for at, word in enumerate(found) if not _DENIALS & set(found[max(at - 3, 0) : at]))
    return word_stems(" ".join(kept))
