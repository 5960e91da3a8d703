"""What the figures of a document come from: the rules, the readings, the version, the files, the records, the day.

Each of them has a digest (SHA-256), so that whoever holds a paper can tell whether the rules and records in hand are
those behind it. A digest is no signature: it says *what* was used, not *who* used it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from attrs import evolve, fields, frozen

from workload.privacy import looks_like_person_data
from workload.records import MINUTES_A_DAY, Activity, Center
from workload.regulation import Readings, Regulation
from workload.tables.aliases import alias_file, aliases_of
from workload.tables.container import not_opened
from workload.text import Text
from workload.vocabulary import TABLES, table_named

DISTRIBUTION = "counseling-workload"
UNKNOWN_VERSION = "?"  # of a copy of the library that was not installed


@frozen
class InputFile:
    """One file that was read: its name without the folder (``…`` for one that could be a person's), and its digest."""

    name: str
    sha256: str


@frozen(kw_only=True)
class Provenance:
    """What a document's figures come from. Every document prints it as its footer, or line by line.

    ``readings`` are all of them, ``changed`` those that are not at their default, as ``switch=value``. ``inputs`` is
    empty where the records were made in memory; ``day`` is the document's date, ``None`` where it bears none.
    """

    rules: str
    document: str
    rules_digest: str
    version: str
    readings: Mapping[str, str]
    changed: tuple[str, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    records_digest: str
    day: date | None = None

    def footer(self) -> Text:
        """All of it on one line, with the beginnings of the digests."""
        rules = self.rules_digest[:8]
        zh = [f"规则文件 {self.rules}（{rules}）", f"workload {self.version}"]
        en = [f"rules {self.rules} ({rules})", f"workload {self.version}"]
        told = " ".join(self.changed)
        zh.append(f"口径 {told or '默认'}")
        en.append(f"readings {told or 'default'}")
        if self.inputs:
            first, more = self.inputs[0], len(self.inputs) - 1
            named = f"{first.name} {first.sha256[:12]}"
            zh.append(f"输入 {named}" + (f"（+{more} 个文件）" if more else ""))
            en.append(f"input {named}" + (f" (+{more} {'file' if more == 1 else 'files'})" if more else ""))
        else:
            zh.append(f"记录 {self.records_digest[:12]}")
            en.append(f"records {self.records_digest[:12]}")
        if self.day is not None:
            zh.append(f"日期 {self.day}")
            en.append(f"date {self.day}")
        return Text(" · ".join(zh), " · ".join(en))

    def lines(self) -> tuple[Text, ...]:
        """The same item by item, with the whole digests and every reading."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[Text]:
        yield Text(f"规则文件：{self.rules}（{self.document}）", f"Rules: {self.rules} ({self.document})")
        yield Text(f"规则摘要 SHA-256：{self.rules_digest}", f"Digest of the rules, SHA-256: {self.rules_digest}")
        yield Text(f"程序版本：workload {self.version}", f"Version: workload {self.version}")
        told = " ".join(self.changed)
        yield Text(f"非默认口径：{told or '无'}", f"Readings that are not the default: {told or 'none'}")
        told = " ".join(f"{name}={value}" for name, value in self.readings.items())
        yield Text(f"全部口径：{told}", f"All readings: {told}")
        for one in self.inputs:
            yield Text(f"输入文件：{one.name} SHA-256 {one.sha256}", f"Input: {one.name}, SHA-256 {one.sha256}")
        yield Text(f"记录摘要 SHA-256：{self.records_digest}", f"Digest of the records, SHA-256: {self.records_digest}")
        if self.day is not None:
            yield Text(f"日期：{self.day}", f"Date: {self.day}")


def provenance_of(
    center: Center,
    regulation: Regulation,
    readings: Readings,
    *,
    source: Path | None = None,
    day: date | None = None,
) -> Provenance:
    """What a document on a center's records, under that regulation and those readings, comes from.

    Args:
        center: the records, as they were read.
        regulation: the rules.
        readings: the readings; those not given are at their default.
        source: the workbook or folder that the records were read from; ``None`` where they were made in memory.
        day: the date of the document. The library has no clock: whoever writes the document gives it.

    Raises:
        InputError: ``source`` cannot be read.
        ReadingError: a reading or its value is unknown.

    >>> from workload import Activity, Teacher, load_regulation
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90)]
    >>> center = Center([Teacher("T01", "part_time")], rows)
    >>> found = provenance_of(center, load_regulation(), {"partial_unit": "whole_pooled"}, day=date(2025, 1, 6))
    >>> found.rules, found.changed, found.footer().en[-15:]
    ('zhoukou-2024-33', ('partial_unit=whole_pooled',), 'date 2025-01-06')
    """
    chosen = regulation.chosen(readings)
    return Provenance(
        rules=regulation.id,
        document=regulation.document,
        rules_digest=digest_of_rules(regulation),
        version=library_version(),
        readings=chosen,
        changed=tuple(
            f"{name}={chosen[name]}" for name, one in regulation.readings.items() if chosen[name] != one.default
        ),
        inputs=() if source is None else input_files(source),
        records_digest=digest_of_records(center),
        day=day,
    )


@cache
def library_version() -> str:
    """The version of this library, as it was installed; ``?`` for a copy that was not."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN_VERSION


