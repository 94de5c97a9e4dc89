"""What a message is taken for, and which ability answers it: the classifier's guess, and what was shown before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent import cues
from agent.assistant import Question
from agent.dialogue import Dialogue
from agent.intents.classifier import Guess, Intent
from agent.items.overview import asks_for_all, asks_for_faults
from agent.memory.remembering import Attended
from agent.need.leading import asks_for_the_first, superlatives
from agent.need.refining import asks_to_change, left_open, undecided
from agent.shop.handoff import Reason as HandoffReason
from agent.shop.offers import codes_in
from agent.words.lexicon import COLOURS
from retrieval.need import Need
from retrieval.words import words

SERVICE_ABOVE = 0.6
"""Probability above which a question is one of service whatever limits it states."""
SERVICE: frozenset[Intent] = frozenset({"support", "order_status", "coupon", "stock", "memory_show", "memory_change"})
TALK: frozenset[Intent] = frozenset({"greeting", "thanks", "goodbye", "about", "off_topic", "abuse", "instructions"})
HARMLESS: frozenset[Intent] = frozenset({"recommend", "refine", "compare", "product_question", "about", "greeting"})
"""Intents that, if sure, outweigh a word that would send the conversation to a person."""
SURE_ABOVE = 0.8
"""The same for a grave word, such as one of an injury."""
NOT_FOR_A_SHOP: frozenset[Intent] = frozenset({"off_topic", "instructions", "abuse"})
OF_ITEMS: frozenset[Intent] = frozenset({"compare", "product_question", "why_this", "why_not", "stock"})
TO_A_PERSON: frozenset[Intent] = frozenset({"handoff", "injury_or_legal"})
ABOUT_GOODS: frozenset[Intent] = frozenset({"recommend", "refine", "compare", "product_question"})
_WHICH = re.compile(
    r"\bwhich (?:one|of (?:them|these|those|the two|the three)|is|has|sleeps|holds|weighs|costs|lasts)\b"
    r"|\bwhich\b.*\b(?:\w+er|more|less|most|least|best|\w+est)\b|哪(?:个|款|件|一个|一款)(?:更|最|比较)",
    re.IGNORECASE,
)
"""A question that sets the items before the shopper against each other."""
_COMPARES = re.compile(
    r"\b(?:compar\w*|differ\w*|versus|vs|between|which|what|both|two|three|all|than|or|best|\w+er|\w+est)\b|[\u3400-\u9fff]",
    re.IGNORECASE,
)
"""Words of a comparison."""
_RULES = re.compile(
    r"\b(?:your|previous|prior|earlier|above|all|these|those|hidden|secret|initial|original|new|internal|system|safety|"
    r"developer|shop['’]?s?)\s+(?:\w+\s+)?(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|restrictions?|"
    r"filters?|limits?|programming|training|messages?|directives?|orders?|context|secrets?|mode|guardrails?"
    r"|settings?)\b"
    r"|\b(?:the|every|any|no|without|follow(?:ing)?)\s+(?:rules?|instructions?|prompt|restrictions?|filters?|limits?)\b"
    r"|\b(?:system|developer|admin(?:istrator)?|root|debug|god|dan|jailbr\w+|unrestricted|unfiltered|uncensored|pwned|"
    r"hacked?|hacker|passwords?|credentials?|api keys?|database|prompt|override|bypass|repeat after me)\b"
    r"|\byou(?: are|['’]re) (?:now|no longer)\b|\bfrom (?:now|this point) on\b|[\u3400-\u9fff]",
    re.IGNORECASE,
)
"""What an attempt on the assistant's instructions speaks of: rules, its prompt, rights, another self from now on."""
_OF_STOCK = re.compile(
    r"\b(?:stock\w*|availab\w*|left|sold|restock\w*|back|reserve|deliverable|inventory|remain\w*|still|how many|get"
    r"|order|buy)\b|货|库存|还有",
    re.IGNORECASE,
)
"""What a question on stock has in it; 'have' alone may ask for a property."""
_THAN = re.compile(r"\bthan\b|比", re.IGNORECASE)
_ALSO = re.compile(
    r"^\s*(?:and|what about|how about|and what about)\b[^?]*\??\s*$|^\s*那?.{1,40}呢[？?]?\s*$", re.IGNORECASE
)
"""A message that asks the same again of something else: 'and the Pulpit?'."""
_APPLIES = re.compile(r"\b(?:work|appl(?:y|ies)|valid|count|use (?:it|that|this)|with it)\b", re.IGNORECASE)
"""Of a coupon: 'does it work for the first one'."""
_OF_SHOP = frozenset({"coupon", "support"})
"""What is asked of the shop, and may be asked again of other goods: 'and for kettles?'."""
_AND_THERE = re.compile(
    r"^\s*(?:and|what about|how about)\s+(?:to|in|for|from|by|with|if|on|at|within|outside|after|before)\b"
    r"|^\s*那?(?:如果|要是)?.{1,12}呢[?？]?\s*$",
    re.IGNORECASE,
)
"""A short question that goes on from one about the shop's service: 'and to Germany?'."""


