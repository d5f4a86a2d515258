"""When something ends, as people choose it in forms."""

from datetime import UTC, datetime, time, timedelta

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import ExpiryChoice

_LONGEST_DAYS = 3650


def end_of(ends: str, until: str, now: datetime) -> datetime | None:
    """Return the end that was chosen; None for never. A chosen day is the last one.

    Raises:
        Invalid: a day was to be chosen, and is none.
    """
    if ends.isdecimal() and len(ends) < 5:  # noqa: PLR2004  # days, not years beyond the calendar
        return now + timedelta(days=int(ends))
    if ends != "until":
        return None
    try:
        day = datetime.strptime(until, "%Y-%m-%d").date()  # noqa: DTZ007  # a date has no zone
    except ValueError:
        raise Invalid("The date is missing.", faults=[FieldFault("until", "choose a date")]) from None
    return datetime.combine(day, time(23, 59, 59), UTC)


def expiry_of(expiry: str, until: str, now: datetime) -> ExpiryChoice:
    """Return the end of a key that was chosen; one that is not given when it stays.

    Raises:
        Invalid: nothing of the list was chosen, or a day was to be chosen and is none.
    """
    if expiry == "stays":
        return ExpiryChoice()
    if expiry == "never":
        return ExpiryChoice(is_given=True, at=None)
    is_listed = expiry == "until" or (expiry.isdecimal() and 1 <= int(expiry) <= _LONGEST_DAYS)
    if not is_listed:
        raise Invalid("Choose when it ends.", faults=[FieldFault("expires_at", "choose one of the list")])
    return ExpiryChoice(is_given=True, at=end_of(expiry, until, now))