# ---------------------------------------------------------------- digests


def input_files(source: Path) -> tuple[InputFile, ...]:
    """The files that are read of an input, each with the digest of its bytes.

    The workbook, or those CSV files of the folder that hold a table, by name; then the school's own words
    (``workload-alias.toml``) where it has some. The order is the same on every system.

    Raises:
        InputError: one cannot be read, or the file of the school's own words is wrong.
    """
    try:
        files = _tables_of(source) if source.is_dir() else [source]
        words = alias_file(source)
        return tuple(
            InputFile(_file_name(file), _digest_of_file(file)) for file in (*files, *([words] * words.is_file()))
        )
    except OSError as error:
        raise not_opened(source, error) from None


def _tables_of(folder: Path) -> list[Path]:
    """The CSV files of a folder that the reader takes for tables."""
    aliases = aliases_of(folder)
    found = []
    for file in folder.iterdir():
        alias = aliases.of_table(file.stem)
        known = table_named(file.stem) is not None if alias is None else alias.meaning is not None
        if known and file.suffix.lower() == ".csv" and file.is_file():
            found.append(file)
    return sorted(found, key=_normalized)


def _normalized(file: Path) -> str:
    """A file's name with the same letters on every system: macOS takes some of them apart."""
    return unicodedata.normalize("NFC", file.name.encode("utf-8", "replace").decode())


def _file_name(file: Path) -> str:
    name = _normalized(file)
    return "…" if looks_like_person_data(name) else name


