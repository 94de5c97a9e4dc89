"""How shoppers wrap what they ask for, and how to unwrap it: 'I need a light tent please' -> 'light tent'."""

from __future__ import annotations

import re

from retrieval.words import stems

_ASK = r"(?:show|find|recommend|suggest|give|get|help|tell)"
_WANT = r"(?:need|want|wanna|like|love|wish|prefer)"
_TO = r"(?:to\s+(?:buy|get|find|see|have|order|spend|pay|purchase|know|look\s+at|give))"
_LEAD = re.compile(
    r"(?:"
    r"(?:hi|hello|hey|good\s+(?:morning|afternoon|evening|day))(?:\s+there)?|"
    r"please|pls|hmm+|um+|uh+|oh|ah|"
    rf"(?:can|could|would|will)\s+you\s+(?:please\s+)?{_ASK}(?:\s+(?:me|us))?(?:\s+(?:with|to\s+(?:find|choose)"
    rf"|find|choose))?|"
    r"(?:do|have)\s+(?:you|u|ya|y['’]?all)\s+(?:have|sell|stock|carry|offer|got|know)(?:\s+any)?|"
    r"(?:i|we)(?:['’]m|['’]re|\s+am|\s+are)?\s+(?:just\s+|also\s+|still\s+|really\s+)?"
    r"(?:looking|searching|hunting|shopping)\s+(?:for|to\s+(?:buy|get|find))|"
    r"(?:(?:i|we)(?:['’]ve|\s+have)\s+been\s+)?(?:just\s+)?(?:looking|searching|hunting|shopping)\s+(?:for"
    r"|to\s+(?:buy|get|find))|"
    r"(?:i|we)(?:['’]m|['’]re|\s+am|\s+are)\s+after|"
    r"(?:(?:i|we)(?:['’]m|['’]re|\s+am|\s+are)\s+)?(?:thinking\s+of\s+(?:getting|buying)|in\s+need\s+of)|ideally|"
    rf"(?:i|we)(?:['’]d|\s+would|\s+do)?\s+(?:not\s+|don['’]?t\s+)?(?:just\s+|also\s+|really\s+)?{_WANT}(?:\s+{_TO})?|"
    rf"(?:need|want|wanna)\s+(?=(?:an?|some|the|{_TO})\b)|"
    rf"(?:can|could|may)\s+(?:i|we)\s+(?:please\s+)?(?:have|get|see|buy)|(?:where|how)\s+can\s+i\s+(?:get|buy|find)|"
    r"(?:i|we)\s+have|"
    rf"{_ASK}\s+(?:me|us)(?:\s+(?:find|choose|pick))?|(?:recommend|suggest|find)|"
    r"is\s+there|are\s+there|(?:what|which)\s+(?:do\s+you\s+have|would\s+you\s+(?:recommend|suggest|buy|(?:pick"
    r"|choose)(?:\s+as)?))|"
    r"(?:what['’]?s|what\s+(?:is|are)|which\s+(?:is|are)|who\s+has)(?:\s+the)?|what\s+about|how\s+about|what|which|"
    r"(?:let['’]?s\s+)?(?:go(?:ing)?\s+)?back\s+to|now|just|rather|instead|first|got\s+any|ok(?:ay)?|well|and|but"
    r"|or|so|then|also|on|maybe|actually|"
    r"an|a|the|some|any"
    r")(?![\w'’-])[\s!]*",
    re.I,
)
"""What a clause may begin with that says nothing of the product."""
_TAIL = re.compile(
    r"\s+(?:and|but|or|nor|of|with|for|at|by|from|that|which|is|are|be|it|i|in|a|an|the|to|costs?|costing|priced?"
    r"|price|"
    r"weigh(?:s|ing)?|weight|please|pls|thanks|thank\s+you|if\s+possible|can\s+i\s+(?:get|have|buy)|"
    r"then|too|also|again|do\s+you\s+(?:have|sell|recommend|suggest)|would\s+you\s+(?:recommend|suggest)|are\s+there|ideally|instead|"
    r"(?:i|we)\s+(?:could|can|would|will)(?:\s+go)?|(?:for|since)\s+(?:weeks|months|days|ages|a\s+while)"
    r"|in\s+your\s+(?:shop|store)|would\s+be\s+(?:great|nice|lovely|perfect))$",
    re.I,
)
"""What is left hanging at a clause's end once prices and exclusions are taken out."""
_EMPTY = stems(
    "could can nearest closest have got anything everything something nothing one ones must should cost spend budget "
    "price fine no yes yeah"
)
_DROPPED = re.compile(r"\b([A-Za-z]{3,}in)(?:['’](?!\w)|\b(?!['’]))")
_LOOKING = frozenset({"looking", "searching", "shopping", "hunting", "thinking"})
_STRAY = re.compile(r"(?<!\S)[^\w\s&]+(?!\S)")


def search_terms(text: str) -> str:
    """What is searched for in a message whose prices and exclusions are blank already."""
    clauses = (_unwrapped(clause) for clause in re.split(r"[,;!?]|[.:](?=\s|$)", text))
    return ", ".join(clause for clause in clauses if clause)


def with_g(text: str, doing: frozenset[str]) -> str:
    """The text with a dropped g put back where the shop writes the word with it: 'runnin', 'hikin''.

    Args:
        doing: words for what is done, as the shop writes them.
    """

    def whole(match: re.Match[str]) -> str:
        known = f"{match[1]}g".casefold() in doing | _LOOKING
        return f"{match[1]}g" if known else match[0]

    return _DROPPED.sub(whole, text)


def _unwrapped(clause: str) -> str:
    clause = " ".join(_STRAY.sub(" ", clause).split())
    while clause and (lead := _LEAD.match(clause)):
        clause = clause[lead.end() :]
    while tail := _TAIL.search(f" {clause}"):
        clause = f" {clause}"[: tail.start()].strip()
    return clause if stems(clause) - _EMPTY else ""
