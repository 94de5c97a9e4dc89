"""Values that the tests of the evaluation share."""

from dataclasses import replace
from typing import Any

from prompts.outcome import ClaimOutcome, ItemOutcome, Outcome, ReasonOutcome

EVIDENCE = {"A1": "price: 89 EUR", "A2": "weight: 780 g", "R1": "So light I forget it is there."}
BACKPACK = ItemOutcome(
    "outdoor-01", "Torrwick Plover packable backpack", "Torrwick", "outdoor", 89.0, True, "moss green", "backpack"
)


def reason(*claims: tuple[str, tuple[str, ...]], state: str = "generated") -> ReasonOutcome:
    made = tuple(ClaimOutcome(text, ids) for text, ids in claims)
    return ReasonOutcome("outdoor-01", " ".join(claim.text for claim in made), made, EVIDENCE, state)


def turn(*claims: tuple[str, tuple[str, ...]], **changes: Any) -> Outcome:
    told = reason(*(claims or (("It weighs 780 g.", ("A2",)),)))
    outcome = Outcome(
        text=told.text, reasons=(told,), items=(BACKPACK,), message="Here is one.", model_calls=1, prompt_tokens=300
    )
    return replace(outcome, **changes)
