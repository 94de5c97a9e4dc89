"""What a conversation has come to: the part of it that is kept between turns, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from agent.memory.remembered import Proposal
from retrieval.need import Need
from retrieval.need_codec import need_json, need_of

_EXCHANGES = 20
"""Turns that are kept word for word; what came before is in the need."""
_SEEN = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as it is kept: what was asked and answered, what it was taken for, and the items shown."""

    asked: str
    answered: str
    intent: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation between turns.

    ``need`` is what is wanted by now, all messages taken together; ``shown`` are the items of the last cards and
    ``seen`` all that were shown for this need; ``about`` are the items last spoken of. ``clarified`` says that the last
    turn asked back; ``failures`` counts the turns in a row that brought no answer; ``turns`` all of them. ``region`` is
    where the shopper last was.
    """

    need: Need | None = None
    shown: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    clarified: bool = False
    failures: int = 0
    turns: int = 0
    said: tuple[Said, ...] = ()
    region: str = ""
    held: tuple[Proposal, ...] = ()
    """What was stated of the shopper and is not remembered beyond this conversation."""

    def after(
        self, said: Said, *, failed: bool, clarified: bool = False, about: Sequence[str] = (), region: str = ""
    ) -> Dialogue:
        """The conversation with one more turn."""
        return replace(
            self,
            said=(*self.said, said)[-_EXCHANGES:],
            failures=self.failures + 1 if failed else 0,
            clarified=clarified,
            about=tuple(about) or self.about,
            turns=self.turns + 1,
            region=region or self.region,
        )

    def wanting(self, need: Need, shown: Sequence[str]) -> Dialogue:
        """The conversation with what is wanted now, and what was shown for it; without cards the last stay in sight."""
        goes_on = self.need is not None and _same_wish(self.need, need)
        seen = (*self.seen, *shown) if goes_on else tuple(shown)
        return replace(self, need=need, shown=tuple(shown) or self.shown, seen=tuple(dict.fromkeys(seen))[-_SEEN:])

    def holding(self, stated: Sequence[Proposal], removed: Sequence[Mapping[str, str]] = ()) -> Dialogue:
        """The conversation with what was stated of the shopper, without what they have just taken off."""
        gone = {each.get("value") for each in removed}
        held = {each.text: each for each in (*self.held, *stated)}
        left = (each for each in held.values() if each.text not in gone and not gone & _names_left_out(each))
        return replace(self, held=tuple(left))

    def between(self, items: Sequence[str]) -> Dialogue:
        """The conversation in which one of these items was asked for: 'the first' is the first of them."""
        return replace(self, shown=tuple(items), about=tuple(items))

    def as_json(self) -> dict[str, Any]:
        return asdict(replace(self, need=None)) | {"need": need_json(self.need) if self.need else None}

    @classmethod
    def of(cls, raw: Mapping[str, Any] | None) -> Dialogue:
        """The conversation that `as_json` made these values of; a new one without any."""
        if not raw:
            return cls()
        said = tuple(Said(**{**each, "shown": tuple(each["shown"])}) for each in raw["said"])
        lists = {name: tuple(raw[name]) for name in ("shown", "seen", "about")}
        need = need_of(raw["need"]) if raw["need"] else None
        held = tuple(Proposal(**each) for each in raw.get("held", ()))
        return cls(**{**raw, **lists, "said": said, "need": need, "held": held})


def _names_left_out(stated: Proposal) -> set[Any]:
    return {name for value in stated.effect.values() if isinstance(value, list | tuple) for name in value}


def _same_wish(before: Need, now: Need) -> bool:
    """Whether the second goes on from the first: it asks for the same kinds, or names none that are new."""
    kinds, earlier = now.constraints.kinds, before.constraints.kinds
    return before.terms in now.terms if not kinds else kinds == earlier
