"""The words of claims: which of them only frame, which stand for others, which are opposites, which must be proved."""

from __future__ import annotations

import re

from agent.denial import CUE_WORDS, spelled_out
from agent.measures import number_words, without_measures
from retrieval.words import stem, stems

REVIEWERS = stems(
    "reviewer reviewers customer customers buyer buyers owner owners guest guests reader readers viewer viewers "
    "listener listeners"
)
_FRAMING = (
    stems(
        "complain complains warn warns advise advises admit admits regret regrets somebody these him their theirs "
        "whose whenever once finally see "
        "review reviews one says say said writes found finds calls mentions notes reports item shop product people "
        "person someone user described describes according comes also because since only just still even really "
        "while he she who his her does did had were been being about so note here worth know knowing tell told "
        "tells put puts point points praise praised remark remarks recall remember adds list listed state stated "
        "states confirm confirms report agree stands word words quote read reads though however yet thinks feels "
        "feel think reason answer answers match matches suit suits choice pick goes came gave giving offer offers "
        "bring brings make makes made means mean detail details data page fact facts figure listing specification "
        "specs feature features earlier before again already past previously back then now today same similar "
        "similarly another other such well both each more simply plainly instead first thanks thank sentence own "
        "thing things way exactly there if description wrote got else given out added adding "
    )
    | REVIEWERS
    | CUE_WORDS
    | number_words()
)
"""Stems a claim may use of its own: they frame what the evidence says and add no fact about the item."""
ASKING = stems(
    "stay stays pay go goes cost costs price set around "
    "asked ask looking look searched searching after want wanted need needed hoped hope wish wished mind mentioned "
    "named name set told budget limit question request within under below inside less than most gift present "
    "birthday surprise something here above maximum "
)
"""Stems that frame a request clause."""
SAYS = {
    stem(word): stems(names)
    for word, names in {
        "weighs": "weight", "costs": "price costs", "price": "price costs", "lasts": "life runtime run",
        "long": "length", "high": "height", "tall": "height", "wide": "width", "deep": "depth", "thick": "thickness",
        "across": "diameter", "measures": "length height width depth diameter thickness size dimensions",
        "holds": "capacity volume load", "takes": "capacity volume time", "carries": "capacity load",
        "space": "capacity volume", "inside": "capacity inner", "contains": "ingredient ingredients contents",
        "reaches": "distance range brightness", "made": "material", "material": "made",
        "suitable": "age suits suited", "children": "age", "child": "age", "level": "noise",
        "litres": "capacity volume", "purchased": "bought", "ordered": "bought", "viewed": "looked", "rated": "stars",
        "marks": "stars", "cart": "basket",
    }.items()
}  # fmt: skip
"""What a claim's word may stand for in the evidence: 'it weighs' for 'weight: 310 g'."""

OPPOSITES = [
    (stems(one), stems(other))
    for one, other in (
        ("quiet silent", "loud noisy"), ("light lightweight", "heavy weighty"), ("soft", "stiff hard rough scratchy"),
        ("warm hot", "cold chilly cool"), ("dry", "wet soaked damp"), ("sturdy solid robust", "flimsy fragile"),
        ("easy simple", "fiddly difficult hard awkward complicated"), ("long", "short"),
        ("wide roomy", "narrow cramped"), ("big large", "small tiny"), ("fast quick", "slow"),
        ("sharp crisp", "blunt blurry dull"),
        ("comfortable comfy", "uncomfortable"), ("cheap", "expensive dear"), ("bright", "dim dark"),
        ("smooth", "rough sticky gritty"), ("tight", "loose"), ("strong", "weak"), ("thick", "thin"), ("full", "empty"),
    )
]  # fmt: skip
_LAST_TIME = re.compile(r"\b(?:the )?last time\b", re.IGNORECASE)


def content(text: str) -> frozenset[str]:
    """The stems of a text that must stand in the evidence."""
    text = _LAST_TIME.sub(" ", without_measures(spelled_out(text)))
    return frozenset(s for s in stems(text) if not s.isdigit()) - _FRAMING


def unsaid(text: str, evidence: str) -> frozenset[str]:
    """The stems of a text that must stand in the evidence and neither do nor stand for one that does."""
    there = stems(spelled_out(evidence))
    return frozenset(s for s in content(text) - there if not SAYS.get(s, frozenset()) & there)