def _digest_of_file(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of_rules(regulation: Regulation) -> str:
    """The digest of everything that a regulation decides: words, calendar, readings, and its clauses as they stand.

    A value, a date, an article or a quote makes another one; comments and the layout of the rule file do not, nor how a
    reading is put into words: a paper stays valid when a later version words it better.

    >>> from attrs import evolve
    >>> from workload import load_regulation
    >>> rules = load_regulation()
    >>> digest_of_rules(rules) == digest_of_rules(evolve(rules, document="周职党〔2024〕34号"))
    False
    """
    wordless = {
        name: evolve(reading, question=Text("", ""), values=dict.fromkeys(reading.values, Text("", "")))
        for name, reading in regulation.readings.items()
    }
    return digest(canonical(evolve(regulation, readings=wordless)))


# What of a center is a teacher's own, beside the activities; the rates are the center's.
_OF_A_TEACHER = tuple(name for name in TABLES if name not in ("activities", "rates"))


def digest_of_records(center: Center, teacher_id: str | None = None) -> str:
    """The digest of all records of a center, or of one teacher's own.

    The numbers of the rows are part of it, because every answer cites them, and so are the rows that a fault took
    away. In which order the sheets stand does not matter, nor how a cell was written: what was read is what counts.

    One teacher's digest stands on papers that leave the center, so the times of day have no part in it
    (:func:`without_times`); in that of the whole center they have.

    >>> from workload import Teacher
    >>> center = Center([Teacher("T01", "part_time"), Teacher("T02", "part_time")], [])
    >>> digest_of_records(center, "T01") == digest_of_records(center, "T02")
    False
    """
    records: dict[str, Any] = {name: getattr(center, name) for name in TABLES}
    records |= {"dropped": center.dropped, "unread_teachers": center.unread_teachers}
    if teacher_id is not None:
        for name in (*_OF_A_TEACHER, "dropped"):
            if records[name] is not None:
                records[name] = [record for record in records[name] if record.teacher_id == teacher_id]
        del records["rates"], records["unread_teachers"]
        records["activities"] = list(map(without_times, center.activities_of.get(teacher_id, ())))
    return digest(canonical(records))


def digest_of_test(center: Center, teacher_id: str, as_of: int, until: date) -> str:
    """方案 六(二): the digest of what a teacher's three-year test rests on.

    The teacher's own records up to the day ``until``, and the evaluations up to the year ``as_of``, wherever they stand
    in the sheet: a register that grows, or into which a row of somebody else is put, leaves it as it was. Times of day
    have no part in it (:func:`without_times`).

    >>> from workload import Teacher
    >>> one, other = Center([Teacher("T01", "part_time", row=2)], []), Center([Teacher("T01", "part_time")], [])
    >>> day = date(2024, 12, 31)
    >>> digest_of_test(one, "T01", 2024, day) == digest_of_test(other, "T01", 2024, day)
    True
    """
    known: dict[str, Any] = {
        "teachers": [one for one in center.teachers if one.teacher_id == teacher_id],
        "titles": [one for one in center.titles_of.get(teacher_id, ()) if one.effective_from <= until],
        "appointments": [one for one in center.appointments_of.get(teacher_id, ()) if one.start <= until],
        "evaluations": [one for one in _by_id(center.evaluations, teacher_id) if one.year <= as_of],
        "activities": [without_times(one) for one in center.activities_of.get(teacher_id, ()) if one.date <= until],
    }
    return digest(
        canonical(
            {name: sorted(canonical(evolve(one, row=None)) for one in records) for name, records in known.items()}
        )
    )


def _by_id(records: Iterable[Any] | None, teacher_id: str) -> Iterator[Any]:
    return (record for record in records or () if record.teacher_id == teacher_id)


def without_times(row: Activity) -> Activity:
    """A row without its times of day, and without the minutes of a duty over midnight.

    A day has 1440 minutes: whoever has a digest over the times of one teacher's few rows finds them by trying each. And
    what a duty over the year's end has in each year tells, beside its minutes, when it began.

    >>> row = Activity("T01", date(2024, 12, 31), "counseling_duty", start=time(22, 30), end=time(0, 45))
    >>> without_times(row) == Activity("T01", date(2024, 12, 31), "counseling_duty")
    True
    """
    if row.start is None and row.end is None:
        return row
    return evolve(row, start=None, end=None, minutes=None if runs_over_midnight(row) else row.minutes)


def runs_over_midnight(row: Activity) -> bool:
    """Whether a duty goes on after midnight; one that ends at midnight does not.

    >>> runs_over_midnight(Activity("T01", date(2024, 3, 5), "counseling_duty", start=time(22), end=time(0)))
    False
    """
    interval = row.interval
    return interval is not None and (interval[1] - 1) // MINUTES_A_DAY > interval[0] // MINUTES_A_DAY


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(thing: object) -> str:
    """Records, or plain data of them, as the one text that stands for them whatever the system.

    JSON with sorted keys and no spaces; an exact number as ``"38"`` or ``"45/2"``, a day as ISO 8601, a record as an
    object of those fields that are not at their default, so that a field which a later version adds changes nothing.

    >>> from workload import Training
    >>> canonical([Training("T01", date(2024, 5, 6), "7.5", row=2), None])
    '[{"date":"2024-05-06","hours":"15/2","row":2,"teacher_id":"T01"},null]'
    """
    return json.dumps(thing, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(thing: Any) -> object:
    """What JSON has no word for, as what it has one for."""
    if isinstance(thing, Fraction):
        return str(thing)
    if isinstance(thing, date | time):
        return thing.isoformat()
    if isinstance(thing, Decimal):
        return str(Fraction(thing))  # 2.50 is 2.5
    if isinstance(thing, Mapping):
        return dict(thing)
    values = ((one, getattr(thing, one.name)) for one in fields(type(thing)))
    return {one.name: value for one, value in values if value != one.default}
