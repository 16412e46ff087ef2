"""Dates as law gives them: a day, a month, a year, or "in force by this day"."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

FORM = r"(<=)?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
EARLIEST, LATEST = 1700, 2199
FOREVER = "9999-12-31"  # stands in for an open end where days are compared
EXPECTED = "a day, month or year such as 2019-07-01, 2019-07 or 2019, or <=2019-07-01 for a start not researched"
_PARTS = re.compile(r"(?P<by><=)?(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?\Z", re.ASCII)


class ImpossibleDate(ValueError):
    """The text has no date in it, or a date that no calendar has."""


@dataclass(frozen=True)
class LegalDate:
    """``first`` and ``last`` are the ISO days the text can mean; ``precision`` is day, month, year or by."""

    first: str
    last: str
    precision: str

    @classmethod
    @lru_cache(maxsize=10_000)  # records repeat a few days many times
    def parse(cls, text: object) -> LegalDate:
        match = _PARTS.match(str(text))
        if not match:
            raise ImpossibleDate(f"found {text!r}, expected {EXPECTED}")
        year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
        if not EARLIEST <= year <= LATEST:
            raise ImpossibleDate(f"found {text!r}, expected a year from {EARLIEST} to {LATEST}")
        if match["by"] and day is None:
            raise ImpossibleDate(f"found {text!r}: after <= a whole day is needed")
        try:
            first = date(year, month or 1, day or 1)
        except ValueError as error:
            raise ImpossibleDate(f"found {text!r}, which is not in the calendar ({error})") from None
        last = first
        if day is None:
            last_month = month or 12
            last = date(year, last_month, calendar.monthrange(year, last_month)[1])
        precision = "by" if match["by"] else "day" if day else "month" if month else "year"
        return cls(first.isoformat(), last.isoformat(), precision)


def is_day(text: str) -> bool:
    """Whether the text is a day of the calendar, written as year-month-day."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day_after(day: str) -> str:
    """The ISO day after an ISO day."""
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def day_before(day: str) -> str:
    """The ISO day before an ISO day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def year_after(day: str) -> str:
    """The ISO day a year later; 1 March after a 29 February."""
    one = date.fromisoformat(day)
    return (one.replace(year=one.year + 1) if (one.month, one.day) != (2, 29) else date(one.year + 1, 3, 1)).isoformat()


def months_later(day: date, months: int) -> date:
    """The day so many months later (earlier where negative); the last of its month where there is no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
