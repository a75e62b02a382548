"""When something was: in the last so many days, this month, since a day, before a day, or ever.

As data `{"days": 90}`, `{"month": true}`, `{"since": "2026-01-01"}`, `{"before": …}` or `{}`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from muster.audiences import reading
from muster.audiences.criteria import Field, Setting
from muster.audiences.rules import Unclear

WORDS = {
    "days": "in the last … days",
    "month": "this month",
    "since": "since a day",
    "before": "before a day",
    "ever": "ever",
}
LONGEST_DAYS = 36_500


def fields(said: Mapping[str, Any], kinds: Sequence[str] = tuple(WORDS)) -> list[Field]:
    when = said.get("when") if isinstance(said.get("when"), dict) else {}
    kind = next((k for k in kinds if k in (when or {})), "ever" if when == {} and said else "days")
    kind = kind if kind in kinds else kinds[0]
    day = (when or {}).get("since") or (when or {}).get("before") or ""
    days = (when or {}).get("days", 90)
    return [
        Field("when", "When", options=[(k, WORDS[k]) for k in kinds], value=kind),
        Field("days", "Days", "number", value=days, only=("when", ["days"])),
        Field("day", "Day", "date", value=day, only=("when", ["since", "before"])),
    ]


def read(said: Mapping[str, Any], kinds: Sequence[str] = tuple(WORDS)) -> dict[str, Any]:
    """From a form's `when`, `days` and `day`, or from saved data. Raises `Unclear`."""
    when = said.get("when", "")
    if isinstance(when, dict):
        known = [k for k in kinds if k in when]
        if len(known) > 1 or len(when) != len(known):
            raise Unclear("Say when, in one way.")
        kind = known[0] if known else "ever"
        said = {"days": when.get("days"), "day": when.get(kind)}
    else:
        kind = str(when)
    if kind not in kinds:
        raise Unclear("Say when.")
    if kind == "days":
        return {"days": reading.number(said, "days", "the days", least=1, most=LONGEST_DAYS)}
    if kind in ("since", "before"):
        return {kind: reading.day(said, "day", "the day")}
    return {"month": True} if kind == "month" else {}


def in_words(when: Mapping[str, Any], ever: str = "ever") -> str:
    """`in the last 90 days`, `this month`, `since 1 May 2026`; or what stands for ever."""
    if "days" in when:
        return "today" if when["days"] == 1 else f"in the last {when['days']:,} days"
    if "month" in when:
        return "this month"
    for kind in ("since", "before"):
        if kind in when:
            day = date.fromisoformat(when[kind])
            return f"{kind} {day.day} {day:%B %Y}"
    return ever


def resolve(when: Mapping[str, Any], setting: Setting) -> dict[str, str]:
    """The instants from and until which it counts, at midnights of the organisation's zone."""
    if "days" in when:
        return {"from": _midnight(_days_before(setting.today, when["days"] - 1), setting)}
    if "month" in when:
        return {"from": _midnight(setting.today.replace(day=1), setting)}
    if "since" in when:
        return {"from": _midnight(date.fromisoformat(when["since"]), setting)}
    if "before" in when:
        return {"until": _midnight(date.fromisoformat(when["before"]), setting)}
    return {}


def _days_before(day: date, days: int) -> date:
    return max(day, date(1900, 1, 1) + timedelta(days)) - timedelta(days)


def _midnight(day: date, setting: Setting) -> str:
    return datetime.combine(day, time(), setting.zone).astimezone(UTC).isoformat()
