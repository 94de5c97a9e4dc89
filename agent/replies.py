"""What the assistant itself says: closing lines, questions and refusals. Facts in them come from data, not a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retrieval.need import Constraints, Need
from retrieval.suggestion import Suggestion

GREETING = (
    "Hello! Tell me what you are looking for, a price limit or what to avoid, and I will show you what fits and why."
)
THANKS = "You are welcome. If you need anything else, just ask."
ABOUT = (
    "I am this shop's assistant, a program. I look through the catalogue for what you ask, rank it by your question, "
    "your history, price and popularity, and give reasons from "
    "product data and reviews. Every claim has a source you can open."
)
NO_ANSWER = (
    "Our pages do not answer that. Please write to customer service, or ask me about delivery, returns, warranty "
    "or payment."
)
_LANGUAGE = {
    "Han": "抱歉，我目前只能阅读英文。",
    "Cyrillic": "Извините, пока я читаю только по-английски.",
    "Hiragana": "申し訳ありませんが、今は英語しか読めません。",
    "Katakana": "申し訳ありませんが、今は英語しか読めません。",
    "Hangul": "죄송합니다. 지금은 영어만 읽을 수 있습니다.",
    "Arabic": "عذرًا، أستطيع حاليًا قراءة الإنجليزية فقط.",
    "Greek": "Συγγνώμη, προς το παρόν διαβάζω μόνο αγγλικά.",
}


def unread_language(script: str) -> str:
    """The reply to a message in a script that is not read yet, in that script too where we have the words."""
    return " ".join(
        part for part in (_LANGUAGE.get(script), "I can only read English for now; please ask in English.") if part
    )


def closing(
    need: Need, suggestions: Sequence[Suggestion], relaxed: Sequence[str], asked: Constraints, currency: str
) -> str:
    """The line under the cards: the need's notes, then what could not be met and the nearest offer, or how many fit."""
    return _noted(need.notes, _outcome(need, suggestions, relaxed, asked, currency))


def _outcome(
    need: Need, suggestions: Sequence[Suggestion], relaxed: Sequence[str], asked: Constraints, currency: str
) -> str:
    if relaxed:
        wanted = ", ".join(constraint_words(asked, currency))
        nearest = suggestions[0].item
        return (
            f"Nothing in the shop meets all of this: {wanted or need.terms}. "
            f"Leaving aside the {' and the '.join(relaxed)}, "
            f"the nearest is the {nearest.title} at {nearest.price_text}."
        )
    found = "This is the one item that fits" if len(suggestions) == 1 else f"These {len(suggestions)} items fit"
    wanted = ", ".join(constraint_words(need.constraints, currency))
    if wanted:
        return f"{found} what you set: {wanted}. Tell me a price, a colour or a brand to narrow it down."
    return f"{found} best. Tell me a price limit or what to avoid, and I will narrow it down."


def nothing_fits(categories: Iterable[str], notes: Iterable[str] = ()) -> str:
    """The reply where no item has anything to do with the question; ``notes`` are the need's."""
    sold = ", ".join(sorted(categories))
    return _noted(notes, f"I found nothing here that fits that. The shop sells: {sold}. What would you like to see?")


def _noted(notes: Iterable[str], text: str) -> str:
    return " ".join((*notes, text))


def constraint_words(constraints: Constraints, currency: str) -> list[str]:
    """The constraints as a shopper would say them."""
    said = []
    low, high = constraints.price_min, constraints.price_max
    if low is not None and high is not None:
        said.append(f"between {low:g} and {high:g} {currency}")
    elif high is not None:
        said.append(f"up to {high:g} {currency}")
    elif low is not None:
        said.append(f"from {low:g} {currency}")
    for bound in constraints.bounds:
        name = "" if bound.attribute == bound.unit else f"{bound.attribute} "  # not 'pages up to 300 pages'
        if bound.low is not None and bound.high is not None:
            said.append(f"{name}between {bound.low:g} and {bound.high:g} {bound.unit}")
        elif bound.high is not None:
            said.append(f"{name}up to {bound.high:g} {bound.unit}")
        elif bound.low is not None:
            said.append(f"{name}from {bound.low:g} {bound.unit}")
    for names, word in (
        (constraints.kinds, ""),
        (constraints.categories, "in "),
        (constraints.brands, "by "),
        (constraints.colours, ""),
    ):
        if names:
            said.append(word + " or ".join(sorted(names)))
    for names in (
        constraints.colours_excluded,
        constraints.brands_excluded,
        constraints.kinds_excluded,
        constraints.categories_excluded,
    ):
        if names:
            said.append("not " + " or ".join(sorted(names)))
    if constraints.without:
        said.append("without " + " or ".join(sorted(absence.word for absence in constraints.without)))
    return said
