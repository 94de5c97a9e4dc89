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
