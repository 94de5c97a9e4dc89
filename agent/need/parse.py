"""The constraint parser: a message becomes a need, by rules and the catalogue's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from agent.chinese.dictionary import Dictionary
from agent.chinese.interpreter import Interpreter, attributes_of, limit_in_english, reads
from agent.language import reply_language
from agent.need.asked import categories_asked, is_a_light, moved_on, settled, within_budget
from agent.need.leading import superlatives, with_one_lead
from agent.need.limits import Limits, Measure, blank
from agent.need.mentions import Mention, Names, Token, tokens_of
from agent.need.other_names import Meant, OtherNames, excluding
from agent.need.parts import part_of, parts_of
from agent.need.things import asks_for_a_thing
from agent.need.unwanted import Unwanted
from agent.texts import Texts
from agent.words.lexicon import DEGREES, WISHES
from agent.words.phrasing import search_terms, with_g
from agent.words.quantities import Range
from retrieval.catalogue import Vocabulary
from retrieval.need import Bound, Constraints, Need, Preference, merged
from retrieval.words import stem, stems

_DENIALS = frozenset({"without", "no", "nothing"})
_SMALL_WORDS = stems(
    "cheaper lighter smaller bigger show find see more other others another different similar prefer please instead "
    "what about maybe else thanks actually rather also still just fine ok okay good great all after only both same "
    "want need looking something anything one ones brand brands colour color colours colors any"
)
"""Words that a message may add to what was asked before without beginning anew."""


class Parser:
    """Reads messages by one catalogue's vocabulary; a Chinese one through its English words (see `agent.chinese`)."""

    def __init__(
        self, vocabulary: Vocabulary, currency: str | None = None, *, others: OtherNames | None = None
    ) -> None:
        """
        Args:
            others: finds what a word that the catalogue does not have means in it; without, it stays a word.
        """
        self.vocabulary = vocabulary
        self._others = others
        self.currency = currency
        self._names = Names(vocabulary)
        stated = stems(" ".join(f"{name} {' '.join(found)}" for name, found in vocabulary.values.items()))
        self._unwanted = Unwanted(stated, others)
        self._own = {"price": "price", **attributes_of(vocabulary), **{name: name for name in vocabulary.units}}
        self._limits = Limits(vocabulary, self._own, lambda: self._chinese)
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
        need = self._parse(message, language, goes_on=before is not None)
        if before is None:
            return self._searchable(need, [message])
        if not (self._goes_on(need) or (refines and not self._names_a_product(need))):
            return self._searchable(within_budget(need, before), [message])
        # A need is kept as it is searched; the parts in the shopper's own characters are put back after joining.
        said = [text for text in (before.said, message) if text]
        return self._searchable(self._joined(before, need), said)

    def _joined(self, before: Need, need: Need) -> Need:
        left = moved_on(before.constraints, need.english or need.message)
        before = with_one_lead(need, before)
        return replace(
            need,
            terms=", ".join(part for part in (before.terms, need.terms) if part),
            constraints=settled(merged(left, need.constraints)),
            preferences=tuple(dict.fromkeys(need.preferences + before.preferences)),
            parts=need.parts or before.parts,
        )

    def _refined(self, earlier: Sequence[str], message: str, language: str | None) -> tuple[Need, int]:
        """The need, its terms in English words, and how many of the earlier messages it takes over."""
        need = self._parse(message, language)
        if not earlier or not self._goes_on(need):
            return need, 0
        before, taken = self._refined(earlier[:-1], earlier[-1], language)
        return self._joined(before, need), taken + 1

    def _parse(self, message: str, language: str | None, *, goes_on: bool = False) -> Need:
        limited = self._limits.of(message)
        prices, measures = limited.prices, limited.measures
        limits = [*prices, *(m.limit for m in measures)]
        rest = blank(message, [limit.span for limit in limits])
        chinese = reads(message)
        if chinese:
            rest = self._chinese.english(rest)
        else:
            rest = with_g(rest, self._others.doing if self._others else frozenset())
        english = ", ".join(part for part in (rest, *map(limit_in_english, limits)) if part) if chinese else ""
        tokens = tokens_of(rest)
        reading = self._names.read(tokens)
        had = reading.had if goes_on else []  # 'she already has a tripod' takes tripods off what is wanted
        rest = blank(rest, [*reading.cut, *(each.span for each in had)])
        unwanted = self._unwanted.of(rest)
        spans = [*unwanted.spans]
        leads = superlatives(rest)
        spans += [span for _, span in leads]
        constraints = excluding(self._constraints(prices, measures, reading.mentions, tokens), unwanted.kinds)
        left = constraints.kinds_excluded | {each.kind for each in had}
        constraints = settled(replace(constraints, kinds_excluded=left))
        spoken = reply_language(message, language)
        terms = search_terms(blank(rest, spans))
        notes = [*self._notes(prices, Texts.of(spoken))]
        notes += [Texts.of(spoken).say("note.unheld", said=message[start:end].strip()) for start, end in limited.unheld]
        parts = () if chinese else self._parts(blank(rest, spans), tokens, reading.mentions)
        if not parts and not chinese and not any(mention.is_noun for mention in reading.mentions):
            constraints, meant = self._by_other_names(constraints, terms)
            notes += [Texts.of(spoken).say("note.meant", said=meant.said, name=meant.name)] if meant else []
        return Need(
            message=message,
            terms=terms,
            constraints=replace(constraints, without=unwanted.absences),
            preferences=tuple(
                dict.fromkeys((*(self._stated_as(p) for p, _ in leads), *self._wishes(tokens, reading.mentions)))
            ),
            language=spoken,
            notes=tuple(notes),
            english=english,
            parts=parts,
        )

    def _parts(self, text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[str, ...]:
        """The things asked for side by side; none where a name of the catalogue has the 'and'."""
        if any("and" in {token.word for token in tokens[m.first : m.last + 1]} for m in mentions):
            return ()
        found = tuple(part for part in parts_of(text, self._sold) if part.casefold() not in self._own)
        return found if len(found) > 1 else ()  # 'a battery life of at least 20 h' is no other thing

    def _sold(self, phrase: str) -> bool:
        """Whether the shop has something that a phrase names."""
        found = self._names.read(tokens_of(phrase)).mentions
        if any(mention.is_noun and not mention.negated for mention in found):
            return True
        others = self._others
        return others is not None and (others.titles_name(phrase) or others.of(phrase) is not None)

    def parts(self, need: Need) -> tuple[Need, ...]:
        """The needs for the things that a need asks for side by side, each within the limits of the whole."""
        alone = [self._parse(part, need.language) for part in need.parts]
        return tuple(part_of(need, each, [other for other in alone if other is not each]) for each in alone)

    def _by_other_names(self, constraints: Constraints, terms: str) -> tuple[Constraints, Meant | None]:
        """The constraints with the kind or category that the terms name by another word than the catalogue's."""
        meant = self._others.of(terms) if self._others else None
        if meant is None or meant.name in constraints.kinds_excluded | constraints.categories_excluded:
            return constraints, None
        names = frozenset({meant.name})
        if meant.field == "kinds":
            return replace(constraints, kinds=names), meant
        return replace(constraints, categories=names), meant

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
        if named.kinds or named.categories or stems(need.terms) & self._heads:
            return True
        titled = self._others is not None and self._others.titles_name(need.terms)
        return titled or asks_for_a_thing(need.english or need.message)

    def _goes_on(self, need: Need) -> bool:
        if self._names_a_product(need):
            return False
        named = need.constraints
        qualities = stems(" ".join(named.brands | named.colours))
        wished = stems(" ".join(p.word for p in need.preferences))
        return len(stems(need.terms) - _SMALL_WORDS - qualities - wished) <= 1

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

    def _stated_as(self, wish: Preference) -> Preference:
        """The wish for what comes first, on the attribute that this catalogue states of those it may speak of."""
        attributes = next((a for a, _ in WISHES.values() if a[0] == wish.attribute), (wish.attribute,))
        stated = next((own for a in attributes if (own := self._own.get(a))), wish.attribute)
        return replace(wish, attribute=stated)

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
        measures: Sequence[Measure],
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
