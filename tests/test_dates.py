from __future__ import annotations

import pytest

from regimes.dates import ImpossibleDate, LegalDate, day_after, day_before


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2019-07-01", "2019-07-01", "2019-07-01", "day"),
        ("2020-02", "2020-02-01", "2020-02-29", "month"),
        (2019, "2019-01-01", "2019-12-31", "year"),
        ("<=2019-07-01", "2019-07-01", "2019-07-01", "by"),
    ],
)
def test_what_a_date_can_mean(text: object, first: str, last: str, precision: str) -> None:
    date = LegalDate.parse(text)
    assert (date.first, date.last, date.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text", ["2023-02-29", "2019-13", "20190301", "2019-W10-5", "2019-1-1", "<=2019", "around 2019", "", "2019-07-01T00:00", "２０１９"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        LegalDate.parse(text)


def test_neighbouring_days() -> None:
    assert day_after("2020-02-28") == "2020-02-29"
    assert day_before("2020-01-01") == "2019-12-31"
