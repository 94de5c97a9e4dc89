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
_PART = re.compile(
    r"\b(?:pretend|act|behave|role[- ]?play|imagine|speak|talk|respond|answer|reply|write)\b(?:\s+\w+){0,2}?\s+"
    r"(?:(?:that\s+)?you(?:['’]re|\s+are|\s+were)|(?:as|like)(?:\s+(?:if\s+you|a|an|my|the)\b)|to\s+be\b)"
    r"|\b(?:play|take on|assume)\s+(?:the\s+)?(?:role|part)\s+of\b"
    r"|\byou(?: are|['’]re) now (?:my|a|an)\b|\bfrom now on,? you(?: are|['’]re|['’]ll be| will be)\b"
    r"|(?:假装|扮演|假设)你|你(?:现在)?(?:扮演|假装)",
    re.IGNORECASE,
)
_OVERRIDES = re.compile(
    r"\b(?:ignore|disregard|forget|bypass|override|drop|skip|break|violate|stop following)\s+"
    r"(?:(?:all|any|every|each|of|about)\s+)*(?:your|(?:the|these|those|all|any|my)?\s*(?:previous|prior|earlier|above|system|hidden|original))\s+"
    r"(?:\w+\s+){0,2}?(?:instructions?|rules?|prompts?|guidelines?|polic(?:y|ies)|restrictions?|programming|training"
    r"|directives?|guardrails?|safeguards?|messages?)\b"
    r"|(?:忽略|无视|忘掉|忘记|绕过|不要?遵守|别管|跳过)(?:掉|了)?(?:你|之前|以前|上面|前面|以上|所有|全部|系统|原来|一切|任何|的)+"
    r"(?:规则|指令|指示|设定|提示词?|限制|命令|准则)",
    re.IGNORECASE,
)
_BROKE = re.compile(
    r"\b(?:bought|ordered|got|received|purchased|have had|sent me|delivered|my)\b.{1,60}\b"
    r"(?:broke(?:n)?|cracked|damaged|faulty|"
    r"defective|torn|leaks|(?:does|do)(?:n['’]?t| not) work|not working|stopped working|fell apart|dead"
    r"|wrong (?:one|item|size|colou?r))\b"
    r"|\barrived (?:broken|damaged|cracked|torn|late|open(?:ed)?)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:compared? (?:it |that |this |them )?(?:to|with|against)|(?:versus|vs\.?)\s+the\b"
    r"|differen(?:ce|t) (?:to|from))"
    r"|(?:跟|和|与|同).{1,40}(?:(?:比|比较|对比|相比|比起来|比一比)(?:一下|看看|起来)?(?:呢|怎么样|怎样|如何|吧|吗)?"
    r"|(?:有)?(?:什么|啥|哪些)?(?:区别|不同|差别)(?:在哪|吗|呢|是什么|是啥)?)\W*$",
    re.IGNORECASE,
)
_GIVES_BACK = re.compile(
    r"\b(?:want|like|need|have|going|wish|decided|trying) to (?:return|swap|exchange|(?:send|bring|give|take"
    r"|ship)(?: \w+){0,3}? back)\b",
    re.IGNORECASE,
)
_MORE_OF_THEM = re.compile(
    r"(?:(?:ok(?:ay)?|and|please|can you|could you)[\s,]+)*(?:show|give|got|any|have you)(?: me| us)?(?: any"
    r"| some)? more"
    r"(?: (?:of (?:them|these|those|that)|options|choices|ones|like (?:this|these|that|those)))?(?:[\s,]+please)?",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"\b(?:in )?(?:a )?size (?:\d{1,3}(?:[.,]5)?|x{0,3}[sml]|small|medium|large)\b|^\W*(?:x{0,3}[sl]|m|medium)\W*$",
    re.IGNORECASE,
)
_PRICE_OF = re.compile(
    r"\bhow much (?:is|was|are|were|does|did|do)\b(?!.*\b(?:delivery|shipping|postage|express|returns?|weigh)\b)"
    r"|\bwhat(?:['’]?s| is| was| does| did)? (?:the |its )?(?:price|cost)\b|多少钱",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\b(?:any good|worth (?:it|the (?:money|price)|buying|having)|what (?:do|would|did) (?:you|people|others"
    r"|customers|buyers|"
    r"reviewers|they) (?:think|say|reckon)|(?:is|are) (?:it|they|this|that|these|the \w+(?: one)?) (?:really "
    r"|actually )?(?:good|decent|ok|okay|nice|"
    r"bad|rubbish|reliable)(?=\W*$)|(?:would|do) you (?:recommend|like) (?:it|this|that|the)\b|how good (?:is|are)"
    r"|(?:does|do|did) (?:anyone|anybody|people|customers|others|they|most) like|"
    r"(?:how (?:is|are)|what are|good|any|read) (?:it |the |its )?reviews?(?: like)?|people (?:happy|pleased"
    r"|satisfied))",
    re.IGNORECASE,
)
_PONDERS = re.compile(
    r"(?:(?:ok(?:ay)?|hm+|um+|well|let me see|lol|right|fine|alright)[\s,.]*)*(?:(?:let me|i(?:['’]ll| will"
    r"| need to| have to|['’]m going to)?) "
    r"(?:think|sleep on|consider)(?: about| over| on)?(?: (?:it|this|that))?(?: over)?(?: first| a bit"
    r"| for a while)?|just (?:looking|browsing)"
    r"(?: around)?|i['’]?m just (?:looking|browsing)(?: around)?|never ?mind|forget (?:it|that"
    r"|about it))(?:[\s,]*(?:thanks|then|now|please))?",
    re.IGNORECASE,
)
_BARE_THING = re.compile(r"(?:(?:and|ok|just|then|or)\s+)*(?:the|an?|some)\s+[a-z-]+(?:\s+[a-z-]+)?", re.IGNORECASE)
_TAKES = re.compile(
    r"\b(?:i['’]?ll (?:take|have|go (?:for|with))|i(?:['’]d| would) like|give me|let['’]?s (?:take|go (?:for"
    r"|with)))\b|\bplease\b",
    re.IGNORECASE,
)


def names_no_more_than_a_thing(message: str) -> bool:
    """Whether the message is one thing with an article before it, so that nothing is said to have happened."""
    return _BARE_THING.fullmatch(message.strip(" .!?,")) is not None


def plays_a_part(message: str) -> bool:
    """Whether the message wants the assistant to be somebody else: a guide, a doctor, a pirate."""
    return _PART.search(message) is not None


def overrides(message: str) -> bool:
    """Whether the message tells the assistant to set its instructions aside."""
    return _OVERRIDES.search(message) is not None


def tells_of_damage(message: str) -> bool:
    """Whether the message says that something bought here is broken or not what was ordered."""
    return _BROKE.search(message) is not None


def sets_beside(message: str) -> bool:
    """Whether the message sets an item that it names beside what was spoken of: 'and compared with the Brume'."""
    return _BESIDE.search(message) is not None


def gives_back(message: str) -> bool:
    """Whether the message wants something bought taken back or exchanged."""
    return _GIVES_BACK.search(message) is not None


def asks_for_more(message: str) -> bool:
    """Whether the message asks to be shown more, of what was shown: 'show me more please'."""
    return _MORE_OF_THEM.fullmatch(message.strip(" .!?,")) is not None


def names_a_size(message: str) -> bool:
    """Whether the message names a size of clothes or shoes."""
    return _SIZE.search(message) is not None


def asks_the_price(message: str) -> bool:
    """Whether the message asks what something costs."""
    return _PRICE_OF.search(message) is not None


def asks_opinion(message: str) -> bool:
    """Whether the message asks if an item is good, or what is thought of it."""
    return _OPINION.search(message) is not None


def ponders(message: str) -> bool:
    """Whether the message only says that the shopper looks around, or lets it be."""
    return _PONDERS.fullmatch(message.strip(" .!?,…")) is not None


def takes_it(message: str) -> bool:
    """Whether a message that points at an item and says no more chooses it: 'the second please'."""
    return _TAKES.search(message) is not None


def short_reply(message: str) -> str | None:
    """The text that answers a message which is no more than a no, a yes or a 'let me think'; None for every other."""
    bare = message.strip(" .!,。！，~")
    if ponders(message):
        return "take_your_time"
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
