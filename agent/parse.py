"""The constraint parser: a message becomes a need, by rules and the catalogue's own vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from agent.language import language_of
from agent.lexicon import COLOURS, FILLERS, LIKENESS, NEGATIONS, SAME, WISHES
from agent.quantities import Range, ranges
from retrieval.catalogue import Vocabulary
from retrieval.need import Bound, Constraints, Need, Preference, merged
from retrieval.units import dimension
from retrieval.words import stem, stems

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|,|/|[.;:!?]")
_MAIN_ATTRIBUTE = {"mass": "weight", "volume": "capacity", "noise": "noise", "light": "brightness"}
"""The attribute a bare measure speaks of ('under 1 kg'), if the catalogue states it."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class _Term:
    """A name the catalogue knows, found in the message."""

    field: str
    value: str
    first: int
    last: int
    negated: bool = False


class Parser:
    """Reads messages by one catalogue's vocabulary."""

    def __init__(self, vocabulary: Vocabulary, currency: str | None = None) -> None:
        self.vocabulary = vocabulary
        self.currency = currency
        self._names = sorted(_names(vocabulary), key=lambda entry: -len(entry[0]))

    def parse(self, message: str) -> Need:
        """The need a message states. Never fails: what it does not understand stays in ``terms``."""
        limits = [found for found in ranges(message) if found.unit is None or self._attribute(found, message)]
        rest = _blank(message, (limit.span for limit in limits))
        tokens = [_Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(rest)]
        terms, cut = self._terms(tokens)
        wishes = tuple(self._wishes(tokens, terms))
        constraints = self._constraints(limits, terms, message, tokens)
        kept = _blank(rest, (span for span in cut))
        return Need(
            message=message,
            terms=" ".join(kept.replace(" ,", ",").split()).strip(" ,.;:!?"),
            constraints=constraints,
            preferences=wishes,
            language=language_of(message),
        )

    def refine(self, earlier: Sequence[str], message: str) -> Need:
        """The need of a message that may go on from earlier ones: 'cheaper, and not in red'.

        A message that names no product takes over what the last ones asked for; what it states itself wins.
        """
        need = self.parse(message)
        if not earlier or not self._goes_on(need):
            return need
        before = self.refine(earlier[:-1], earlier[-1])
        return replace(
            need,
            terms=" ".join(part for part in (before.terms, need.terms) if part),
            constraints=merged(before.constraints, need.constraints),
            preferences=tuple(dict.fromkeys(need.preferences + before.preferences)),
        )

    def _goes_on(self, need: Need) -> bool:
        named = need.constraints.kinds or need.constraints.categories
        return not named and len(stems(need.terms) - _SMALL_WORDS) <= 1

    def _terms(self, tokens: list[_Token]) -> tuple[list[_Term], list[tuple[int, int]]]:
        """The catalogue's names in the message, and the spans that say what is not wanted."""
        found: list[_Term] = []
        cut: list[tuple[int, int]] = []
        at = 0
        while at < len(tokens):
            length = _negation(tokens, at)
            excluded, end = self._excluded(tokens, at + length) if length else ([], at)
            if excluded:
                found += excluded
                cut.append((tokens[at].start, tokens[end - 1].end))
                at = end
            elif term := self._name_at(tokens, at):
                found.append(term)
                at = term.last + 1
            else:
                at += 1
        return found, cut

    def _excluded(self, tokens: list[_Token], at: int) -> tuple[list[_Term], int]:
        found: list[_Term] = []
        end = at
        while at < len(tokens):
            if term := self._name_at(tokens, at, after_negation=True):
                found.append(replace(term, negated=True))
                at = end = term.last + 1
            elif tokens[at].word in FILLERS:
                at += 1
            else:
                break
        return found, end

    def _name_at(self, tokens: list[_Token], at: int, *, after_negation: bool = False) -> _Term | None:
        for key, name_field, value in self._names:
            if name_field == "head" and not after_negation:
                continue
            window = tokens[at : at + len(key)]
            if len(window) == len(key) and all(_stem(t.word) == k for t, k in zip(window, key, strict=True)):
                term = _Term(name_field, value, at, at + len(key) - 1)
                if after_negation or _means_it(term, tokens):
                    return term
        return None

    def _wishes(self, tokens: list[_Token], terms: list[_Term]) -> Iterator[Preference]:
        taken = {i for term in terms for i in range(term.first, term.last + 1)}
        for i, token in enumerate(tokens):
            if i in taken or token.word not in WISHES:
                continue
            attributes, direction = WISHES[token.word]
            stated = next((a for a in attributes if a == "price" or a in self.vocabulary.units), None)
            if stated is None:
                continue
            before = [t.word for t in tokens[max(i - 2, 0) : i]]
            negated = "not" in before or "too" in before
            wish = f"not {token.word}" if negated else token.word
            yield Preference(stated, -direction if negated else direction, wish)

    def _constraints(self, limits: list[Range], terms: list[_Term], message: str, tokens: list[_Token]) -> Constraints:
        prices = [limit for limit in limits if limit.unit is None]
        bounds = [
            Bound(attribute, limit.unit, limit.low, limit.high)
            for limit in limits
            if limit.unit is not None and (attribute := self._attribute(limit, message))
        ]

        def named(name_field: str, *, negated: bool = False) -> frozenset[str]:
            return frozenset(t.value for t in terms if t.field == name_field and t.negated == negated)

        kinds = named("kind")
        heads = {t.value for t in terms if t.field == "head"}
        excluded_kinds = {kind for kind in self.vocabulary.kinds if kind.split()[-1] in heads}
        categories = frozenset() if kinds else _head_categories(terms, tokens)
        return Constraints(
            price_min=max((p.low for p in prices if p.low is not None), default=None),
            price_max=min((p.high for p in prices if p.high is not None), default=None),
            brands=named("brand"),
            brands_excluded=named("brand", negated=True),
            categories=categories,
            categories_excluded=named("category", negated=True),
            kinds=kinds,
            kinds_excluded=named("kind", negated=True) | excluded_kinds,
            colours=named("colour"),
            colours_excluded=named("colour", negated=True),
            bounds=tuple(bounds),
        )

    def _attribute(self, limit: Range, message: str) -> str | None:
        """The attribute that a measure limits: one named in the message, else the main one of its dimension."""
        measured = dimension(limit.unit)
        fitting = [a for a, units in self.vocabulary.units.items() if any(dimension(u) == measured for u in units)]
        lower = message.casefold()
        near = [a for a in fitting if a in lower]
        if near:
            return max(near, key=len)
        main = _MAIN_ATTRIBUTE.get(measured or "")
        if main in fitting:
            return main
        return fitting[0] if len(fitting) == 1 else None


