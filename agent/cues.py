"""What a message is by its wording alone: a bare yes or no, a wish to buy, a question whether something is sold."""

from __future__ import annotations

import re

_BASKET = re.compile(
    r"\b(?:add|put)\b.{1,60}\b(?:basket|cart|trolley|bag)\b"
    r"|\b(?:i['’]ll|i will|i want to|let me|can i) (?:buy|order|take) (?:it|this|that|them)(?: one)?(?: now)?[.!?]*$"
    r"|\b(?:check ?out|(?:my|the) (?:cart|basket))\b|购物车|我要下单|(?:帮我)?下单吧?$"
    r"|就(?:买|要|选|拿|定)(?:这|那|它)[个款件双本]?(?:吧|了|啦)*[。.!！]*$|就(?:要|买|选|拿)最?.{1,6}[那这][个款件双本](?:吧|了)*[。.!！]*$|就(?:是)?(?:它|这个)了|^我?买了(?:吧)?[。.!！]*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"no+|nope|nah|not really|no,? (?:thanks|thank you)|not (?:these|those|them)"
    r"|不|不要了?|不是|不行|不好|算了|不用了|都不(?:要|行|喜欢|满意)了?",
    re.IGNORECASE,
)
_YES = re.compile(
    r"yes|yep|yeah|ok(?:ay)?|sure|good|great|nice|perfect|cool|fine|sounds good|好|好的|行|可以|嗯+|是|是的|不错",
    re.IGNORECASE,
)
_TO_GET = re.compile(
    r"\bwhat (?:would|do|must|should) i (?:have to |need to )?(?:change|do|give up|say)\b.*\b(?:get|see|for)\b",
    re.IGNORECASE,
)
_SOLD = re.compile(
    r"^\W*(?:hi\W+|hello\W+)?do you (?:also |even )?(?:sell|stock|carry)\b|有.{1,12}卖吗|卖.{1,12}吗", re.IGNORECASE
)


def short_reply(message: str) -> str | None:
    """The text that answers a message which is no more than a no or a yes; None for every other."""
    bare = message.strip(" .!,。！，~")
    return "what_else" if _NO.fullmatch(bare) else "gladly" if _YES.fullmatch(bare) else None


def wants_to_buy(message: str) -> bool:
    """Whether the message wants something put into a basket or ordered, which is done on the shop's own pages."""
    return _BASKET.search(message) is not None


def asks_for_goods(message: str) -> bool:
    """Whether the message asks if something is sold here."""
    return _SOLD.search(message) is not None


def asks_how_to_get(message: str) -> bool:
    """Whether the message asks what would bring an item in: 'what would I have to change to get the Brume'."""
    return _TO_GET.search(message) is not None
