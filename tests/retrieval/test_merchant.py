from datetime import UTC, datetime

import pytest

from retrieval.merchant import merchant_record

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "price"),
    [
        (None, "39.90"),
        ("", "39.90"),
        ("2026-05-01T00:00+0100/2026-05-31T23:59+0100", "39.90"),
        ("2026-05-14T13:00+02:00 / 2026-05-14T13:30+01:00", "39.90"),
        ("2026-05-01/2026-05-14", "39.90"),
        ("2026-05-01T00:00Z/2026-05-14T11:59Z", "59.00"),
        ("2026-05-14T13:00+0000/2026-05-31T00:00+0000", "59.00"),
        ("2026-05-01/2026-05-13", "59.00"),
        ("soon", "59.00"),
        ("2026-05-01", "59.00"),
    ],
)
def test_a_sale_price_counts_only_while_the_sale_lasts(interval: str | None, price: str) -> None:
    record = {"g:id": "k1", "g:price": "59.00 EUR", "g:sale_price": "39.90 EUR"}
    if interval is not None:
        record["g:sale_price_effective_date"] = interval
    assert merchant_record(record, NOW)["price"] == price