def intent_of(question: Question, alone: Need, before: Dialogue, meant: tuple[str, ...], guess: Guess) -> Intent:
    """The guess, where what is stated and what was shown do not say otherwise.

    What earlier messages named does not count: 'thanks' after a question is thanks. Nor does a product alone make a
    question of service a wish: 'is there a warranty on headphones'.
    """
    stated = alone.constraints.as_dict()
    if plain := _by_wording(question, before, meant, alone):
        return plain
    if again := _same_again(question, before, meant, alone):
        return again
    if cues.plays_a_part(question.message):  # a guide to play is no wish for what guides carry
        return "instructions" if guess.intent == "instructions" and _RULES.search(question.message) else "off_topic"
    if before.clarified and guess.unsure:
        return "recommend" if before.need is None else "refine"  # an answer to what was asked back
    if guess.intent == "stock" and (instead := _no_stock(question.message, stated, before, meant)):
        return instead
    if guess.intent in SERVICE:
        named = {"kinds", "categories", "brands", "colours"}
        sure = guess.probability >= SERVICE_ABOVE or not stated.keys() - named
        return guess.intent if sure else "recommend"
    if (
        before.need is not None
        and asks_to_change(question.message)
        and (_THAN.search(question.message) or guess.unsure)
    ):
        return "refine"
    if (
        guess.intent in ABOUT_GOODS
        and len(before_them(before)) > 1
        and _WHICH.search(question.message)
        and not stated.get("kinds")
    ):
        return "compare"
    if guess.intent == "compare" and (instead := _no_comparison(question.message, alone, before, meant)):
        return instead
    if guess.intent in TO_A_PERSON | NOT_FOR_A_SHOP and cues.names_no_more_than_a_thing(question.message):
        return "recommend" if before.need is None else "refine"  # 'the stove' tells of no burn
    if alone.parts and guess.intent in NOT_FOR_A_SHOP:
        return "recommend"  # two things in one breath, and one of them sold here
    if guess.intent in TALK or guess.unsure:
        return _talk(question, guess, before, stated=bool(stated)) or _settled(guess, before, meant)
    return _settled(guess, before, meant)


def _no_stock(message: str, stated: Mapping[str, object], before: Dialogue, meant: tuple[str, ...]) -> Intent | None:
    """What a message comes to that was guessed to ask for stock, and asks for goods or a property; None if it does."""
    if len(meant) > 1 and not _OF_STOCK.search(message):
        return "product_question"  # 'do any of them have a hood'
    if stated.get("kinds") and not meant:
        return "recommend"  # 'do you have running shoes' is answered by what there is
    if before.need is not None and COLOURS & words(message):
        return "refine"  # 'do you have it in blue'
    if stated.get("colours") and not meant:
        return "recommend" if before.need is None else "refine"  # '灰色有吗' asks for another colour
    return None


def _no_comparison(message: str, alone: Need, before: Dialogue, meant: tuple[str, ...]) -> Intent | None:
    """What a message comes to that was guessed to compare, and sets nothing against another; None if it does."""
    if len(meant) > 1:
        return None
    if alone.constraints.kinds:
        return "recommend"  # 'which headphones cancel noise' asks for some, and compares none
    goes_on: Intent = "recommend" if before.need is None else "refine"
    if superlatives(message) and len(before_them(before)) < 2:
        return goes_on  # 'which is best rated' of one card, or of none
    return None if before.need is None or _COMPARES.search(message) else goes_on  # 'noise cancelling?'


def _talk(question: Question, guess: Guess, before: Dialogue, *, stated: bool) -> Intent | None:
    """What a guess that leads away from the shelves comes to; None where it is as it was guessed."""
    if _far_from_goods(guess, before) and not stated:
        return "off_topic"
    if guess.unsure and guess.intent in TALK | TO_A_PERSON:
        return "recommend"  # too weak to leave the shelves for
    if guess.intent in TALK and stated:
        return "recommend"
    if guess.intent == "instructions" and not _RULES.search(question.message):
        return "off_topic"  # a tutor's part to play, a text to write: not for a shop, and no attempt on the assistant
    return None


def _far_from_goods(guess: Guess, before: Dialogue) -> bool:
    """Whether the two likeliest intents of an unsure guess at the start both lead away from the shelves."""
    likely = {guess.intent, guess.runner_up}
    away = bool(likely & NOT_FOR_A_SHOP) and likely <= NOT_FOR_A_SHOP | {"handoff", "about"}
    return guess.unsure and away and before.need is None


def opens(message: str, before: Dialogue) -> bool:
    """Whether the message says that a limit which holds so far no longer matters."""
    return before.need is not None and left_open(before.need, message) != before.need


