"""How one line of evidence is told: as a clause without its citation, its capital and its full stop."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from retrieval.catalogue import Attribute
from serving.training.phrasing import Phrasing, attribute_list, attribute_slots
from serving.training.speech import capitalised, plural, retold, speaks_of_itself, with_article
from serving.training.stock import Line, Point, Subject

_TRIES = 12
_LEAD = re.compile(
    r"(?:“|(?:according to|as|in|for|on|under|from|with|here|of|by|one review|a review)\b"
    r"|the (?:shop|listing|description|product)\b)|.*[:;]|.*, (?:according to|as|says|writes|notes|or)\b"
)
"""What reads badly after the shopper's wish: an opening of its own, a second colon, words whose speaker comes last."""
_OWN = re.compile(r"(?:it|its|this)\b")


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells about one item."""

    rng: random.Random
    phrasing: Phrasing
    subject: Subject

    def taken_up(self, line: Line, point: Point | None) -> str:
        """The line as a clause that can follow "you asked for something light, and"."""
        for _ in range(_TRIES):
            clause = self.told(line, point)
            if not _LEAD.match(clause):
                return clause
        return clause

    def beside(self, attribute: Attribute) -> str:
        """A fact as a clause that can only be of the item at hand, after one about another item."""
        for _ in range(_TRIES):
            clause = self.fact(attribute)
            if _OWN.match(clause):
                break
        clause = re.sub(
            r"^it (?=is|has|comes|weighs|holds|lasts|runs|makes|offers|keeps|gives|suits|takes)", "this one ", clause
        )
        return re.sub(r"^its ", "this one’s ", clause)

    def told(self, line: Line, point: Point | None, *, cap: str | None = None) -> str:
        """The line as a clause; of a review or a description, ``point`` is what to tell of it."""
        if line.attribute is not None:
            return self.fact(line.attribute, cap=cap)
        assert point is not None
        if line.kind == "review":
            return self._review(line, point)
        if point.clause is None:
            return point.quote
        return self._say("attributes.description", ls=point.clause)

    def fact(self, attribute: Attribute, *, cap: str | None = None) -> str:
        name = "capped" if cap else attribute_list(attribute, self.phrasing)
        return self._say(f"attributes.{name}", cap=cap or "", **attribute_slots(attribute, self.rng))

    def pair(self, one: Attribute, other: Attribute) -> str:
        first, second = attribute_slots(one, self.rng), attribute_slots(other, self.rng)
        return self._say("attributes.pair", **first, **{f"{name}2": value for name, value in second.items()})

    def drawback(self, point: Point) -> str:
        if point.clause is not None and self.rng.random() < 0.75:
            return self._say("reviews.drawback", d=retold(point.clause, "they"))
        return self._say("reviews.drawback_quoted", **_quotes(point))

    def joined(self, one: str, other: str) -> str:
        return self._say("reviews.joined", f=one, g=other)

    def _review(self, line: Line, point: Point) -> str:
        complaints = [p for p in line.points if p.tone == "complaint" and p.clause]
        if self.subject.exact and complaints and point.clause and self.rng.random() < 0.4:
            drawback = retold(complaints[0].clause or "", "they")
            return self._say("reviews.both", c=retold(point.clause, "they"), d=drawback)
        if point.clause is not None and self.rng.random() < 0.55:
            return self._reported(retold(point.clause, "they"))
        if point.quote[:3].casefold() == "it " and self.rng.random() < 0.45:
            return self._say("reviews.inside", r=point.quote[3:])
        return self._say("reviews.quoted", **_quotes(point))

    def _reported(self, clause: str) -> str:
        """The clause with who says it, who comes first if the clause refers to them."""
        for _ in range(_TRIES):
            said = self._say("reviews.reported", c=clause)
            if not (said.startswith(clause) and speaks_of_itself(clause)):
                break
        return said

    def _say(self, name: str, **slots: str) -> str:
        who = self.rng.choice(self.subject.reviewers)
        article = "one" if self.rng.random() < 0.5 else with_article(who).split()[0]
        noun = "one" if plural(self.subject.item.kind) else self.subject.item.kind
        it = self.rng.choices(("it", "this one", f"this {noun}", f"the {self.subject.name}"), (60, 18, 12, 10))[0]
        common = {"it": it, "noun": noun, "name": self.subject.name, "who": f"{article} {who}"}
        return self.phrasing.say(name, self.rng, **common, **slots)


def _quotes(point: Point) -> dict[str, str]:
    """The customer's words with a capital, and as they go on a sentence."""
    quote = point.quote
    inner = quote if quote[:2] in {"I ", "I'", "I’"} or point.clause is None else quote[0].lower() + quote[1:]
    return {"q": capitalised(quote), "l": inner}
