"""The constraint parser: a message becomes a need, by rules and the catalogue's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from agent.chinese.dictionary import Dictionary
from agent.chinese.interpreter import Interpreter, attributes_of, limit_in_english, reads
from agent.chinese.script import HAN
from agent.language import reply_language
from agent.need.asked import categories_asked, is_a_light, moved_on, settled, within_budget
from agent.need.mentions import Mention, Names, Token, tokens_of
from agent.texts import Texts
from agent.words.lexicon import DEGREES, WISHES
from agent.words.phrasing import search_terms
from agent.words.quantities import Range, ranges
from agent.words.thesaurus import synonyms
from retrieval.catalogue import Vocabulary
from retrieval.need import Absence, Bound, Constraints, Need, Preference, merged
from retrieval.units import dimension
from retrieval.words import stem, stems

_MAIN_ATTRIBUTE = {"mass": "weight", "volume": "capacity", "noise": "noise", "light": "brightness"}
"""The attribute a bare measure speaks of ('under 1 kg'), if the catalogue states it."""
_WITHOUT = re.compile(
    r"\b(?:without|free\s+(?:of|from)|with\s+no|(?:contains?|containing|has)\s+no|no|does\s+not\s+contain)\s+"
    rf"(?:(?:any|an?|the|added|artificial)\s+)*([a-z]+|[{HAN}]+)(?:,?\s+(?:or|and|nor)\s+(?:any\s+|added\s+)?([a-z]+))?\b"
    r"|\b(?P<free>[a-z]+)-free\b"
    r"|\b(?:(?:can['’]?t|cannot|can\s+not|couldn['’]?t)\s+(?:stand|bear|tolerate|have|eat)|(?:allergic|intolerant|sensitive)\s+to|"
    r"allerg(?:y|ies)\s+to|avoid(?:s|ing)?|hates?(?=\s+[a-z]+\s*(?:$|[.,;!?]|and\b|or\b|but\b)))\s+"
    r"(?:(?:any|the|smell\s+of|artificial)\s+)*(?!\w+ing\b)([a-z]+)(?:,?\s+(?:or|and)\s+([a-z]+))?\b",
    re.IGNORECASE,
)
"""'without perfume', 'no nuts or milk', 'sugar-free', 'I am allergic to nuts'."""
_DENIALS = frozenset({"without", "no", "nothing"})
_SMALL_WORDS = stems(
    "cheaper lighter smaller bigger show find see more other others another different similar prefer please instead "
    "what about maybe else thanks actually rather also still just fine ok okay good great all after only both same "
    "want need looking something anything one ones brand brands colour color colours colors any"
)
"""Words that a message may add to what was asked before without beginning anew."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A limit on an attribute that the catalogue states."""

    attribute: str
    limit: Range


def absence_of(word: str) -> Absence:
    """That an item must not have something, under any usual name."""
    return Absence(word, stems(word) | synonyms(word))


