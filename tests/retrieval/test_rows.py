import pytest

from retrieval.catalogue import Attribute
from retrieval.rows import ItemRow
from tests.retrieval.samples import ROW


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("780 g", 780, "g"),
        ("780g", 780, "g"),
        ("1.2 kg", 1.2, "kg"),
        ("1,5 litres", 1.5, "litres"),
        ("1,200 ml", 1200, "ml"),
        ("85 dB", 85, "dB"),
        ("40%", 40, "%"),
        ("IP67", "IP67", None),
        ("three AA batteries", "three AA batteries", None),
        ("5G", "5G", None),
        ("10 g per cup", "10 g per cup", None),
        ("30 x 20 cm", "30 x 20 cm", None),
        ("12 volts", "12 volts", None),
        ("42", "42", None),
    ],
)
def test_a_measure_in_text_is_a_number_with_its_unit(text: str, value: str | float, unit: str | None) -> None:
    row = ROW | {"attributes": f'{{"some_name": "{text}"}}'}
    (attribute,) = ItemRow.model_validate(row).to_item().attributes
    assert attribute == Attribute("some name", value, unit)


def test_fields_may_have_the_names_that_other_shops_give_them() -> None:
    row = {"id": 7, "name": "Fell lamp", "style": "lamp", "category": "outdoor", "price": 20, "currency": "eur",
           "current_stock": 0, "thumbnail": "lamp.webp", "warrantyInformation": "ask us", "weight": "310 g",
           "reviews": [{"rating": 4, "comment": "Bright enough.", "date": "2026-03-01"}]}  # fmt: skip
    found = ItemRow.model_validate(row).to_item()
    assert (found.item_id, found.title, found.kind, found.stock, found.image) == (
        "7",
        "Fell lamp",
        "lamp",
        0,
        "lamp.webp",
    )
    assert found.attributes[1:] == (Attribute("warranty information", "ask us"), Attribute("weight", 310, "g"))
    assert [(r.text, r.at) for r in found.reviews] == [("Bright enough.", "2026-03-01")]


def test_what_tells_a_shopper_nothing_becomes_no_attribute() -> None:
    row = ROW | {
        "sku": "A-1",
        "thumbnailUrl": "x",
        "where_visible": "UI",
        "gender": "F",
        "rating": 4.2,
        "story": "long " * 40,
        "tags": [],
    }
    assert ItemRow.model_validate(row).to_item().attributes == ()


def test_a_row_with_attributes_states_them_there_alone() -> None:
    row = ROW | {"attributes": {"colour": "green"}, "width": "30 cm"}
    assert ItemRow.model_validate(row).to_item().attributes == (Attribute("colour", "green"),)
