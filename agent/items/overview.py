"""An item as a whole: what there is to know of it, and what its customers find fault with."""

from __future__ import annotations

import math
import re

from agent.chinese.script import folded
from agent.items.item_facts import facts_of
from agent.items.product_question import ItemAnswer
from agent.reasons.drawback import drawback_of
from agent.texts import Texts
from retrieval.catalogue import Item, Review
from retrieval.evidence import EvidenceKind, numbered
from retrieval.snippets import sentences
from retrieval.words import stems

_FAULTS = re.compile(
    r"\b(?:complain\w*|complaints?|drawbacks?|downsides?|disadvantages?|cons|weak(?:ness(?:es)?| points?)|criticis\w+|"
    r"(?:bad|negative|worst) (?:reviews?|points?|things?|sides?)|what(?:['’]s| is) (?:wrong|bad|not (?:so )?good)|"
    r"(?:don['’]t|do not) (?:people|customers|buyers|they|reviewers) like|(?:people|customers|buyers|reviewers) "
    r"(?:dislike|hate|not like))\b|缺点|差评|不满意|不好的地方|吐槽|抱怨|哪里不好|有什么问题"
    r"|说(?:它|这个)?不好|(?:有|什么)毛病|不足|短板|哪里不行|嫌",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:(?:tell|show|give) me (?:(?:some|a (?:bit|little)) )?(?:more|about)|more (?:info\w*|details?|about)|"
    r"details?|describe|what (?:is|are) (?:it|this|that|the \w+(?: \w+)?) like|"
    r"anything else (?:about|i should know))\b|详细|介绍一下|多说一点"
    r"|[讲说写]了?(?:的是)?(?:什么|啥)|什么内容|(?:评价|口碑|反馈)(?:怎么样|如何|好吗|好不好)"
    r"|(?:顾客|买家|别人|大家|用过的人|买过的人)(?:都|们)?(?:是)?(?:怎么说|怎么评价|评价|觉得)",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(r"\babout (?:your|delivery|returns?|shipping|payment|warranty|you)\b", re.IGNORECASE)
_POINTING = stems(
    "first second third fourth fifth last one ones two three what about how the that this nice great good ok okay cool "
    "please and so then take i'll i'd like want give me it look looks looking interesting interested love think "
    "let's go "
    "hmm well yes tell item option number fine perfect thanks buy i prefer rather"
)
_SENTENCES = 2
_LIKED = 4
"""Stars from which on a review may speak for an item."""


def asks_for_faults(message: str) -> bool:
    """Whether the message asks what is wrong with an item."""
    return _FAULTS.search(folded(message)) is not None


def asks_for_all(message: str) -> bool:
    """Whether the message asks about an item without saying what."""
    return _MORE.search(folded(message)) is not None and _OF_ANOTHER.search(message) is None


def points_only(message: str, item: Item) -> bool:
    """Whether a message says no more than which item it means: 'what about the third one?', 'the Plover please'."""
    return not stems(message) - _POINTING - stems(item.title) - stems(item.kind)


def opinions(item: Item, texts: Texts) -> ItemAnswer:
    """How an item is rated, its best liked review, and what customers find fault with; that nobody has, if so.

    Of several that like it equally that one is quoted which speaks most of the item: the longest may speak of anything.
    """
    if item.mean_rating is None:
        said = texts.say("overview.no_reviews", title=item.title, count=0)
        return ItemAnswer(said, (), abstained=True)
    best = max(item.reviews, key=lambda review: (review.rating, _of_the_item(review, item)))
    key = "overview.rated_one" if len(item.reviews) == 1 else "overview.rated"
    parts = [texts.say(key, stars=f"{item.mean_rating:.1f}", count=len(item.reviews))]
    rows: list[tuple[EvidenceKind, str, str]] = []
    if best.rating >= _LIKED and best.text:
        parts.append(texts.say("question.writes", stars=f"{best.rating:g}", text=best.text))
        rows.append(("review", best.text, f"review of {item.title}"))
    if (found := drawback_of(item, texts)) is not None:
        parts.append(found[0].text)
        rows += [(each.kind, each.text, each.source) for each in found[1]]
    return ItemAnswer(texts.say("between_sentences").join(parts), numbered(rows))


def _of_the_item(review: Review, item: Item) -> float:
    """How far a review says what is said of the item elsewhere: the words in common over the root of all its words."""
    said = stems(review.text)
    others = " ".join(each.text for each in item.reviews if each is not review)
    known = stems(f"{item.title} {item.description} {others} {' '.join(a.text for a in item.attributes)}")
    return len(said & known) / math.sqrt(len(said)) if said else 0.0


def price(item: Item, texts: Texts) -> ItemAnswer:
    """What an item costs."""
    rows: list[tuple[EvidenceKind, str, str]] = [("attribute", f"price: {item.price_text}", f"price of {item.title}")]
    said = texts.say("overview.price", title=item.title, price=texts.price(item.price, item.currency))
    return ItemAnswer(said, numbered(rows))


def faults(item: Item, texts: Texts) -> ItemAnswer:
    """What customers find fault with, counted and quoted; or that none of them does."""
    found = drawback_of(item, texts)
    if found is not None:
        claim, evidence = found
        return ItemAnswer(claim.text, evidence)
    key = "overview.no_faults" if item.reviews else "overview.no_reviews"
    return ItemAnswer(texts.say(key, title=item.title, count=len(item.reviews)), (), abstained=not item.reviews)


def overview(item: Item, texts: Texts) -> ItemAnswer:
    """The beginning of the shop's description, what else it states, and how the item is rated."""
    said = " ".join(sentences(item.description)[:_SENTENCES])
    facts = [fact for fact in facts_of(item) if fact.kind == "attribute"]
    rows: list[tuple[EvidenceKind, str, str]] = [("attribute", fact.text, fact.source) for fact in facts]
    parts = [texts.say("overview.described", title=item.title, text=said)] if said else []
    if said:
        rows.insert(0, ("attribute", said, f"description of {item.title}"))
    parts.append(texts.say("overview.facts", facts=texts.say("comma").join(fact.text for fact in facts)))
    if item.mean_rating is not None and item.reviews:
        parts.append(texts.say("overview.rated", stars=f"{item.mean_rating:.1f}", count=len(item.reviews)))
    return ItemAnswer(texts.say("between_sentences").join(parts), numbered(rows))
