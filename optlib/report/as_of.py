"""The day a report is made as of, where nobody says."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from ..errors import OptlibError

VARIABLE = "SOURCE_DATE_EPOCH"


def default_day() -> date:
    """Today; where SOURCE_DATE_EPOCH is set, the day that it names, in UTC, so that a build gives the same bytes again.

    Raises OptlibError where it isn't a number of seconds. Source: reproducible-builds.org/specs/source-date-epoch.
    """
    seconds = os.environ.get(VARIABLE, "")
    if not seconds:
        return date.today()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError):
        said = (
            f"{VARIABLE} is {seconds!r}, which is no number of seconds since 1970. Correct it, unset it, or say the day"
        )
        raise OptlibError(f"{said} with --as-of.") from None