def _by_wording(question: Question, before: Dialogue, meant: tuple[str, ...], alone: Need) -> Intent | None:
    """The intent of a message whose wording leaves no doubt; what it is then answered with is the ability's part."""
    message = question.message
    if question.removed and not message.strip():
        return "refine"
    if cues.overrides(message):
        return "instructions"
    if any(named.sure for named in codes_in(message)):
        return "coupon"
    if cues.wants_to_buy(message) or (before.shown and cues.short_reply(message)):
        return "thanks"
    if meant and cues.asks_how_to_get(message):
        return "why_not"
    if meant and cues.sets_beside(message) and not asks_to_change(message):
        return "compare"
    if cues.tells_of_damage(message) or cues.gives_back(message):
        return "support"
    goes_on: Intent = "recommend" if before.need is None else "refine"
    if (before.shown and cues.asks_for_more(message)) or undecided(message) or asks_for_the_first(message, alone):
        return goes_on
    if (meant or before.about) and _about_an_item(message, meant):
        return "product_question"
    if before.need is not None and cues.names_a_size(message):
        return goes_on
    return "refine" if opens(message, before) else None


def _about_an_item(message: str, meant: tuple[str, ...]) -> bool:
    """Whether the message asks of an item what needs no naming: its faults, its price, whether it is any good."""
    if asks_for_faults(message) or asks_for_all(message) or cues.asks_opinion(message):
        return True
    return len(meant) == 1 and cues.asks_the_price(message)


def before_them(before: Dialogue) -> tuple[str, ...]:
    """The items that the shopper has before them: those last compared, else those last shown."""
    return before.about if len(before.about) > 1 else before.shown


def _same_again(question: Question, before: Dialogue, meant: tuple[str, ...], alone: Need) -> Intent | None:
    """The intent of the last turn, where the message only names something else to ask it of."""
    last = before.said[-1].intent if before.said else ""
    message = question.message
    if last == "support" and not meant and not alone.constraints.as_dict() and _AND_THERE.match(message):
        return "support"
    if last == "order_status" and _ALSO.match(message):
        return "order_status"
    names = bool(meant or alone.constraints.kinds or alone.constraints.categories)
    if last == "coupon" and meant and _APPLIES.search(message):
        return "coupon"
    if last in _OF_SHOP and names and _ALSO.match(message) and not superlatives(message):
        return last  # type: ignore[return-value]
    asks = last in {"stock", "product_question", "why_this", "why_not"}
    return last if asks and meant and _ALSO.match(message) else None  # type: ignore[return-value]


def _settled(guess: Guess, before: Dialogue, meant: tuple[str, ...]) -> Intent:
    """A wish where what is asked about cannot be known, and where the guess is not to be relied on."""
    if guess.unsure and guess.intent in OF_ITEMS and guess.runner_up in {"recommend", "refine"} and not meant:
        return guess.runner_up
    if guess.unsure and guess.runner_up == "refine" and before.need is not None and not meant:
        return "refine"
    if guess.intent == "refine" and before.need is None:
        return "recommend"
    return guess.intent


def route_of(
    intent: Intent, before: Dialogue, meant: tuple[str, ...], attended: Attended, leaves: HandoffReason | None
) -> tuple[str, tuple[str, ...]]:
    """The node that answers, and the items that it is about."""
    if leaves is not None or intent in TO_A_PERSON:
        return "leave", meant
    if attended.alone or (intent in {"memory_show", "memory_change"} and attended.said):
        return "remember", ()
    if intent in {"recommend", "refine"} or intent in {"memory_show", "memory_change"}:
        return "find", meant
    if intent in OF_ITEMS:
        about = _about(intent, before, meant)
        if intent == "compare":
            return intent, about  # with nothing to compare it is asked which items are meant
        return (intent, about) if about else ("support" if intent == "stock" else "find", meant)
    if intent == "coupon":
        return "coupon", meant or before.about or before.shown
    return {"support": "support", "order_status": "orders"}.get(intent, "talk"), meant


def _about(intent: Intent, before: Dialogue, meant: tuple[str, ...]) -> tuple[str, ...]:
    """The items that a question on items is about: those named, else those last spoken of or shown."""
    if intent == "compare":
        if len(meant) > 1:
            return meant
        beside: tuple[str, ...] = before.about if len(before.about) == 1 else ()
        if len(meant) == 1 and meant[0] not in before_them(before):
            beside = beside or before.about or before.shown
        if len(meant) == 1 and beside and beside[0] != meant[0]:
            return (beside[0], meant[0])  # 'which is cheaper, compared with the Brume'
        compared = before_them(before)[:4] if len(before_them(before)) > 1 else ()
        # who leads in what is asked ('which is the lightest') comes first, and is spoken of from then on
        return tuple(sorted(compared, key=lambda item_id: item_id not in meant))
    if intent == "why_not":
        return meant[:1]
    if intent in {"product_question", "stock"} and len(meant) > 1:
        return meant
    return (meant or before.about or before.shown)[:1]
