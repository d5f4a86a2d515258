"""When something ends, as people choose it in forms."""

from datetime import UTC, datetime, time, timedelta

from gatepost_server.kernel.errors import FieldFault, Invalid


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
