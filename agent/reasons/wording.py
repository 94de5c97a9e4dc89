"""The words of claims: which of them only frame, which stand for others, and which must be proved."""

from __future__ import annotations

import re

from agent.words.denial import CUE_WORDS, spelled_out
from agent.words.measures import CURRENCIES, measures_in, number_words, without_measures
from agent.words.synonyms import in_words_of
from agent.words.thesaurus import Thesaurus
from retrieval.units import dimension
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
        "similarly another other such both each more simply plainly instead first thanks thank sentence own "
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

_ATTRIBUTE = re.compile(r"[^\s:.,“][^:.,“]{0,40}: \S.{0,90}$")
"""A line of the evidence that is a name, a colon and a value."""
_HISTORY = re.compile(r"You \w+ed |You \w+ (?:the|a|an|at) |You bought ")
_YOU = re.compile(r"\byou(?:r|rs)?\b", re.IGNORECASE)
_SET_PHRASE = re.compile(
    r"\b(?:the )?last time\b|\b(?:at|to the) last\b|\bas well\b|\bgo(?:es|ing)? into\b|\bend(?:s|ed)? up\b",
    re.IGNORECASE,
)
"""Words that say nothing of the item when they stand together."""


def content(text: str) -> frozenset[str]:
    """The stems of a text that must stand in the evidence."""
    text = _SET_PHRASE.sub(" ", without_measures(spelled_out(text)))
    return frozenset(s for s in stems(text) if not s.isdigit()) - _FRAMING


def unsaid(text: str, evidence: str) -> frozenset[str]:
    """The stems of a text that must stand in the evidence and neither do nor stand for one that does."""
    there = stems(spelled_out(evidence))
    return frozenset(s for s in content(text) - there if not SAYS.get(s, frozenset()) & there)


def unproved(text: str, evidence: str, title: str) -> frozenset[str]:
    """The stems of a claim that say something of the item which neither the evidence nor the title does.

    A claim in free words is taken by what it means: see `agent.words.synonyms`.
    """
    lines = [*spelled_out(evidence).splitlines(), title]
    # What the shopper did or wrote is told in their words: of those, only another form of the same word will do.
    history = "\n".join(line for line in lines if _HISTORY.match(line))
    known = "\n".join(line for line in lines if not _HISTORY.match(line))
    thesaurus = Thesaurus.read()
    missing = unsaid(in_words_of(without_measures(spelled_out(text)), known), f"{known}\n{history}") - thesaurus.framing
    told = stems(history)
    missing = frozenset(s for s in missing if not thesaurus.forms.get(s, frozenset()) & told)
    if not _YOU.search(text):
        missing -= thesaurus.roles
    if all(_ATTRIBUTE.match(line) or _HISTORY.match(line) for line in evidence.splitlines()):
        missing -= thesaurus.joining
    return frozenset(s for s in missing if not _measured_in_prose(s, evidence))


def _measured_in_prose(said: str, evidence: str) -> bool:
    """Whether 'weighs' or 'costs' is said by a measure in running text: 'at 310 g it is hardly felt'."""
    prose = "\n".join(line for line in evidence.splitlines() if not _ATTRIBUTE.match(line))
    units = {measure.unit for measure in measures_in(prose) if measure.unit}
    if said == "weigh":
        return any(dimension(unit) == "mass" for unit in units)
    return said in {"cost", "price"} and bool(units & set(CURRENCIES.values()))
