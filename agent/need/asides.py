"""Messages of two parts: what is only said before a question ("lol worth a try.", "那算了，还是它吧。"), and it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.chinese.script import folded
from agent.need.references import References

_ENDS = re.compile(r"(?<=[.!…:)(])\s+(?=\S)|(?<=[。！~～；])\s*(?=\S)|\n+")
"""Where a sentence that asks nothing ends, and another begins; 'at 3.5 kg' is one."""
_ASKS = re.compile(
    r"[?？]|^\W*(?:and |but |so )?(?:what|which|who|where|when|why|how|is|are|do|does|did|can|could|will|would|has|have"
    r"|any)\b|[吗么呢啥几]|多少|什么|怎么|如何|哪|谁|有没有|([\u4e00-\u9fff])不\1",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"(?:(?:ok(?:ay)?|o+h+|ah+|a?hm+|mm+|um+|uh+|well|so|yes|yeah|yep|no|nope|nah|right|all ?right|fine|good|great|nice"
    r"|cool|perfect|lovely|super|wow|lol|rofl|ha(?:ha)+|he(?:he)+|thanks?(?: you| a lot| so much)?|thx|ty|cheers|sorry"
    r"|got it|i see|understood|makes sense|fair enough|(?:that['’]?s )?good to know|no worries|no problem|never ?mind"
    r"|worth a (?:try|shot|go)|just (?:kidding|joking|trying|asking)|oh well|too bad|(?:what a )?pity|then|let me see"
    r"|好的?|好吧|好嘞|行吧?|嗯+|哦+|噢|哈哈+|嘿嘿|谢谢|多谢|不好意思|抱歉|明白了?|懂了|知道了|这样啊|原来如此"
    r"|(?:那就?)?算了(?:吧)?|没事|没关系|可惜|试试而已|开玩笑)(?:[\s,.!…:;)(，。！~～、啊啦呀哈]+|$))+",
    re.IGNORECASE,
)
"""A sentence that says nothing of what is wanted."""
_SETTLES = re.compile(
    r"\b(?:i['’]?ll|i will|i['’]d rather|let['’]?s|we['’]?ll|stick with|go(?:ing)? (?:with|for|back to)|back to"
    r"|settle (?:for|on)|rather|instead|then)\b|还是|就(?:要|买|选|拿|定|它|这|那)|那就|换回|回到",
    re.IGNORECASE,
)
"""A sentence that turns something down for an item, or settles on it."""


@dataclass(frozen=True, slots=True)
class Parted:
    """A message in two: ``aside`` is what was only said before ``asks``, which is the whole message if nothing was."""

    asks: str
    aside: str = ""

    def items(self, references: References, shown: Sequence[str], focus: str | None) -> tuple[str, ...]:
        """The items that the question means, else those on which was settled before it; see `References.of`."""
        chosen = references.of(folded(self.aside), shown, focus) if self.aside else ()
        return references.of(folded(self.asks), shown, (*chosen, focus)[0]) or chosen


def parted(message: str, names_an_item: Callable[[str], bool]) -> Parted:
    """A message without the sentences before its question that only chatter, or settle on an item that they name.

    All is kept of a message that asks nothing after them, and from the first sentence on that says more.
    """
    at = 0
    for end in [match.end() for match in _ENDS.finditer(message)]:
        said = message[at:end].strip()
        if not _is_aside(said, names_an_item) or not _ASKS.search(message[end:]):
            break
        at = end
    return Parted(message[at:], message[:at].strip())


def _is_aside(said: str, names_an_item: Callable[[str], bool]) -> bool:
    if _CHATTER.fullmatch(said):
        return True
    return not _ASKS.search(said) and _SETTLES.search(said) is not None and names_an_item(said)
