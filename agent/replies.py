"""What the assistant itself says: closing lines, questions and refusals. Facts in them come from data, not a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.items.unmet import Unmet
from agent.texts import Texts, unread_in
from retrieval.need import Constraints, Need
from retrieval.suggestion import Suggestion

EN = Texts.of("en")


def unread_language(script: str) -> str:
    """The reply to a message in a script that is not read, in that script too where we have the words."""
    return " ".join(part for part in (unread_in(script), EN.say("unread")) if part)


_NAMED = 3
"""Of what a shopper does not want, what is named; of more it is said how many there are."""
_LISTED = 12
"""Categories that a reply lists, save that one or two more are not counted but named."""
TALK = (
    "greeting",
    "thanks",
    "goodbye",
    "off_topic",
    "abuse",
    "instructions",
    "basket",
    "what_else",
    "gladly",
    "take_your_time",
)
"""What has a reply of its own; of what is left, the assistant says what it is."""


def talk(intent: str, texts: Texts) -> str:
    """The reply to small talk, to what is not for a shop, and to questions about the assistant."""
    return texts.say(intent if intent in TALK else "about")


def answer(text: str, texts: Texts) -> str:
    """The shop's own answer, in its own words; in another language than those, it is said whose they are."""
    return texts.say("own_words", text=text)


def closing(
    need: Need,
    suggestions: Sequence[Suggestion],
    relaxed: Sequence[str],
    asked: Constraints,
    currency: str,
    *,
    missed: str = "",
) -> str:
    """The line under the cards: the need's notes, then what could not be met and the nearest offer, or how many fit.

    Args:
        missed: what of the wish none of the cards has, in a sentence (`unnamed`, `lacking`).
    """
    texts = Texts.of(need.language)
    met = asked if relaxed else need.constraints
    wanted = texts.say("comma").join(constraint_words(met, currency, texts))
    said = (
        _nearest(wanted or need.terms, suggestions[0], relaxed, texts, seen=bool(asked.items_excluded))
        if relaxed
        else missed or _found(wanted, len(suggestions), texts)
    )
    return _noted(need.notes, said, texts)


def unnamed(thing: str, texts: Texts) -> str:
    """That no item is called what was asked for."""
    return texts.say("closing.unnamed", thing=thing)


def lacking(unmet: Unmet, texts: Texts) -> str:
    """That a wish is said of none of the cards, and the item it is said of."""
    if unmet.nearest is None:
        return texts.say("closing.unmet", wish=unmet.wish)
    item = unmet.nearest
    return texts.say("closing.unmet_nearest", wish=unmet.wish, title=item.title, price=item.price_text)


def _nearest(wanted: str, suggestion: Suggestion, relaxed: Sequence[str], texts: Texts, *, seen: bool) -> str:
    """That nothing, or nothing else, meets what is wanted, and what comes nearest once something is left aside."""
    nearest = suggestion.item
    left = texts.say("closing.and_the").join(texts.say(f"relaxed.{name}") for name in relaxed)
    key = "closing.relaxed_else" if seen else "closing.relaxed"
    return texts.say(key, wanted=wanted, relaxed=left, title=nearest.title, price=nearest.price_text)


def _found(wanted: str, count: int, texts: Texts) -> str:
    found = texts.say("closing.one") if count == 1 else texts.say("closing.several", count=count)
    return texts.say("closing.wanted", found=found, wanted=wanted) if wanted else texts.say("closing.open", found=found)


def sold_here(categories: Iterable[str], texts: Texts) -> str:
    """What the shop sells, in a list; of many categories the first, and how many more there are."""
    names = sorted(categories)
    listed = texts.say("comma").join(
        texts.word(name) for name in (names if len(names) <= _LISTED + 2 else names[:_LISTED])
    )
    left = len(names) - _LISTED
    return texts.say("and_more", listed=listed, count=left) if left > 2 else listed


def nothing_fits(categories: Iterable[str], notes: Iterable[str] = (), texts: Texts = EN) -> str:
    """The reply where no item has anything to do with the question; ``notes`` are the need's."""
    sold = sold_here(categories, texts)
    return _noted(notes, texts.say("closing.nothing", sold=sold), texts)


def _noted(notes: Iterable[str], text: str, texts: Texts) -> str:
    return texts.say("between_sentences").join((*notes, text))


def constraint_words(constraints: Constraints, currency: str, texts: Texts = EN) -> list[str]:
    """The constraints as a shopper would say them."""
    said = _limit("", constraints.price_min, constraints.price_max, texts.currency(currency), texts)
    for bound in constraints.bounds:
        # not 'pages up to 300 pages'
        same = bound.attribute == bound.unit
        name = "" if same else texts.say("limit.name", attribute=texts.word(bound.attribute))
        said += _limit(name, bound.low, bound.high, texts.unit(bound.unit, bound.attribute), texts)
    for key in ("kinds", "categories", "brands", "colours"):
        if names := getattr(constraints, key):
            said.append(texts.say(f"limit.{key}", names=texts.either(names)))
    for key in ("colours", "brands", "kinds", "categories"):
        if names := getattr(constraints, f"{key}_excluded"):
            said.append(texts.say("limit.excluded", names=texts.either(names)))
    if constraints.without:
        said.append(texts.say("limit.without", names=_few(sorted(a.word for a in constraints.without), texts)))
    return said


def _few(names: Sequence[str], texts: Texts) -> str:
    """Names as alternatives; of many, such as all that a vegan leaves out, the first and how many more there are."""
    if len(names) <= _NAMED:
        return texts.either(names)
    listed = texts.say("comma").join(texts.word(name) for name in names[:_NAMED])
    return texts.say("and_more", listed=listed, count=len(names) - _NAMED)


def _limit(name: str, low: float | None, high: float | None, unit: str, texts: Texts) -> list[str]:
    """A range in words, or nothing if it has no end."""
    if low is None and high is None:
        return []
    key = "between" if low is not None and high is not None else "high" if high is not None else "low"
    numbers = {"low": None if low is None else f"{low:g}", "high": None if high is None else f"{high:g}"}
    return [texts.say(f"limit.{key}", name=name, unit=unit, **numbers)]
