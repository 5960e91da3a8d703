"""附件2 第六条(一), 方案 六(二) over frames: the annual evaluation and the three-year test of everybody at once.

The same rules, readings and results as the objects', number for number; see :func:`evaluate_frames`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from workload.errors import Fault, InputError, MissingExtraError, WorkloadError
from workload.experience import COUNSELING
from workload.frame.columns import ROW, Columns, unless_personal
from workload.frame.days import as_day, as_number
from workload.frame.experience import Recognized, experience
from workload.frame.ledger import KEY_YEARS, REASONS, Ledger
from workload.frame.periods import appointment_periods, calendar_periods, trailing, years_of
from workload.frame.roster import roster
from workload.frame.tariffs import Tariffs
from workload.frame.totals import Findings, Sums, evaluation_rows, of_semesters, passed_by, summed
from workload.frame.words import named, words_of
from workload.ledger import Basis
from workload.loading import load_regulation
from workload.period import Period, natural_year, refuse_other_years
from workload.quota import FILLS
from workload.records import Center
from workload.regulation import Experience, Readings, Regulation
from workload.text import Text
from workload.vocabulary import TABLES, YEARS, word

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

HOURS = 100  # class hours are hundredths, unless another scale is named
_NEEDED = ("teachers", "activities")


@frozen(eq=False)
class FrameEvaluation:
    """The evaluation of a province: frames of the engine that the tables came from, lazy where it is.

    ``scales`` says what the integers of each account are parts of: an amount of 855 at the scale 45 is 19 class hours.
    """

    regulation: Regulation = field(repr=lambda regulation: regulation.id)
    readings: Readings = field(repr=False)
    years: tuple[int, ...]
    as_of: int | date
    scales: Mapping[str, int]
    _ledger: Ledger = field(repr=False)
    _roster_faults: Sequence[Frame] = field(repr=False)
    _tables: Mapping[str, Columns] = field(repr=False)
    _native: Any = field(repr=False)

    @cached_property
    def _found(self) -> tuple[Frame, list[Frame]]:
        return Findings(self._ledger, self._tables).of(self._sums.frame, self._periods(self.years))

    @cached_property
    def _sums(self) -> Sums:
        """The sums of every teacher and year."""
        return summed(self._ledger, of_semesters(self._ledger))

    def _periods(self, years: Sequence[int]) -> Frame:
        """Every teacher's years."""
        ledger = self._ledger
        if self.readings["year"] == "appointment":
            table = self._tables.get("appointments")
            return appointment_periods(ledger.roster, table, years, self.regulation, self.readings)
        return calendar_periods(ledger.roster.frame, years_of(self.regulation, self.readings["year"], years))

    # ---- the three-year test

    @property
    def experience(self) -> Any:
        """方案 六(二): one row a teacher: the verdict of the three-year test as of ``as_of``, and what is missing."""
        return self._out(self._experience.teachers)

    @property
    def windows(self) -> Any:
        """方案 六(二): the windows that were taken, and those that only lack evaluations."""
        return self._out(self._experience.windows)

    @cached_property
    def _experience(self) -> Recognized:
        import narwhals as nw

        day = self.as_of if isinstance(self.as_of, date) else natural_year(self.as_of).end
        ledger, first = self._ledger, self._first_year
        named = ledger.tariffs.words["teachers", "employment"].named(nw.col("employment")).alias("employment")
        teachers = ledger.roster.frame.select(*ledger.keys, named)
        clauses = self._clauses_of_test(teachers, day)
        accounts = tuple(dict.fromkeys(need.account for clause in clauses.values() for need in clause.needs))
        years = [
            self._years_of_test(clause, accounts, day, first)
            for clause in clauses.values()
            if clause.basis != "employment"
        ]
        basis = Basis.of(Center([], []), self.regulation, self.readings)
        return experience(
            basis,
            clauses,
            nw.concat(years, how="vertical") if years else None,
            teachers,
            keys=ledger.keys,
            scales=self.scales,
            first=first,
            as_of=day.year,
        )

    def _clauses_of_test(self, teachers: Frame, day: date) -> dict[str, Experience]:
        """The clause of each employment that occurs; of all that the rules know where there is nobody.

        Raises:
            NoClauseError: the rules say nothing of one that occurs, or not on that day.
        """
        there = sorted(set(teachers.select("employment").unique().collect()["employment"].to_list()))
        found = {}
        for name in there or dict.fromkeys(clause.employment for clause in self.regulation.experience):
            own = [clause for clause in self.regulation.experience if clause.employment == name]
            what = Text(f"{word('employment', name).zh}教师的学生工作经历", f"experience of {name}")
            found[name] = self.regulation.in_force(own, day, what, self.readings)
        if not found:
            raise WorkloadError(Text("规则没有三年认定的条款", "the rules say nothing of a three-year test"))
        return found

    @cached_property
    def _first_year(self) -> int:
        """The first year that has a say in the three-year test: of work, an evaluation, or a term."""
        import narwhals as nw

        ends = [self._tables["activities"].years_between("date")]
        if "appointments" in self._tables:
            ends.append(self._tables["appointments"].years_between("start"))
        if (table := self._tables.get("evaluations")) is not None:
            years = table.frame.select(table.year("year").alias("year")).select(nw.col("year").min()).collect()["year"]
            ends += [(int(year), int(year)) for year in years.to_list() if year is not None]
        back = 0 if self.readings["year"] == "natural" else 1
        return max(min((first for first, _ in filter(None, ends)), default=self.years[-1]) - back, YEARS[0])

    def _years_of_test(self, clause: Experience, accounts: Sequence[str], day: date, first: int) -> Frame:
        """What each year of a teacher counts for under that clause; 0 of an account of which it does not speak.

        Raises:
            NoClauseError: work lies in a year that begins before the regulation.
        """
        import narwhals as nw

        ledger, words = self._ledger, self._ledger.tariffs.words
        keys, employments = ledger.keys, words["teachers", "employment"]
        labels = range(min(first, day.year), day.year + 1)
        if clause.window == "trailing":
            labels = range(day.year - clause.years + 1, day.year + 1)
            periods = calendar_periods(ledger.roster.frame, trailing(day, labels))
            own = evolve(ledger, years=tuple(labels), periods=as_joined(periods, keys))
            sums = summed(own).frame
        else:
            periods = self._periods(labels)
            same = self.years[0] <= labels[0] and labels[-1] <= self.years[-1]
            own = ledger if same else self._ledger_of(tuple(labels))
            sums = (self._sums if same else summed(own)).frame
        counts = {need.account for need in clause.needs}
        periods = periods.filter(nw.col("employment") == employments.code(clause.employment))
        self._check_start(periods, sums)
        frame = periods.join(sums, on=[*keys, "year"], how="left")
        # A calendar year in which no appointment year begins has no work, but its evaluation counts.
        worked = [name for name in sums.collect_schema().names() if name not in (*keys, "year")]
        frame = frame.with_columns(*(nw.when(nw.col("begins")).then(nw.col(name)).alias(name) for name in worked))
        results, _ = evaluation_rows(self._tables.get("evaluations"), ledger.roster, words)
        if results is None:
            frame = frame.with_columns(nw.lit(None, nw.Int64).alias("result"))
        else:
            frame = frame.join(results, on=[*keys, "year"], how="left")
        judged_on = nw.col("year") * 10000 + 1231
        passed = passed_by(self.regulation.evaluation, words["evaluations", "result"], judged_on, self.readings)
        minutes = nw.col(f"{COUNSELING}_minutes") if COUNSELING in self.regulation.accounts else nw.lit(0)
        frame = frame.with_columns(nw.col("credited").fill_null(0), passed.alias("passed"))
        return frame.select(
            *keys,
            employments.named(nw.col("employment")).alias("employment"),
            "year",
            *((self._filled(name) if name in counts else nw.lit(0, nw.Int64)).alias(name) for name in accounts),
            minutes.fill_null(0).alias("counseling_minutes"),
            (nw.col("begins") & self._appointed()).alias("appointed"),
            nw.col("result"),
            nw.col("passed"),
            (~nw.col("result").is_null() & ~nw.col("passed")).alias("failed"),
        )

    def _check_start(self, periods: Frame, sums: Frame) -> None:
        """Refuse work in a year that begins before the regulation, as the objects do of each teacher."""
        import narwhals as nw

        start = self.regulation.effective_from
        if start is None:
            return
        worked = sums.filter(nw.col("credited") > 0).select(*self._ledger.keys, "year")
        early = periods.filter(nw.col("begins") & (nw.col("start") < as_number(start)))
        own = early.join(worked, on=[*self._ledger.keys, "year"], how="semi").select("start", "end").head(1).collect()
        for begin, end in zip(own["start"].to_list(), own["end"].to_list(), strict=True):
            self.regulation.check_start(Period(as_day(begin), as_day(end)), self.readings)

    def _filled(self, account: str) -> nw.Expr:
        """An account's total with what also counts toward it (R4)."""
        import narwhals as nw

        found = nw.col(account).fill_null(0)
        if account in FILLS and self.readings["counseling_fills_teaching"] == "yes":
            other = FILLS[account]
            found = found + nw.col(other).fill_null(0) * (self.scales[account] // self.scales[other])
        return found

    def _appointed(self) -> nw.Expr:
        """Whether the teacher counts as appointed in the year (R12)."""
        import narwhals as nw

        roster_ = self._ledger.roster
        without = ~nw.col("result").is_null() | (nw.col("credited") > 0)
        if not roster_.terms:
            return without
        covered = roster_.covered(nw.col("first"), nw.col("last"))
        enough = covered > 0
        if self.readings["appointed"] == "throughout":
            enough = covered == nw.col("last") - nw.col("first") + 1
        return nw.when(nw.col("terms")).then(enough).otherwise(without)

    def _ledger_of(self, years: tuple[int, ...]) -> Ledger:
        """The ledger over other years."""
        ledger = evolve(self._ledger, years=years)
        if self.readings["year"] == "appointment":
            ledger = evolve(ledger, periods=as_joined(self._periods(years), self._ledger.keys))
        return ledger

    @property
    def totals(self) -> Any:
        """One row a teacher and year: totals of each account, what is owed, verdicts."""
        import narwhals as nw

        frame, _ = self._found
        words, keys = self._ledger.tariffs.words, self._ledger.keys
        accounts = list(self.regulation.accounts)
        names = [name for name in frame.collect_schema().names() if name.startswith(("training", "case_reports"))]
        chosen = frame.with_columns(words["teachers", "employment"].named(nw.col("employment")).alias("employment"))
        return self._out(
            chosen.select(
                *keys,
                "employment",
                "year",
                "start",
                "end",
                *(
                    f"{account}{more}"
                    for account in accounts
                    for more in ("", "_minutes", "_required", "_shortfall", "_verdict")
                ),
                nw.col("of_days").alias("shortfall_days"),
                "credited",
                "quota",
                *sorted(names),
                "evaluation",
                "evaluation_verdict",
            )
        )

    @property
    def ledger(self) -> Any:
        """One row a line: account and amount with its clause, or the reason for which it was set aside."""
        return self._out(self._lines)

    @property
    def _lines(self) -> Frame:
        import narwhals as nw

        tariffs, keys = self._ledger.tariffs, self._ledger.keys
        credits_ = [version.credit for version in tariffs.versions]
        of = {name: [getattr(credit, name) for credit in credits_] for name in ("account", "id", "article")}
        version, number = nw.col("version"), nw.when(nw.col("credited"))
        of_nobody = nw.when(nw.col("no").is_null())
        return self._ledger.lines().select(
            *(of_nobody.then(unless_personal(key)).otherwise(nw.col(key)).alias(key) for key in keys),
            ROW,
            nw.col("year").cast(nw.Int64),
            tariffs.words["activities", "kind"].named(nw.col("kind")).alias("kind"),
            named(nw.col("reason"), REASONS).alias("reason"),
            named(version, of["account"]).alias("account"),
            named(version, of["id"]).alias("clause"),
            named(version, of["article"]).alias("article"),
            number.then(nw.col("amount")).cast(nw.Int64).alias("amount"),
            number.then(nw.col("quantity")).cast(nw.Int64).alias("quantity"),
        )

    @property
    def set_aside(self) -> Any:
        """How many lines were set aside, by teacher, year and reason."""
        import narwhals as nw

        ledger, keys, reason = self._ledger, self._ledger.keys, nw.col("reason")
        aside = self._sums.aside.with_columns(
            (nw.col("key") // KEY_YEARS).alias("no"), (nw.col("key") % KEY_YEARS).alias("year"), reason.cast(nw.Int16)
        )
        parts = [aside.join(ledger.roster.frame.select("no", *keys), on="no", how="inner")]
        if ledger.periods is not None or not self._is_clean:  # rows of nobody, or of no year, or of far ones
            lines = ledger.lines().filter(~reason.is_null())
            further = nw.col("key").is_null()
            further = further if ledger.sees_all else further | ~ledger.is_near
            of_nobody = nw.when(nw.col("no").is_null())
            others = lines.filter(further).with_columns(
                nw.col("year").cast(nw.Int64),
                *(of_nobody.then(unless_personal(name)).otherwise(nw.col(name)).alias(name) for name in keys),
            )
            parts.append(others.group_by(*keys, "year", "reason").agg(nw.len().cast(nw.Int64).alias("rows")))
        of = [*keys, "year", "reason"]
        counted = nw.concat([part.select(*of, "rows") for part in parts], how="vertical")
        if len(parts) > 1:  # a year that does not begin in January can have near and far rows
            counted = counted.group_by(*of).agg(nw.col("rows").sum().cast(nw.Int64))
        return self._out(counted.with_columns(named(reason, REASONS).alias("reason")).select(*of, "rows"))

    @property
    def faults(self) -> Any:
        """Every fault of every table: table, row, keys, column, code. What stands there is not repeated."""
        return self._out(self._faults)

    @property
    def _faults(self) -> Frame:
        import narwhals as nw

        _, more = self._found
        of_rows = [] if self._is_clean else [self._ledger.faults()]
        return nw.concat([*of_rows, *self._roster_faults, *more], how="vertical")

    @cached_property
    def _is_clean(self) -> bool:
        """Whether no activity row has a fault, as far as that is known already; then none need be looked for."""
        return self._sums.faulty == 0

    def _out(self, frame: Frame) -> Any:
        """A frame as the caller's engine has it."""
        return self._native(frame)


def evaluate_frames(
    tables: Mapping[str, Any],
    years: int | Iterable[int] | None = None,
    *,
    as_of: int | date | None = None,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    scale: int = HOURS,
) -> FrameEvaluation:
    """附件2 第六条(一): the evaluation of every teacher in every year, on data frames.

    Args:
        tables: the tables of the contract by their English names, as frames of one engine (polars, DuckDB, PySpark;
            pandas and pyarrow are taken to polars and come back as they were); headers Chinese or English. A column
            ``college`` (院校) in every table keeps the teachers of many colleges apart. Activities may have a column
            ``row`` (行), their place, no two of one teacher the same; lazy ones must where their order plays a part.
        years: the years to evaluate, as the reading ``year`` counts them; those of the activities by default.
        as_of: the year (or the day, for a rule that counts back from it) of the three-year test; the last of ``years``
            by default.
        regulation: the rules; those of 周职党〔2024〕33号 by default.
        readings: values of readings to take instead of the defaults.
        scale: class hours are integers at that scale, hundredths by default; one that does not fit is a fault.

    Raises:
        InputError: a table lacks a column, or has one that looks like client data.
        WorkloadError: the frames are of several engines, or the rules say something that frames cannot tell.
        MissingExtraError: narwhals is not installed.
        NoClauseError: a year begins before the regulation.
    """
    _needs_narwhals()
    regulation = regulation or load_regulation()
    chosen = regulation.chosen(readings)
    missing = [name for name in _NEEDED if tables.get(name) is None]
    if missing:
        zh = f"缺少表：{'、'.join(TABLES[name].zh for name in missing)}"
        raise WorkloadError(Text(zh, f"the tables lack {', '.join(missing)}"))
    if scale < 1 or int(scale) != scale:
        raise WorkloadError(Text(f"精度应为正整数，现为 {scale}", f"the scale is a whole number from 1, not {scale}"))
    if as_of is not None:
        refuse_other_years(as_of if isinstance(as_of, int) else as_of.year)
    columns = _columns(tables)
    words = words_of(regulation)
    tariffs = Tariffs.of(regulation, chosen, words, scale)
    _needs_rows(columns["activities"], tariffs, chosen)
    dates = columns["activities"].is_date("date")
    found, faults = roster(columns, regulation, words, chosen, dates=dates)
    wanted = _years(years, columns["activities"], regulation, chosen)
    ledger = Ledger(columns["activities"], found, tariffs, wanted)
    if chosen["year"] == "appointment":
        table = columns.get("appointments")
        periods = appointment_periods(found, table, wanted, regulation, chosen)
        ledger = evolve(ledger, periods=as_joined(periods, found.keys))
    given = _as_given(tables["activities"])
    last = wanted[-1] if as_of is None else as_of
    return FrameEvaluation(regulation, chosen, wanted, last, tariffs.scales, ledger, faults, columns, given)


def _columns(tables: Mapping[str, Any]) -> dict[str, Columns]:
    """The tables with the headers that are known; what is wrong with the headers of all of them is told together."""
    if others := sorted(set(tables) - set(TABLES)):
        raise WorkloadError(Text(f"没有这样的表：{'、'.join(others)}", f"there is no table {', '.join(others)}"))
    found: dict[str, Columns] = {}
    faults: list[Fault] = []
    for name, native in tables.items():
        if native is None:
            continue
        try:
            found[name] = Columns.of(name, native)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _needs_rows(activities: Columns, tariffs: Tariffs, readings: Readings) -> None:
    """Refuse rows without a number where their order plays a part."""
    in_turn = (
        activities.has("start") or activities.has("record_id") or tariffs.pooled or readings["year"] == "appointment"
    )
    if in_turn and not activities.has(ROW):
        raise WorkloadError(
            Text(
                "工作记录没有“行”列（row），而这种数据框没有先后次序；请加一列行号（重复、重叠以先出现的为准）",
                "the activities have no column 'row', and a frame of this engine has no order; add one with the "
                "place of each row (of duplicates and overlaps the earlier counts)",
            )
        )


def as_joined(periods: Frame, keys: Sequence[str]) -> Frame:
    """The periods as the ledger joins them to its rows."""
    import narwhals as nw

    ends = nw.col("start").alias("period_start"), nw.col("end").alias("period_end")
    return periods.select(*keys, "year", "first", "last", *ends)


def _needs_narwhals() -> None:
    try:
        import narwhals  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            Text(
                '数据框需要 narwhals 和 polars：pip install "counseling-workload[frames]"',
                'data frames need narwhals and polars: pip install "counseling-workload[frames]"',
            )
        ) from None


def _years(
    years: int | Iterable[int] | None, activities: Columns, regulation: Regulation, readings: Readings
) -> tuple[int, ...]:
    """The years asked for, or those that the activities touch."""
    wanted: tuple[int, ...]
    if isinstance(years, int):
        wanted = (years,)
    elif years is not None:
        wanted = tuple(sorted(set(years)))
    else:
        ends = activities.years_between("date")
        if ends is None:
            raise WorkloadError(Text("工作记录没有日期，请给出年度", "the activities have no days; name the years"))
        wanted = tuple(range(ends[0] - (readings["year"] != "natural"), ends[1] + 1))
    if not wanted or not all(isinstance(year, int) for year in wanted):
        raise WorkloadError(Text("没有年度，或年度不是整数", "there is no year, or one is no whole number"))
    refuse_other_years(*wanted)
    calendar = regulation.calendar
    for year in wanted[:1]:
        period = calendar.academic(year) if readings["year"] == "academic" else natural_year(year)
        regulation.check_start(period, readings)
    return tuple(range(wanted[0], wanted[-1] + 1))


def _as_given(native: Any) -> Any:
    """What turns a lazy frame into one of the kind that was given."""
    import narwhals as nw

    given = nw.from_native(native)
    if isinstance(given, nw.LazyFrame):
        return lambda frame: frame.to_native()
    kind = given.implementation
    if kind.is_pandas():
        return lambda frame: frame.collect().to_pandas()
    if kind.is_pyarrow():
        return lambda frame: frame.collect().to_arrow()
    return lambda frame: frame.collect().to_native()
