# ruff: noqa: DJ008 - nobody prints these models
"""The design that Rota replaces, as Django's documentation would have it: a row a weekday, ranges below it, bookings.

Importing it settles Django's settings for the process; ``connect`` says where the file is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

MINUTES_A_DAY = 24 * 60
Ranges = list[tuple[int, int]]

OPENED = {
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
}
"""As Rota opens its own file: the write lock is taken at BEGIN, and what is committed survives the power."""

SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "", "CONN_MAX_AGE": None, "OPTIONS": OPENED}
settings.configure(INSTALLED_APPS=[], USE_TZ=True, DATABASES={"default": SQLITE})
django.setup()


class Taken(Exception):
    """Another booking has the time, or nobody works then."""


class Refused(Exception):
    """Another change came between, the account has lost the doctor's hours, or it is about bookings or watchers."""


class Doctor(models.Model):
    name = models.CharField(max_length=64)
    specialization = models.CharField(max_length=64)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "replaced"


class Account(models.Model):
    user_id = models.BigIntegerField(unique=True)
    doctor = models.OneToOneField(Doctor, models.CASCADE)
    suspended = models.BooleanField(default=False)

    class Meta:
        app_label = "replaced"


class Change(models.Model):
    """One line of the history of a doctor's hours."""

    doctor = models.ForeignKey(Doctor, models.CASCADE)
    version = models.IntegerField()
    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        app_label = "replaced"
        constraints = (models.UniqueConstraint(fields=["doctor", "version"], name="one_a_version"),)


class Form(models.Model):
    """What somebody is about to save."""

    user_id = models.BigIntegerField(unique=True)
    revision = models.IntegerField(default=0)

    class Meta:
        app_label = "replaced"


class Watch(models.Model):
    doctor = models.ForeignKey(Doctor, models.CASCADE)
    user_id = models.BigIntegerField()

    class Meta:
        app_label = "replaced"


class Availability(models.Model):
    """One weekday of a doctor, Monday 0."""

    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="availability")
    weekday = models.SmallIntegerField()
    is_on = models.BooleanField()

    class Meta:
        app_label = "replaced"
        constraints = (models.UniqueConstraint(fields=["doctor", "weekday"], name="one_a_weekday"),)


class Range(models.Model):
    """Minutes from the weekday's midnight; an end past 1440 is the next day's."""

    availability = models.ForeignKey(Availability, models.CASCADE, related_name="ranges")
    start = models.SmallIntegerField()
    end = models.SmallIntegerField()

    class Meta:
        app_label = "replaced"
        ordering = ("start",)


class Booking(models.Model):
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="bookings")
    start = models.DateTimeField()
    end = models.DateTimeField()
    reference = models.CharField(max_length=32)
    cancelled = models.BooleanField(default=False)

    class Meta:
        app_label = "replaced"
        indexes = (models.Index(fields=["doctor", "start"], name="by_doctor"),)


def connect(file: Path) -> None:
    """Choose the file and make the tables in it."""
    connection.settings_dict["NAME"] = file
    with connection.schema_editor() as editor:
        for model in (Doctor, Availability, Range, Booking, Account, Change, Form, Watch):
            editor.create_model(model)


def add_doctors(doctors: Iterable[tuple[str, str]]) -> list[int]:
    """Add doctors by name and specialization; return their ids."""
    made = Doctor.objects.bulk_create([Doctor(name=name, specialization=field) for name, field in doctors])
    Account.objects.bulk_create([Account(user_id=doctor.pk, doctor=doctor) for doctor in made])
    Form.objects.bulk_create([Form(user_id=doctor.pk) for doctor in made])
    return [doctor.pk for doctor in made]