_SMALL_WORDS = stems(
    "cheaper lighter show more other another similar prefer please instead what about maybe else thanks"
)


def _names(vocabulary: Vocabulary) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for kind in vocabulary.kinds:
        yield _key(kind), "kind", kind
        if " " in kind:  # 'no knives' excludes kitchen knives; 'a bag' alone may be a backpack, so that stays open
            yield _key(kind)[-1:], "head", kind.split()[-1]
    for category in vocabulary.categories:
        yield _key(category), "category", category
    for brand in vocabulary.brands:
        yield _key(brand), "brand", brand
    known = {word for colour in vocabulary.colours for word in colour.split()}
    for colour in vocabulary.colours | (COLOURS & known):
        yield _key(colour), "colour", colour


def _key(name: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", name.casefold()))


def _stem(word: str) -> str:
    return stem(SAME.get(word, word))


def _means_it(term: _Term, tokens: list[_Token]) -> bool:
    """Whether a name is meant as a constraint where it stands, and not as a comparison or a plain word."""
    before = tokens[term.first - 1].word if term.first else ""
    after = tokens[term.last + 1].word if term.last + 1 < len(tokens) else ""
    if term.field == "brand":
        written = " ".join(t.text for t in tokens[term.first : term.last + 1])
        return before not in LIKENESS - {"with", "for", "to"} and (written[:1].isupper() or len(written) >= 5)
    if term.field == "kind":
        return before not in {"my", "our", "his", "her", "their", "your"}
    if term.field == "colour" and " " not in term.value and term.value not in COLOURS:
        return before == "in" or after in {"coloured", "colour", "one", "ones"}
    return True


def _negation(tokens: list[_Token], at: int) -> int:
    """How many tokens the negation at this place takes, 0 if there is none."""
    for cue in NEGATIONS:
        words = cue.split()
        if [t.word.replace("’", "'") for t in tokens[at : at + len(words)]] == words:
            return len(words)
    return 0


def _head_categories(terms: list[_Term], tokens: list[_Token]) -> frozenset[str]:
    """The categories asked for; in 'books about travel' the one that is asked about is a topic."""
    found = [t for t in terms if t.field == "category" and not t.negated]
    heads = [t for t in found if not t.first or tokens[t.first - 1].word not in {"about", "on", "while", "when"}]
    return frozenset(t.value for t in heads or found)


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans as spaces, so that positions stay."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
