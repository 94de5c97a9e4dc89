"""An item as a whole: what there is to know of it, and what its customers find fault with."""

from __future__ import annotations

import re

from agent.chinese.script import folded
from agent.items.item_facts import facts_of
from agent.items.product_question import ItemAnswer
from agent.reasons.drawback import drawback_of
from agent.texts import Texts
from retrieval.catalogue import Item
from retrieval.evidence import EvidenceKind, numbered
from retrieval.snippets import sentences

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
_SENTENCES = 2


def asks_for_faults(message: str) -> bool:
    """Whether the message asks what is wrong with an item."""
    return _FAULTS.search(folded(message)) is not None


def asks_for_all(message: str) -> bool:
    """Whether the message asks about an item without saying what."""
    return _MORE.search(folded(message)) is not None and _OF_ANOTHER.search(message) is None


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