def set_week(doctor_id: int, week: Mapping[int, Ranges]) -> None:
    """Replace a doctor's seven days, all at once."""
    with transaction.atomic():
        Range.objects.filter(availability__doctor_id=doctor_id).delete()
        Availability.objects.filter(doctor_id=doctor_id).delete()
        days = Availability.objects.bulk_create(
            [Availability(doctor_id=doctor_id, weekday=weekday, is_on=bool(week.get(weekday))) for weekday in range(7)]
        )
        Range.objects.bulk_create(
            [Range(availability=day, start=start, end=end) for day in days for start, end in week.get(day.weekday, ())]
        )


def set_week_as_rota(user_id: int, week: Mapping[int, Ranges], version: int) -> None:
    """Replace the seven days of an account's doctor and keep all that Rota does: ``version`` is the one last seen.

    Raises:
        Refused.
    """
    now = timezone.now()
    with transaction.atomic():
        account = Account.objects.select_related("doctor").get(user_id=user_id)
        doctor = account.doctor
        if account.suspended or doctor.version != version:
            raise Refused
        if not Form.objects.filter(user_id=user_id, revision=version - 1).update(revision=version):
            raise Refused
        hours = Range.objects.filter(availability__doctor=doctor)
        before = list(hours.values_list("availability__weekday", "availability__is_on", "start", "end"))
        set_week(doctor.pk, week)
        Doctor.objects.filter(pk=doctor.pk, version=version).update(version=version + 1)
        after = [(weekday, True, *hours) for weekday, ranges in week.items() for hours in ranges]
        doctor.change_set.create(version=version + 1, user_id=user_id, at=now, before=before, after=after)
        if doctor.bookings.filter(cancelled=False, end__gt=now).exists() or doctor.watch_set.exists():
            raise Refused


def get_week(doctor_id: int) -> list[Ranges]:
    """Return the ranges of a doctor's seven days."""
    doctor = Doctor.objects.prefetch_related("availability__ranges").get(pk=doctor_id)
    week: list[Ranges] = [[] for _ in range(7)]
    for day in doctor.availability.all():
        if day.is_on:
            week[day.weekday] = [(hours.start, hours.end) for hours in day.ranges.all()]
    return week


def board(day: date) -> list[tuple[str, Ranges, Ranges]]:
    """Return every doctor by name, with the ranges of a date and those that the night before has left."""
    weekday, before = day.weekday(), (day.weekday() - 1) % 7
    near = Availability.objects.filter(is_on=True, weekday__in=[weekday, before]).prefetch_related("ranges")
    found = []
    for doctor in Doctor.objects.order_by("name").prefetch_related(models.Prefetch("availability", near, "near")):
        hours: Ranges = []
        tails: Ranges = []
        for own in doctor.near:
            ranges = [(each.start, each.end) for each in own.ranges.all()]
            if own.weekday == weekday:
                hours = ranges
            else:
                tails = [late for late in ranges if late[1] > MINUTES_A_DAY]
        found.append((doctor.name, hours, tails))
    return found


def book(doctor_id: int, start: datetime, minutes: int, reference: str) -> int:
    """Book a patient if the doctor works then and nobody else has the time; return the booking's id.

    Raises:
        Taken.
    """
    end, at = start + timedelta(minutes=minutes), start.hour * 60 + start.minute
    with transaction.atomic():
        doctor = Doctor.objects.select_for_update().get(pk=doctor_id)
        works = Range.objects.filter(
            availability__doctor=doctor,
            availability__weekday=start.weekday(),
            availability__is_on=True,
            start__lte=at,
            end__gte=at + minutes,
        )
        standing = doctor.bookings.filter(cancelled=False, start__lt=end, end__gt=start)
        if not works.exists() or standing.exists():
            raise Taken
        return int(doctor.bookings.create(start=start, end=end, reference=reference).pk)


def booked(doctor_id: int) -> list[datetime]:
    """Return when a doctor's standing bookings begin."""
    return list(
        Booking.objects.filter(doctor_id=doctor_id, cancelled=False).order_by("start").values_list("start", flat=True)
    )
