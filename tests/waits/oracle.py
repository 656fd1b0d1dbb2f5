#!/usr/bin/python3
"""Checks `sojourn when` against Python: waits against an implementation of their own on zoneinfo, schedules against
dateutil's rrule. The last line is `N passed, N failed`.

    tests/waits/oracle.py [--program build/dev/sojourn] [--random 3000] [--seed 20261128]

The interpreter is Debian's, for which script/setup installs python3-dateutil. Both sides read the time zones of tzdata.
"""

import argparse
import calendar
import datetime as datetime_module
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil import rrule

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
UTC = timezone.utc
EPOCH = datetime(1970, 1, 1)
SECOND = 1000
DAY = 86_400 * SECOND
FAILURES_SHOWN = 20
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


# Time: an instant is a whole number of milliseconds since 1970, a local time a datetime without a zone.

def utc(text):
    """`2026-03-08T01:30` in UTC."""
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds() * SECOND)


def rfc3339(ms):
    text = (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")
    return text.removesuffix(".000") + "Z"


def offset_at(ms, zone):
    moment = (EPOCH + timedelta(seconds=ms // SECOND)).replace(tzinfo=UTC)
    return int(moment.astimezone(zone).utcoffset().total_seconds()) * SECOND


def local_of(ms, zone):
    """What the clocks show, in whole seconds, and the milliseconds that are cut off."""
    return EPOCH + timedelta(seconds=(ms + offset_at(ms, zone)) // SECOND), ms % SECOND


def change_between(before, after, zone):
    """The first instant with another offset than `before` has."""
    old = offset_at(before, zone)
    low, high = before // SECOND, after // SECOND
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if offset_at(middle * SECOND, zone) == old else (low, middle)
    return high * SECOND


def instant_of(local, zone):
    """A time in a gap is the first instant after it, in an overlap the first of the two."""
    wall = int((local - EPOCH).total_seconds()) * SECOND
    first, second = (wall - int(local.replace(tzinfo=zone, fold=fold).utcoffset().total_seconds()) * SECOND
                     for fold in (0, 1))
    return first if first <= second else change_between(second, first, zone)


def add_months(day, months):
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def at_time(day, seconds):
    return datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)


def clock(seconds):
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return text if seconds % 60 == 0 else f"{text}:{seconds % 60:02}"


def seconds_of(text):
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


# The forms of a wait: each has its text and its end, (instant, whether it had passed).

class Span:
    """`2 days`, `3 calendar days`, `1 month`"""
    EXACT = {"minute": 60 * SECOND, "hour": 3600 * SECOND, "day": DAY, "week": 7 * DAY}

    def __init__(self, count, unit):
        self.count, self.unit = count, unit

    def text(self):
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def moved(self, ms, zone, sign=1):
        if self.unit in self.EXACT:
            return ms + sign * self.count * self.EXACT[self.unit]
        local, rest = local_of(ms, zone)
        return instant_of(datetime.combine(self.moved_day(local.date(), sign), local.time()), zone) + rest

    def moved_day(self, day, sign):
        """For spans of whole days and longer; absent for shorter ones."""
        if self.unit in ("day", "calendar day"):
            return day + timedelta(days=sign * self.count)
        if self.unit == "week":
            return day + timedelta(weeks=sign * self.count)
        if self.unit in ("month", "year"):
            return add_months(day, sign * self.count * (12 if self.unit == "year" else 1))
        return None

    def end(self, ms, zone, contact):
        return self.moved(ms, zone), False


def first_at(ms, zone, seconds, fits):
    """The first local day that fits whose time is not before the instant."""
    day = local_of(ms, zone)[0].date() - timedelta(days=2)
    for _ in range(400):
        if fits(day):
            at = instant_of(at_time(day, seconds), zone)
            if at >= ms:
                return at, False
        day += timedelta(days=1)
    raise AssertionError("no day fits")


class Until:
    """`until 09:00 on monday, friday`, `until next monday at 09:00`"""

    def __init__(self, time, days=(), after_today=False):
        self.seconds, self.days, self.after_today = seconds_of(time), days, after_today

    def text(self):
        names = ", ".join(WEEKDAYS[day] for day in self.days)
        if self.after_today:
            return f"until next {names} at {clock(self.seconds)}"
        return f"until {clock(self.seconds)}" + (f" on {names}" if names else "")

    def end(self, ms, zone, contact):
        today = local_of(ms, zone)[0].date()

        def fits(day):
            return (not self.days or day.weekday() in self.days) and (not self.after_today or day > today)
        return first_at(ms, zone, self.seconds, fits)


class UntilDay:
    """`until day 15 at 09:00`; 31 is the last"""

    def __init__(self, number, time):
        self.number, self.seconds = number, seconds_of(time)

    def text(self):
        return f"until day {self.number} at {clock(self.seconds)}"

    def end(self, ms, zone, contact):
        return first_at(ms, zone, self.seconds,
                        lambda day: day.day == min(self.number, calendar.monthrange(day.year, day.month)[1]))


class UntilTomorrow:
    def __init__(self, time):
        self.seconds = seconds_of(time)

    def text(self):
        return f"until tomorrow at {clock(self.seconds)}"

    def end(self, ms, zone, contact):
        tomorrow = local_of(ms, zone)[0].date() + timedelta(days=1)
        return max(ms, instant_of(at_time(tomorrow, self.seconds), zone)), False


class UntilDate:
    """A local date and time"""

    def __init__(self, local):
        self.local = local

    def text(self):
        return f"until {self.local.isoformat(timespec='minutes')}"

    def end(self, ms, zone, contact):
        at = instant_of(self.local, zone)
        return max(at, ms), at < ms


class Window:
    """`between 09:00 and 17:00 on weekdays`"""

    def __init__(self, opens, closes, days=()):
        self.opens, self.closes, self.days = seconds_of(opens), seconds_of(closes), days

    def text(self):
        names = ", ".join(WEEKDAYS[day] for day in self.days)
        return f"between {clock(self.opens)} and {clock(self.closes)}" + (f" on {names}" if names else "")

    def end(self, ms, zone, contact):
        day = local_of(ms, zone)[0].date() - timedelta(days=3)
        for _ in range(60):
            if not self.days or day.weekday() in self.days:
                last = day if self.closes > self.opens else day + timedelta(days=1)
                opens = instant_of(at_time(day, self.opens), zone)
                closes = instant_of(at_time(last, self.closes), zone)
                if opens < closes and ms < closes:
                    return max(ms, opens), False
            day += timedelta(days=1)
        raise AssertionError("no day fits")


class UntilAttribute:
    """`until 2 days before attribute x at 10:00`, also of its anniversary; a date or an RFC 3339 time in UTC"""

    def __init__(self, offset=None, sign=1, time=None, anniversary=False):
        self.offset, self.sign, self.anniversary = offset, sign, anniversary
        self.seconds = None if time is None else seconds_of(time)

    def text(self):
        side = "" if self.offset is None else f"{self.offset.text()} {'before' if self.sign < 0 else 'after'} "
        what = "the anniversary of attribute x" if self.anniversary else "attribute x"
        return f"until {side}{what}" + ("" if self.seconds is None else f" at {clock(self.seconds)}")

    def end(self, ms, zone, contact):
        value = contact.get("x")
        if value is None:
            return ms, True
        instant = utc(value.removesuffix("Z")) if "T" in value else None
        day = date.fromisoformat(value) if instant is None else local_of(instant, zone)[0].date()
        if not self.anniversary:
            at = self.moved(day, instant, zone)
            return max(at, ms), at < ms
        year = day.year
        while True:
            year += 1
            at = self.moved(add_months(day, 12 * (year - day.year)), None, zone)
            if at >= ms:
                return at, False

    def moved(self, day, instant, zone):
        if self.seconds is None:
            at = instant_of(at_time(day, 0), zone) if instant is None else instant
            return at if self.offset is None else self.offset.moved(at, zone, self.sign)
        if self.offset is None:
            return instant_of(at_time(day, self.seconds), zone)
        moved = self.offset.moved_day(day, self.sign)
        if moved is not None:
            return instant_of(at_time(moved, self.seconds), zone)
        return self.offset.moved(instant_of(at_time(day, self.seconds), zone), zone, self.sign)


class Sequence:
    """Parts that follow each other, and what becomes of a date that has passed"""

    def __init__(self, parts, if_past="continue"):
        self.parts, self.if_past = parts, if_past

    def text(self):
        text = " then ".join(part.text() for part in self.parts)
        return text if self.if_past == "continue" else f"{text}, if past: {self.if_past}"

    def end(self, ms, zone, contact):
        past = False
        for part in self.parts:
            ms, passed = part.end(ms, zone, contact)
            past = past or passed
            if past and self.if_past != "continue":
                break
        return ms, past


def wait_case(form, ms, zone, contact=None):
    """(question, the answer that is expected)"""
    contact = contact or {}
    at, past = form.end(ms, ZoneInfo(zone), contact)
    expected = {"at": rfc3339(at)}
    if past:
        expected["past"] = getattr(form, "if_past", "continue")
    return {"when": form.text(), "from": rfc3339(ms), "zone": zone, "contact": contact}, expected


# The table: changes of the clock, each as (zone, the instant of the change in UTC, a time in the gap or overlap of that
# day, whether it is a gap). Each is asked with every form that could stumble over it.
CHANGES = [
    ("America/New_York", "2026-03-08T07:00", "02:30", "gap"),
    ("America/New_York", "2026-11-01T06:00", "01:30", "overlap"),
    ("Europe/London", "2026-03-29T01:00", "01:30", "gap"),
    ("Europe/London", "2026-10-25T01:00", "01:30", "overlap"),
    ("Europe/Berlin", "2026-03-29T01:00", "02:30", "gap"),
    ("Europe/Berlin", "2026-10-25T01:00", "02:30", "overlap"),
    ("Australia/Sydney", "2026-10-03T16:00", "02:30", "gap"),
    ("Australia/Sydney", "2026-04-04T16:00", "02:30", "overlap"),
    ("Australia/Lord_Howe", "2026-10-03T15:30", "02:15", "gap"),  # half an hour
    ("Australia/Lord_Howe", "2026-04-04T15:00", "01:45", "overlap"),
    ("Pacific/Apia", "2011-12-30T10:00", "12:00", "gap"),  # a whole day
    ("America/Santiago", "2026-09-06T04:00", "00:30", "gap"),  # begins at midnight
    ("America/Santiago", "2026-04-05T03:00", "23:30", "overlap"),  # belongs to the day before
    ("Africa/Casablanca", "2026-03-22T02:00", "02:30", "gap"),  # the end of Ramadan
    ("Africa/Casablanca", "2026-02-15T02:00", "02:30", "overlap"),
    ("Africa/Cairo", "2026-04-23T22:00", "00:30", "gap"),
    ("Africa/Cairo", "2026-10-29T21:00", "23:30", "overlap"),
    ("America/St_Johns", "2026-03-08T05:30", "02:30", "gap"),
    ("America/St_Johns", "2010-11-07T02:31", "23:31", "overlap"),  # one minute past midnight
    ("Pacific/Chatham", "2026-09-26T14:00", "03:15", "gap"),  # at 02:45
    ("Pacific/Chatham", "2026-04-04T14:00", "03:15", "overlap"),
    ("America/Asuncion", "2023-10-01T04:00", "00:30", "gap"),
    ("Asia/Tehran", "2022-03-21T20:30", "00:30", "gap"),
    ("Asia/Tehran", "2022-09-21T19:30", "23:30", "overlap"),
    ("Antarctica/Troll", "2026-03-29T01:00", "02:00", "gap"),  # two hours
    ("Antarctica/Troll", "2026-10-25T01:00", "02:00", "overlap"),
    ("Asia/Dhaka", "2009-06-19T17:00", "23:30", "gap"),  # up to midnight
    ("America/Sao_Paulo", "2018-11-04T03:00", "00:30", "gap"),
    ("Asia/Pyongyang", "2018-05-04T15:00", "23:45", "gap"),
    ("Europe/Istanbul", "2015-11-08T01:00", "03:30", "overlap"),
]
# Zones without a change, and days on which calendars are uneven: (zone, from, form, contact).
CALENDAR = [
    ("Asia/Kolkata", "2026-03-08T03:29:59.999", Until("09:00"), None),
    ("Asia/Kolkata", "2026-03-08T03:30", Until("09:00"), None),
    ("Asia/Kolkata", "2026-03-08T03:30:00.001", Until("09:00"), None),
    ("Asia/Kathmandu", "2026-12-31T18:14:59", Until("00:00"), None),
    ("Asia/Kathmandu", "2026-12-31T18:15", Until("00:00"), None),
    ("Asia/Kathmandu", "2026-12-31T18:16", UntilTomorrow("09:00"), None),
    ("UTC", "2026-12-31T23:59:59.999", Until("00:00"), None),
    ("UTC", "2026-12-31T23:30", Window("22:00", "06:00", [3]), None),
    ("UTC", "2027-01-01T05:59:59.999", Window("22:00", "06:00", [3]), None),
    ("UTC", "2027-01-01T06:00", Window("22:00", "06:00", [3]), None),
    ("UTC", "2026-03-07T00:00", Window("00:00", "24:00", [5]), None),
    ("UTC", "2026-03-08T00:00", Window("00:00", "24:00", [5]), None),
    ("UTC", "2028-01-31T10:00", Span(1, "month"), None),
    ("UTC", "2026-01-31T10:00", Span(1, "month"), None),
    ("UTC", "2026-01-31T10:00", Span(2, "month"), None),
    ("UTC", "2026-08-31T10:00", Span(13, "month"), None),
    ("UTC", "2028-02-29T10:00", Span(1, "year"), None),
    ("UTC", "2028-02-29T10:00", Span(4, "year"), None),
    ("UTC", "2028-02-29T10:00", Span(100, "year"), None),
    ("UTC", "2026-01-31T10:00", Sequence([Span(1, "month"), Span(1, "month")]), None),
    ("UTC", "2026-01-31T10:00", Sequence([Span(1, "month"), Span(2, "day")]), None),
    ("UTC", "2028-02-28T10:00", Span(1, "calendar day"), None),
    ("UTC", "2028-02-28T10:00", UntilDay(29, "09:00"), None),
    ("UTC", "2026-02-28T09:00", UntilDay(29, "09:00"), None),
    ("UTC", "2026-02-28T09:00:01", UntilDay(31, "09:00"), None),
    ("UTC", "2026-04-30T09:00:01", UntilDay(31, "09:00"), None),
    ("UTC", "2026-12-31T09:00:01", UntilDay(31, "09:00"), None),
    ("UTC", "2026-12-31T09:00", UntilDay(1, "00:00"), None),
    ("Pacific/Kiritimati", "2026-12-31T09:59:59", UntilDay(1, "00:00"), None),
    ("Pacific/Niue", "2027-01-01T10:59:59", UntilDay(1, "00:00"), None),
    ("Europe/Berlin", "2026-02-28T12:00", UntilAttribute(anniversary=True, time="09:00"), {"x": "2004-02-29"}),
    ("Europe/Berlin", "2028-02-28T12:00", UntilAttribute(anniversary=True, time="09:00"), {"x": "2004-02-29"}),
    ("Europe/Berlin", "2026-02-28T08:00", UntilAttribute(anniversary=True, time="09:00"), {"x": "2004-02-29"}),
    ("Europe/Berlin", "2004-01-01T08:00", UntilAttribute(anniversary=True), {"x": "2004-02-29"}),
    ("Europe/Berlin", "2026-12-24T08:00", UntilAttribute(Span(1, "week"), -1, "09:00", True), {"x": "2000-01-01"}),
    ("Europe/Berlin", "2026-12-25T09:00", UntilAttribute(Span(1, "week"), -1, "09:00", True), {"x": "2000-01-01"}),
    ("Europe/Berlin", "2026-02-01T00:00", UntilAttribute(Span(3, "hour"), 1), {"x": "2026-02-28T23:30:00Z"}),
    ("Europe/Berlin", "2026-02-01T00:00", UntilAttribute(Span(1, "month"), -1), {"x": "2026-03-31T10:00:00Z"}),
    ("Europe/Berlin", "2026-04-01T00:00", UntilAttribute(), {"x": "2026-03-31T10:00:00Z"}),
    ("Europe/Berlin", "2026-04-01T00:00", UntilAttribute(), {}),
    ("Europe/Berlin", "2026-04-01T00:00", Sequence([UntilAttribute(), Span(1, "day")]), {}),
    ("Europe/Berlin", "2026-04-01T00:00", Sequence([UntilAttribute(), Span(1, "day")], "skip"), {}),
    ("Europe/Berlin", "2026-04-01T00:00", Sequence([UntilAttribute(), Span(1, "day")], "exit"), {"x": "2026-03-31"}),
    ("Europe/Berlin", "2026-04-01T00:00", Sequence([UntilAttribute()], "exit"), {"x": "2026-04-02"}),
]


def cases_around(zone_name, change, time, kind):
    """Every form around one change of the clock."""
    zone = ZoneInfo(zone_name)
    at = utc(change)
    before = at - 6 * 3600 * SECOND
    local = datetime.fromisoformat(f"{local_of(at - SECOND, zone)[0].date()}T{time}")
    if kind == "gap" and local < local_of(at - SECOND, zone)[0]:
        local += timedelta(days=1)
    changes_there = local_of(at, zone)[0] - local_of(at - SECOND, zone)[0] != timedelta(seconds=1)
    assert changes_there, f"the clocks of {zone_name} do not change at {change}"
    day, weekday = local.date(), local.weekday()
    near = [before, at - SECOND, at, at + 1, at + 45 * 60 * SECOND]
    quarter = (local + timedelta(minutes=10)).strftime("%H:%M")
    for ms in near:
        yield Until(time), ms, {}
        yield Until(time, [weekday]), ms, {}
        yield Window(time, quarter), ms, {}
        yield UntilDate(local), ms, {}
    yield Until(time, [weekday], True), before, {}
    yield UntilDay(day.day, time), before, {}
    yield UntilTomorrow(time), at - DAY, {}
    yield Window("22:00", time), at - DAY, {}
    yield Window(time, "12:00" if time != "12:00" else "13:00"), at - SECOND, {}
    for span in (Span(1, "day"), Span(1, "calendar day"), Span(1, "week"), Span(1, "month"), Span(1, "year")):
        yield span, instant_of(at_time(span.moved_day(day, -1), seconds_of(time)), zone) + 250, {}
    yield UntilAttribute(time=time), at - DAY, {"x": str(day)}
    for span in (Span(2, "day"), Span(2, "calendar day"), Span(1, "month"), Span(36, "hour")):
        after = {"x": str(day + timedelta(days=1))}
        yield UntilAttribute(span, -1), at - 60 * DAY, after
        yield UntilAttribute(span, -1, "10:00"), at - 60 * DAY, after
        yield UntilAttribute(span, 1), at - 60 * DAY, {"x": rfc3339(at - 2 * DAY + SECOND)}
    yield UntilAttribute(time=time, anniversary=True), at - DAY, {"x": str(add_months(day, -120))}


def table():
    for change in CHANGES:
        for form, ms, contact in cases_around(*change):
            yield wait_case(form, ms, change[0], contact)
    for zone, begins, form, contact in CALENDAR:
        yield wait_case(form, utc(begins), zone, contact)


# Random waits.

ZONES = sorted({change[0] for change in CHANGES} | {
    "UTC", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Gaza", "America/Havana", "America/Los_Angeles",
    "America/Caracas", "Atlantic/Azores", "Europe/Dublin", "Europe/Moscow", "Europe/Paris", "Pacific/Auckland",
    "Pacific/Fiji", "Pacific/Kiritimati", "Pacific/Norfolk"})
BEGIN, END = utc("1990-01-01"), utc("2045-01-01")


def changes_of(zone):
    """The instants at which a zone's clocks change."""
    found, step = [], 10 * DAY
    for ms in range(BEGIN, END, step):
        if offset_at(ms, zone) != offset_at(ms + step, zone):
            found.append(change_between(ms, ms + step, zone))
    return found


def random_instant(dice, changes):
    """Half of them within two days of a change of the clock, a third of all on the second."""
    ms = dice.randrange(BEGIN, END)
    if changes and dice.random() < 0.5:
        ms = dice.choice(changes) + dice.randrange(-2 * DAY, 2 * DAY)
    return ms - ms % SECOND if dice.random() < 0.66 else ms


def random_time(dice):
    return f"{dice.choice([0, 1, 2, 3, 9, 17, 23, dice.randrange(24)]):02}:{dice.choice([0, 15, 30, 45, dice.randrange(60)]):02}"


def random_days(dice):
    return dice.choice([[], [], sorted(dice.sample(range(7), dice.randrange(1, 7)))])


def random_span(dice):
    unit, largest = dice.choice([("minute", 5000), ("hour", 500), ("day", 400), ("week", 60), ("calendar day", 400),
                                 ("month", 40), ("year", 12)])
    return Span(dice.randrange(1, largest), unit)


def random_form(dice, ms, zone):
    kind = dice.randrange(8)
    if kind == 0:
        return random_span(dice)
    if kind == 1:
        days = random_days(dice)
        return Until(random_time(dice), days, bool(days) and dice.random() < 0.3)
    if kind == 2:
        return UntilDay(dice.randrange(1, 32), random_time(dice))
    if kind == 3:
        return UntilTomorrow(random_time(dice))
    if kind == 4:
        day = local_of(ms, zone)[0].date() + timedelta(days=dice.randrange(-2, 5))
        return UntilDate(at_time(day, seconds_of(random_time(dice))))
    if kind == 5:
        opens, closes = random_time(dice), random_time(dice)
        while opens == closes:
            closes = random_time(dice)
        return Window(opens, closes, random_days(dice))
    offset = dice.choice([None, random_span(dice)])
    return UntilAttribute(offset, dice.choice([-1, 1]), dice.choice([None, random_time(dice)]), kind == 7)


def random_attribute(dice, ms, anniversary):
    years = dice.randrange(1, 40) if anniversary else 0
    near = ms + dice.randrange(-40 * DAY, 400 * DAY) - years * 365 * DAY
    value = rfc3339(near - near % SECOND)
    return dice.choice([value, value[:10], value[:10]])


def random_waits(dice, count, changes):
    for _ in range(count):
        name = dice.choice(ZONES)
        zone = ZoneInfo(name)
        ms = random_instant(dice, changes[name])
        form = random_form(dice, ms, zone)
        if dice.random() < 0.2:
            form = Sequence([form, random_form(dice, ms, zone)], dice.choice(["continue", "skip", "exit"]))
        contact = {"x": random_attribute(dice, ms, "anniversary" in form.text())} if dice.random() < 0.95 else {}
        yield wait_case(form, ms, name, contact)


# Schedules against dateutil, which expands local times; instants and the DST rule are ours.

# So far dateutil looks for what never occurs: its own limit, 9999, takes minutes.
datetime_module.MAXYEAR = 2150

RRULE_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
OCCURRENCES = 4
FREQUENCIES = {"YEARLY": 1500, "MONTHLY": 700, "WEEKLY": 300, "DAILY": 100, "HOURLY": 12, "MINUTELY": 4}  # days to look back


def random_rule(dice):
    """The parts of a rule that occurs; numbers of weeks that most months lack are rare."""
    frequency = dice.choice(list(FREQUENCIES))
    parts = {"FREQ": frequency}
    if dice.random() < 0.6:
        # Every seventh day is one weekday: with another in BYDAY dateutil would look as far as year 9999.
        sevens = [] if frequency in ("DAILY", "HOURLY", "MINUTELY") else [7]
        parts["INTERVAL"] = str(dice.choice([2, 3, 5, 12] + sevens))
    if frequency == "MINUTELY":
        # Of 1,440 minutes a day; nothing may come more often than every 5.
        parts["INTERVAL"] = str(dice.choice([5, 8, 11, 15, 45, 90, 100, 1000]))
    if dice.random() < 0.3:
        parts["BYMONTH"] = ",".join(str(month) for month in sorted(dice.sample(range(1, 13), dice.randrange(3, 7))))
    if frequency != "WEEKLY" and dice.random() < 0.3:
        choice = [1, 2, 13, 15, 20, 28, -1, -2, -15, -28] + ([30, 31, -31] if frequency in ("YEARLY", "MONTHLY") else [])
        parts["BYMONTHDAY"] = ",".join(str(day) for day in sorted(dice.sample(choice, dice.randrange(2, 6))))
    if dice.random() < 0.5:
        by_month = frequency == "MONTHLY" or (frequency == "YEARLY" and "BYMONTH" in parts)
        ordinals = [1, 2, 3, 4, -1, -2] if by_month else [1, 2, 10, 20, 40, 52, -1, -10, -52]
        numbered = frequency in ("MONTHLY", "YEARLY") and "BYMONTHDAY" not in parts and dice.random() < 0.6
        parts["BYDAY"] = ",".join(f"{dice.choice(ordinals) if numbered else ''}{day}"
                                  for day in dice.sample(RRULE_DAYS, dice.randrange(1, 5)))
    if dice.random() < 0.6:
        hours = [0, 1, 2, 3, 9, 12, 17, 23]
        parts["BYHOUR"] = ",".join(str(hour) for hour in sorted(dice.sample(hours, dice.randrange(1, 4))))
    if dice.random() < 0.5:
        parts["BYMINUTE"] = ",".join(str(minute) for minute in sorted(dice.sample(range(dice.randrange(5), 60, 5), dice.randrange(1, 4))))
    if dice.random() < 0.3:
        parts["WKST"] = dice.choice(RRULE_DAYS)
    chosen = any(name.startswith("BY") for name in parts)
    # dateutil begins the first week with DTSTART's day, so that positions in it differ from RFC 5545's.
    if chosen and frequency != "WEEKLY" and dice.random() < 0.25:
        parts["BYSETPOS"] = dice.choice(["1", "-1", "1,-1"] + (["2", "3", "-2"] if frequency in ("YEARLY", "MONTHLY") else []))
    return parts


def expected_occurrences(parts, start, until, ms, zone):
    """The instants after `ms`, at most so many; [] where dateutil knows that there are none."""
    try:
        rule = rrule.rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    except ValueError:
        return []
    found = []
    last = datetime(start.year + 90, 1, 1)
    try:
        for local in rule:
            at = instant_of(local, zone)
            if local > last or (until is not None and (local > until if isinstance(until, datetime) else at > until)):
                break
            if at > ms and at not in found:
                found.append(at)
            if len(found) == OCCURRENCES:
                break
    except ValueError:
        # It says so of an interval that never comes to an hour or minute of the rule.
        return []
    return found


def random_schedules(dice, count, changes):
    for _ in range(count):
        name = dice.choice(ZONES)
        zone = ZoneInfo(name)
        ms = random_instant(dice, changes[name])
        parts = random_rule(dice)
        back = dice.randrange(-3, FREQUENCIES[parts["FREQ"]])
        start = local_of(ms - back * DAY - dice.randrange(DAY), zone)[0].replace(second=dice.choice([0, 0, 30]))
        text, until = dict(parts), None
        kind = dice.randrange(6)
        if kind == 0:
            parts["COUNT"] = text["COUNT"] = str(dice.choice([1, 3, 20, 200]))
        elif kind == 1:
            until = local_of(ms, zone)[0].replace(second=0) + timedelta(days=dice.randrange(30))
            text["UNTIL"] = until.strftime("%Y%m%dT%H%M%S")
        elif kind == 2:
            until = ms - ms % SECOND + dice.randrange(30) * DAY
            text["UNTIL"] = (EPOCH + timedelta(milliseconds=until)).strftime("%Y%m%dT%H%M%SZ")
        rule = ";".join(f"{name}={value}" for name, value in text.items())
        question = {"when": f"DTSTART:{start.strftime('%Y%m%dT%H%M%S')} RRULE:{rule}", "from": rfc3339(ms),
                    "zone": name, "count": OCCURRENCES}
        found = expected_occurrences(parts, start, until, ms, zone)
        expected = {"at": [rfc3339(at) for at in found]}
        yield question, expected if found else {"error": f"it does not occur after {rfc3339(ms)}"}


# The command line itself: (arguments, contact file, exit code, standard output, the beginning of the error output).
NEW_YORK = ["--from", "2026-03-08T01:30:00Z", "--zone", "America/New_York"]
COMMANDS = [
    (["until 09:00", *NEW_YORK], None, 0, "2026-03-08T13:00:00Z\n", ""),
    (["1 day", "--from", "2026-03-08T01:30:00.25Z"], None, 0, "2026-03-09T01:30:00.250Z\n", ""),
    (["until 09:00", "--from", "2026-03-08T01:30:00Z"], {"traits": {"timezone": "Asia/Tokyo"}}, 0,
     "2026-03-09T00:00:00Z\n", ""),
    (["until 09:00", *NEW_YORK], {"timezone": "Asia/Tokyo"}, 0, "2026-03-08T13:00:00Z\n", ""),
    (["until 2 days before attribute renewal_date at 10:00", *NEW_YORK],
     {"userId": "ana", "traits": {"renewal_date": "2026-03-20"}}, 0, "2026-03-18T14:00:00Z\n", ""),
    (["until attribute renewal_date, if past: skip", *NEW_YORK], {"renewal_date": "2026-03-01"}, 0,
     "2026-03-08T01:30:00Z\n", "past: skip (attribute renewal_date is \"2026-03-01\")\n"),
    (["until attribute renewal_date", *NEW_YORK], {}, 0, "2026-03-08T01:30:00Z\n", "past: continue (attribute renewal_date is missing)\n"),
    (["every monday at 09:00", *NEW_YORK], None, 0, "2026-03-09T13:00:00Z\n", ""),
    (["every monday at 09:00", *NEW_YORK, "--count", "2"], None, 0, "2026-03-09T13:00:00Z\n2026-03-16T13:00:00Z\n", ""),
    (["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", *NEW_YORK], None, 1, "", "sojourn: it does not occur after"),
    (["until soon", *NEW_YORK], None, 1, "", "sojourn: column 7: expected a time such as 09:00"),
    (["until 09:00", "--from", "yesterday"], None, 1, "", "sojourn: --from: \"yesterday\" is not"),
    (["until 09:00", *NEW_YORK[:3], "Mars/Base"], None, 1, "", "sojourn: zone: \"Mars/Base\" is not an IANA time zone"),
    (["until 09:00", *NEW_YORK[:2]], {"timezone": "Mars/Base"}, 1, "", "sojourn: timezone of the contact: \"Mars/Base\""),
    (["until 09:00", *NEW_YORK], [], 1, "", "sojourn: "),
    (["until 09:00", *NEW_YORK, "--contact", "/nowhere.json"], None, 1, "", "sojourn: /nowhere.json cannot be read"),
    (["until 09:00", *NEW_YORK, "--count", "2"], None, 1, "", "sojourn: a wait ends once"),
    (["every day", *NEW_YORK, "--count", "1001"], None, 1, "", "sojourn: --count: 1001 is not"),
    (NEW_YORK, None, 1, "", "sojourn: give either a text or --batch"),
]


def command_failures(program):
    """One text a command that answered otherwise."""
    for arguments, contact, code, output, error in COMMANDS:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(contact, file)
            file.flush()
            with_contact = [] if contact is None else ["--contact", file.name]
            done = subprocess.run([program, "when", *arguments, *with_contact], capture_output=True, text=True)
        one_line = done.stderr.count("\n") <= 1
        if (done.returncode, done.stdout) != (code, output) or not done.stderr.startswith(error) or not one_line:
            yield f"when {' '.join(arguments)}: {done.returncode} {done.stdout!r} {done.stderr!r}"


def batch_failures(program, cases):
    """One text a question that was answered otherwise."""
    questions = "".join(json.dumps(question) + "\n" for question, _ in cases)
    done = subprocess.run([program, "when", "--batch"], input=questions, capture_output=True, text=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(cases):
        yield f"{len(cases)} questions have {len(answers)} answers: {done.stderr}"
        return
    for (question, expected), answer in zip(cases, answers):
        if json.loads(answer) != expected:
            yield f"{json.dumps(question)}\n    expected {json.dumps(expected)}\n    found    {answer}"


def main():
    parser = argparse.ArgumentParser(description="Checks `sojourn when` against Python.")
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/sojourn"))
    parser.add_argument("--random", type=int, default=3000, help="so many waits, and half as many schedules")
    parser.add_argument("--seed", type=int, default=20261128)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    changes = {name: changes_of(ZoneInfo(name)) for name in ZONES}
    fixed = list(table())
    cases = fixed + list(random_waits(dice, options.random, changes))
    cases += random_schedules(dice, options.random // 2, changes)
    failures = list(batch_failures(options.program, cases)) + list(command_failures(options.program))
    for failure in failures[:FAILURES_SHOWN]:
        print(failure)
    print(f"{len(fixed)} waits of the table, {options.random} at random, {options.random // 2} schedules, "
          f"{len(COMMANDS)} commands; seed {options.seed}")
    print(f"{len(cases) + len(COMMANDS) - len(failures)} passed, {len(failures)} failed")
    return 0 if not failures else 1


if __name__ == "__main__":
    sys.exit(main())