class Parser:
    """Reads messages by one catalogue's vocabulary; a Chinese one through its English words (see `agent.chinese`)."""

    def __init__(self, vocabulary: Vocabulary, currency: str | None = None) -> None:
        self.vocabulary = vocabulary
        self.currency = currency
        self._names = Names(vocabulary)
        self._stated = stems(" ".join(f"{name} {' '.join(found)}" for name, found in vocabulary.values.items()))
        self._own = {"price": "price", **attributes_of(vocabulary), **{name: name for name in vocabulary.units}}
        self._heads = frozenset(stem(kind.split()[-1]) for kind in vocabulary.kinds)
        Dictionary.read()  # now, so that no turn waits for it

    def parse(self, message: str, language: str | None = None) -> Need:
        """The need a message states. Never fails: what it does not understand stays in ``terms``.

        Args:
            language: the one that is asked for, for the need and its notes; None goes by the message.
        """
        return self._searchable(self._parse(message, language), [message])

    def refine(self, earlier: Sequence[str], message: str, language: str | None = None) -> Need:
        """The need of a message that may go on from earlier ones: 'cheaper, and not in red'.

        A message that names no product takes over what the last ones asked for; what it states itself wins.
        """
        need, taken = self._refined(earlier, message, language)
        return self._searchable(need, [*earlier[len(earlier) - taken :], message])

    def going_on(
        self, before: Need | None, message: str, language: str | None = None, *, refines: bool = False
    ) -> Need:
        """The need of a message in a conversation in which ``before`` is wanted so far; see `refine`.

        Args:
            refines: the message is known to go on from what is wanted, unless it names another product.
        """
        need = self._parse(message, language)
        if before is None:
            return self._searchable(need, [message])
        if not (self._goes_on(need) or (refines and not self._names_a_product(need))):
            return self._searchable(within_budget(need, before), [message])
        # A need is kept as it is searched; the parts in the shopper's own characters are put back after joining.
        said = [text for text in (before.said, message) if text]
        return self._searchable(self._joined(before, need), said)

    def _joined(self, before: Need, need: Need) -> Need:
        left = moved_on(before.constraints, need.english or need.message)
        return replace(
            need,
            terms=", ".join(part for part in (before.terms, need.terms) if part),
            constraints=settled(merged(left, need.constraints)),
            preferences=tuple(dict.fromkeys(need.preferences + before.preferences)),
        )

    def _refined(self, earlier: Sequence[str], message: str, language: str | None) -> tuple[Need, int]:
        """The need, its terms in English words, and how many of the earlier messages it takes over."""
        need = self._parse(message, language)
        if not earlier or not self._goes_on(need):
            return need, 0
        before, taken = self._refined(earlier[:-1], earlier[-1], language)
        return self._joined(before, need), taken + 1

    def _parse(self, message: str, language: str | None) -> Need:
        prices, measures = self._limits(message)
        limits = [*prices, *(m.limit for m in measures)]
        rest = _blank(message, [limit.span for limit in limits])
        chinese = reads(message)
        if chinese:
            rest = self._chinese.english(rest)
        english = ", ".join(part for part in (rest, *map(limit_in_english, limits)) if part) if chinese else ""
        tokens = tokens_of(rest)
        reading = self._names.read(tokens)
        rest = _blank(rest, reading.cut)
        without, spans = self._without(rest)
        constraints = self._constraints(prices, measures, reading.mentions, tokens)
        spoken = reply_language(message, language)
        return Need(
            message=message,
            terms=search_terms(_blank(rest, spans)),
            constraints=replace(constraints, without=without),
            preferences=tuple(self._wishes(tokens, reading.mentions)),
            language=spoken,
            notes=tuple(self._notes(prices, Texts.of(spoken))),
            english=english,
        )

    def _searchable(self, need: Need, messages: Iterable[str]) -> Need:
        """The need with its terms in the shopper's own characters too: to be shown, and for a Chinese catalogue.

        An English one is searched in English words only: to its embedding model the others are noise.
        """
        said = " ".join(filter(None, (self._chinese.originals(m, need.terms) for m in messages if reads(m))))
        if not said:
            return need
        terms = f"{said}, {need.terms}" if self._chinese.catalogue_is_chinese else need.terms
        return replace(need, terms=terms, said=said)

    def wishes(self, need: Need) -> tuple[tuple[str, str], ...]:
        """What a Chinese need wishes a thing to be, beyond names and numbers, in English and in the shopper's words."""
        if not need.english:
            return ()
        denied = {word for _, word in re.findall(r"\b(without|not) ([\w-]+)", f"{need.terms} {need.english}")}
        found = self._chinese.wishes(need.said or need.message)
        return tuple(wish for wish in dict.fromkeys(found) if wish[0].split()[0] not in denied)

    def unsold(self, message: str) -> tuple[tuple[str, str], ...]:
        """Things that a Chinese message names and the catalogue has no word for, in English and in its own words."""
        return tuple(self._chinese.nouns(message)) if reads(message) else ()

    @cached_property
    def _chinese(self) -> Interpreter:
        own = Names(self.vocabulary, aliases=False)
        return Interpreter(self.vocabulary, lambda name: bool(own.read(tokens_of(f"not {name}")).mentions))

    def _names_a_product(self, need: Need) -> bool:
        named = need.constraints
        return bool(named.kinds or named.categories or stems(need.terms) & self._heads)

    def _goes_on(self, need: Need) -> bool:
        if self._names_a_product(need):
            return False
        named = need.constraints
        qualities = stems(" ".join(named.brands | named.colours))
        wished = stems(" ".join(p.word for p in need.preferences))
        return len(stems(need.terms) - _SMALL_WORDS - qualities - wished) <= 1

    def _limits(self, message: str) -> tuple[list[Range], list[_Measure]]:
        """The prices and the measures that the message limits; a measure of nothing known stays in the terms."""
        prices: list[Range] = []
        measures: list[_Measure] = []
        chinese = self._chinese.limits(message) if reads(message) else []
        latin = re.sub(f"[{HAN}]", " ", _blank(message, [limit.span for limit in chinese]))
        for found in (*chinese, *ranges(latin)):
            if found.unit is None:
                prices.append(found)
            elif attribute := self._attribute(found, message):
                measures.append(_Measure(attribute, found))
        return prices, measures

    def _without(self, text: str) -> tuple[frozenset[Absence], list[tuple[int, int]]]:
        """What must not be there, of all that the catalogue states of its items, and where that is said."""
        found: set[Absence] = set()
        spans: list[tuple[int, int]] = []
        for match in _WITHOUT.finditer(text):
            words_named = [word.casefold() for word in match.groups() if word and word.casefold() not in WISHES]
            named = [absence_of(word) for word in words_named]
            known = [absence for absence in named if absence.stems & self._stated]
            found.update(known)
            if known and len(known) == len(named) and not match["free"]:
                spans.append(match.span())
        return frozenset(found), spans

    def _notes(self, prices: Iterable[Range], texts: Texts) -> Iterator[str]:
        """What a shopper must know of prices in a currency that is not the shop's: no rate is known here."""
        shop = self.currency
        if shop is None:
            return
        read = [
            texts.say("note.as", amount=p.amount, number=p.number, currency=shop) for p in prices if p.foreign_to(shop)
        ]
        if read:
            yield texts.say("note.currency", currency=shop, read=texts.say("and").join(dict.fromkeys(read)))

    def _attribute(self, limit: Range, message: str) -> str | None:
        """The attribute that a measure limits: the one named nearest to it, else the main one of its dimension."""
        measured = dimension(limit.unit)
        fitting = [a for a, units in self.vocabulary.units.items() if any(dimension(u) == measured for u in units)]
        places = [(a, *m.span()) for a in fitting for m in re.finditer(rf"\b{re.escape(a)}\b", message, re.I)]
        if reads(message):
            places += [place for place in self._chinese.places(message) if place[0] in fitting]
        named = [(max(limit.span[0] - end, start - limit.span[1]), -len(a), a) for a, start, end in places]
        if named:
            return min(named)[2]
        main = self._own.get(_MAIN_ATTRIBUTE.get(measured or "", ""))
        if main in fitting:
            return main
        return fitting[0] if len(fitting) == 1 else None

    def _wishes(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> Iterator[Preference]:
        taken = {i for m in mentions if m.field != "head" for i in range(m.first, m.last + 1)}
        for i, token in enumerate(tokens):
            if token.word in DEGREES and (named := self._attribute_at(tokens, i + 1)):
                yield Preference(named, DEGREES[token.word], f"{token.word} {named}")
            if i in taken or token.word not in WISHES or is_a_light(tokens, i):
                continue
            attributes, direction = WISHES[token.word]
            stated = next((own for a in attributes if (own := self._own.get(a))), None)
            before = {t.word for t in tokens[max(i - 2, 0) : i]}
            if stated is None or before & _DENIALS:
                continue
            negated = bool(before & {"not", "too", "isn't", "less"})
            wish = f"not {token.word}" if negated else token.word
            yield Preference(stated, -direction if negated else direction, wish)

    def _attribute_at(self, tokens: Sequence[Token], at: int) -> str | None:
        """The numeric attribute whose name stands here: 'battery life'."""
        for length in (3, 2, 1):
            named = " ".join(token.word for token in tokens[at : at + length])
            if named in self._own and self._own[named] == named:
                return named
        return None

    def _constraints(
        self,
        prices: Sequence[Range],
        measures: Sequence[_Measure],
        mentions: Sequence[Mention],
        tokens: Sequence[Token],
    ) -> Constraints:
        def named(name_field: str, *, negated: bool = False) -> frozenset[str]:
            return frozenset(m.value for m in mentions if m.field == name_field and m.negated == negated)

        heads = named("head", negated=True)
        excluded_kinds = {kind for kind in self.vocabulary.kinds if kind.split()[-1] in heads}
        kinds = named("kind")
        return settled(
            Constraints(
                price_min=max((p.low for p in prices if p.low is not None), default=None),
                price_max=min((p.high for p in prices if p.high is not None), default=None),
                brands=named("brand"),
                brands_excluded=named("brand", negated=True),
                categories=frozenset() if kinds else categories_asked(mentions, tokens),
                categories_excluded=named("category", negated=True),
                kinds=kinds,
                kinds_excluded=named("kind", negated=True) | excluded_kinds,
                colours=named("colour"),
                colours_excluded=named("colour", negated=True),
                bounds=tuple(Bound(m.attribute, m.limit.unit or "", m.limit.low, m.limit.high) for m in measures),
            )
        )


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans as spaces, so that positions stay."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
