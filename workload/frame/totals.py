"""附件2 第四条(三), 第五条(三), 第六条(一), 方案 六(三) over frames: totals of each teacher and year, and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, and_
from typing import TYPE_CHECKING

from attrs import frozen

from workload.errors import WorkloadError
from workload.frame.columns import Columns, Read, told
from workload.frame.days import as_number
from workload.frame.keep import kept
from workload.frame.ledger import FAULT, KEY_YEARS, REASONS, Ledger
from workload.frame.periods import years_of
from workload.frame.roster import Roster, holding, once, strangers
from workload.frame.tariffs import Tariffs
from workload.frame.words import List, Words, among
from workload.period import Period, natural_year
from workload.quota import FILLS
from workload.regulation import Clause, EvaluationRule, Quota, Regulation, Semester
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

MET, NOT_MET, UNDETERMINED, NOT_APPLICABLE = "met", "not_met", "undetermined", "not_applicable"
TRAINING_SCALE = 100  # hours of training are hundredths
_STATES = len(REASONS) + 1  # a line is credited, or set aside for one of the reasons


@frozen(eq=False)
class Sums:
    """The sums of each teacher and year; how many lines were set ``aside``, by ``key`` and ``reason``; how many are
    ``faulty``, where all have been seen.
    """

    frame: Frame
    aside: Frame
    faulty: int | None


def summed(ledger: Ledger, semesters: Mapping[str, Sequence[Mapping[int, Period]]] | None = None) -> Sums:
    """The sums of the credited lines of each teacher and year, by account, and by semester where something is owed.

    The rows are read for them once, here.
    """
    import narwhals as nw

    tariffs, nothing = ledger.tariffs, nw.lit(0, nw.Int64)
    columns: dict[str, nw.Expr] = {}  # what is summed
    same: dict[str, str] = {}  # what need not be summed again
    none: list[str] = []
    for account in tariffs.regulation.accounts:
        amount, minutes = tariffs.of_account(account)
        timed = f"{account}_minutes"
        for name, found in ((account, amount), (timed, minutes)):
            if found is None:
                none.append(name)
            elif name == timed and tariffs.counts_minutes(account):
                same[name] = account
            else:
                columns[name] = found
    for account, parts in (semesters or {}).items():
        for place, days in enumerate(parts):
            inside = nw.when(_within(days)).then(columns.get(account, nothing)).otherwise(nothing)
            columns[f"{account}_in_{place}"] = inside
    # Teacher, year and reason in one number: it is gathered by sooner, and what is credited stands by itself.
    slot = nw.col("key").fill_null(0) * _STATES + (nw.col("reason").fill_null(-1) + 1)
    lines = ledger.lines(exact=False).select(slot.alias("slot"), *(one.alias(name) for name, one in columns.items()))
    sums = (nw.col(name).sum().cast(nw.Int64) for name in columns)
    grouped = kept(lines.group_by("slot").agg(*sums, nw.len().cast(nw.Int64).alias("rows"))).with_columns(
        (nw.col("slot") // _STATES).alias("key"), (nw.col("slot") % _STATES - 1).alias("reason")
    )
    credited, aside = grouped.filter(nw.col("reason") == -1), grouped.filter(nw.col("reason") >= 0)
    of_whom = credited.with_columns(
        (nw.col("key") % KEY_YEARS).alias("year"),
        (nw.col("key") // KEY_YEARS).alias("no"),
        nw.col("rows").alias("credited"),
        *(nw.col(other).alias(name) for name, other in same.items()),
        *(nothing.alias(name) for name in none),
    )
    frame = of_whom.join(ledger.roster.frame.select("no", *ledger.keys), on="no", how="inner")
    frame = kept(frame.select(*ledger.keys, "year", *columns, *same, *none, "credited"))
    faulty = None
    if ledger.sees_all:
        of_faults = aside.filter(nw.col("reason") == REASONS.index(FAULT))
        faulty = int(of_faults.select(nw.col("rows").sum()).collect()["rows"][0] or 0)
    of_years = aside.filter(nw.col("key") > 0)
    return Sums(frame, of_years.select("key", "reason", "rows"), faulty)


def of_semesters(ledger: Ledger) -> dict[str, list[dict[int, Period]]]:
    """The accounts in which something is owed each semester, and those that count toward them: for each semester its
    days in each year.

    Raises:
        WorkloadError: each teacher has years of the own, in which the semesters would be others.
    """
    regulation, readings = ledger.tariffs.regulation, ledger.readings
    clauses = [quota for quota in regulation.quotas if quota.each == "semester"]
    if not clauses:
        return {}
    if ledger.periods is not None or readings["part_year"] == "by_days":
        told_ = "、".join(dict.fromkeys(clause.id for clause in clauses))
        raise WorkloadError(
            Text(
                f"条款 {told_} 按学期要求工作量；数据框不能与聘期年度或按天折算并用，请用 evaluate",
                f"{told_.replace('、', ', ')} asks by the semester, which frames cannot tell of appointment years or "
                "prorated by days; use evaluate",
            )
        )
    parts: list[dict[int, Period]] = []
    for year, period in years_of(regulation, readings["year"], ledger.years).items():
        for place, (_, days) in enumerate(regulation.calendar.semesters_of(period)):
            parts += [{}] if place == len(parts) else []
            parts[place][year] = days.intersection(period) or days
    accounts = dict.fromkeys(clause.account for clause in clauses)
    if readings["counseling_fills_teaching"] == "yes":
        accounts |= dict.fromkeys(FILLS[account] for account in accounts if account in FILLS)
    return dict.fromkeys(accounts, parts)


def _within(days: Mapping[int, Period]) -> nw.Expr:
    """Whether a line lies in those days of its year."""
    import narwhals as nw

    found: nw.Expr = nw.lit(value=False)
    for year, period in days.items():
        inside = nw.col("date").is_between(as_number(period.start), as_number(period.end))
        found = found | ((nw.col("year") == year) & inside)
    return found


@frozen(eq=False)
class Findings:
    """What the chapters say of each teacher and year."""

    ledger: Ledger
    tables: Mapping[str, Columns]

    @property
    def keys(self) -> list[str]:
        """What a teacher is known by."""
        return self.ledger.keys

    @property
    def roster(self) -> Roster:
        """Who is evaluated."""
        return self.ledger.roster

    @property
    def tariffs(self) -> Tariffs:
        """What work gives."""
        return self.ledger.tariffs

    @property
    def regulation(self) -> Regulation:
        """The rules."""
        return self.tariffs.regulation

    @property
    def words(self) -> Words:
        """The closed lists."""
        return self.tariffs.words

    def of(self, sums: Frame, periods: Frame) -> tuple[Frame, list[Frame]]:
        """Every teacher and year with totals and verdicts, and the faults of the tables that they need.

        ``periods``: keys, ``year``, ``begins``, ``start`` and ``end`` of each teacher's year.

        Raises:
            NoClauseError: something was owed on other days, but no clause holds at the end of one of the years.
        """
        import narwhals as nw

        self._check_dates()
        counts = [name for name in sums.collect_schema().names() if name not in (*self.keys, "year")]
        frame = periods.join(sums, on=[*self.keys, "year"], how="left").with_columns(
            *(nw.col(name).fill_null(0) for name in counts)
        )
        frame = self._quota(frame)
        faults: list[Frame] = []
        for chapter in (self._training, self._case_reports, self._evaluations):
            frame, more = chapter(frame)
            faults += more
        return frame, faults

    # ---- clauses

    def _check_dates(self) -> None:
        """Each chapter has a clause for every employment at the end of every year, or it is told that not."""
        rules, readings, years = self.regulation, self.ledger.readings, self.ledger.years
        chapters: tuple[tuple[Clause, ...], ...] = (rules.quotas, rules.training, rules.case_reports, rules.evaluation)
        if all(clause.is_undated for chapter in chapters for clause in chapter) and rules.effective_from is None:
            return
        employments = self.words["teachers", "employment"].names
        for code in self.roster.frame.select("employment").unique().collect()["employment"].to_list():
            for year, period in years_of(rules, readings["year"], years).items():
                for account in rules.accounts if self.ledger.periods is None else ():
                    rules.quota(employments[code], account, period.end, readings)
                for chapter in chapters[1:]:
                    rules.for_employment(chapter, employments[code], natural_year(year).end, readings)

    def _mine(self, clause: Clause, versions: Sequence[Clause], day: nw.Expr) -> nw.Expr:
        """Whether a clause is the version for a teacher (of its employment, where it names one) and day."""
        import narwhals as nw

        conditions = holding(day, versions, self.ledger.readings)
        held = next(one for one, other in zip(conditions, versions, strict=True) if other is clause)
        employment = getattr(clause, "employment", None)
        found = [] if held is None else [held]
        if employment is not None:
            found.append(nw.col("employment") == self.words["teachers", "employment"].code(employment))
        return reduce(and_, found) if found else nw.lit(value=True)

    # ---- the quota

    def _quota(self, frame: Frame) -> Frame:
        import narwhals as nw

        readings = self.tariffs.readings
        by_days = readings["part_year"] == "by_days" and bool(self.roster.terms)
        covered, days = nw.lit(1), nw.lit(1)
        if by_days:
            length = nw.col("last") - nw.col("first") + 1
            has = nw.col("terms")
            covered = nw.when(has).then(self.roster.covered(nw.col("first"), nw.col("last"))).otherwise(nw.lit(1))
            days = nw.when(has).then(length).otherwise(nw.lit(1))
        frame = frame.with_columns(covered.alias("owed_days"), days.alias("of_days"))
        unknown = ~nw.col("terms") if self.roster.terms else nw.lit(value=True)
        verdicts = []
        nothing = nw.lit(None, nw.Int64)
        for account in self.regulation.accounts:
            owed, lacking = nothing, nothing
            versions = [quota for quota in self.regulation.quotas if quota.account == account]
            for clause in versions:
                same = [one for one in versions if one.employment == clause.employment]
                mine = self._mine(clause, same, nw.col("end"))
                own_owed, own_lacking = self._owed(clause)
                owed = nw.when(mine).then(own_owed).otherwise(owed)
                lacking = nw.when(mine).then(own_lacking).otherwise(lacking)
            verdict = nw.when(lacking > 0).then(nw.lit(NOT_MET)).otherwise(nw.lit(MET))
            if readings["year"] == "appointment":
                verdict = nw.when(unknown).then(nw.lit(UNDETERMINED)).otherwise(verdict)
            applies = ~owed.is_null() & nw.col("begins")
            frame = frame.with_columns(
                nw.when(applies).then(owed).otherwise(nothing).alias(f"{account}_required"),
                nw.when(applies).then(lacking).otherwise(nothing).alias(f"{account}_shortfall"),
                nw.when(applies).then(verdict).otherwise(nw.lit(NOT_APPLICABLE)).alias(f"{account}_verdict"),
            )
            verdicts.append(f"{account}_verdict")
        return frame.with_columns(worst(verdicts).alias("quota"))

    def _owed(self, clause: Quota) -> tuple[nw.Expr, nw.Expr]:
        """What is owed under a clause, and what is lacking of it: at the scale of its account, times ``of_days``."""
        import narwhals as nw

        amount = (clause.amount * self.tariffs.scales[clause.account]).numerator

        def lacking(owed: nw.Expr, value: nw.Expr) -> nw.Expr:
            return nw.max_horizontal(owed - value, nw.lit(0, nw.Int64))

        if clause.each == "year":
            owed = nw.col("owed_days") * amount
            return owed, lacking(owed, self._filled(clause.account) * nw.col("of_days"))
        parts = []
        for place, days in enumerate(of_semesters(self.ledger)[clause.account]):
            has = among(nw.col("year"), days)
            owed = nw.when(has).then(nw.lit(amount, nw.Int64)).otherwise(nw.lit(0, nw.Int64))
            parts.append((owed, lacking(owed, self._filled(clause.account, f"_in_{place}"))))
        return reduce(add, (owed for owed, _ in parts)), reduce(add, (lacked for _, lacked in parts))

    def _filled(self, account: str, of: str = "") -> nw.Expr:
        """An account's total with what also counts toward it (R4); the scales were chosen so that it fits."""
        import narwhals as nw

        value, scales = nw.col(account + of), self.tariffs.scales
        other = FILLS.get(account)
        if other is None or self.ledger.readings["counseling_fills_teaching"] != "yes":
            return value
        return value + nw.col(other + of) * (scales[account] // scales[other])

    # ---- training, case reports, evaluations

    def _training(self, frame: Frame) -> tuple[Frame, list[Frame]]:
        import narwhals as nw

        needs, table = self.regulation.training, self.tables.get("training")
        names = [f"training_{place}" for place in range(1, len(needs) + 1)]
        faults: list[Frame] = []
        if table is not None:
            forms, levels = self.words["training", "form"], self.words["training", "level"]
            rows, faults = self._rows(
                table,
                {
                    "date": Read("day"),
                    "hours": Read("number", TRAINING_SCALE),
                    "level": Read("word", words=levels),
                    "form": Read("word", words=forms, blank="course"),
                },
            )
            counted: dict[str, nw.Expr] = {}
            for name, need in zip(names, needs, strict=True):
                fits = nw.col("form") == forms.code(need.form)
                if need.levels:
                    fits = fits & among(nw.col("level"), levels.codes_of(need.levels)).fill_null(value=False)
                value = nw.col("hours") if need.counted == "hours" else nw.lit(1, nw.Int64)
                counted[name] = nw.when(fits).then(value).otherwise(nw.lit(0, nw.Int64)).alias(name)
            rows = rows.select(*self.keys, (nw.col("date") // 10000).alias("year"), *counted.values())
            later = [
                rows.select(
                    *self.keys,
                    nw.col("year") + more,
                    *(
                        nw.col(name) if more < need.within_years else nw.lit(0, nw.Int64).alias(name)
                        for name, need in zip(names, needs, strict=True)
                    ),
                )
                for more in range(max((need.within_years for need in needs), default=1))
            ]
            frame = self._with_sums(frame, later, names)
        for name, need in zip(names, needs, strict=True):
            required = need.amount * (TRAINING_SCALE if need.counted == "hours" else 1)
            verdict: nw.Expr = nw.lit(UNDETERMINED)
            if table is not None:
                lacking = nw.col(name) * required.denominator < required.numerator
                verdict = nw.when(lacking).then(nw.lit(NOT_MET)).otherwise(nw.lit(MET))
            same = [one for one in needs if (one.id, one.employment) == (need.id, need.employment)]
            mine = self._mine(need, same, _year_end())
            frame = frame.with_columns(
                nw.when(mine).then(verdict).otherwise(nw.lit(NOT_APPLICABLE)).alias(f"{name}_verdict")
            )
        return frame.with_columns(worst([f"{name}_verdict" for name in names]).alias("training")), faults

    def _case_reports(self, frame: Frame) -> tuple[Frame, list[Frame]]:
        import narwhals as nw

        rules, table = self.regulation.case_reports, self.tables.get("case_reports")
        if not rules or table is None:
            return frame.with_columns(nw.lit(UNDETERMINED if rules else NOT_APPLICABLE).alias("case_reports")), []
        rows, faults = self._rows(table, {"date": Read("day")})
        semesters = {f"case_reports_{semester.id}": semester for semester in self.regulation.calendar.semesters}
        own = []
        for name, semester in semesters.items():
            inside, year = _in_semester(semester, nw.col("date"))
            ones = (nw.lit(int(other == name), nw.Int64).alias(other) for other in semesters)
            own.append(rows.filter(inside).select(*self.keys, year.alias("year"), *ones))
        frame = self._with_sums(frame, own, list(semesters))
        verdict: nw.Expr = nw.lit(NOT_APPLICABLE)
        for rule in rules:
            enough = reduce(and_, (nw.col(name) >= rule.amount for name in semesters))
            found = nw.when(enough).then(nw.lit(MET)).otherwise(nw.lit(NOT_MET))
            verdict = nw.when(self._mine(rule, rules, _year_end())).then(found).otherwise(verdict)
        return frame.with_columns(verdict.alias("case_reports")), faults

    def _evaluations(self, frame: Frame) -> tuple[Frame, list[Frame]]:
        import narwhals as nw

        rows, faults = evaluation_rows(self.tables.get("evaluations"), self.roster, self.words)
        results = self.words["evaluations", "result"]
        if rows is None:
            frame = frame.with_columns(nw.lit(None, nw.Int64).alias("result"))
        else:
            frame = frame.join(rows, on=[*self.keys, "year"], how="left")
        passed = passed_by(self.regulation.evaluation, results, _year_end(), self.ledger.readings)
        judged = nw.when(passed).then(nw.lit(MET)).otherwise(nw.lit(NOT_MET))
        verdict = nw.when(nw.col("result").is_null()).then(nw.lit(UNDETERMINED)).otherwise(judged)
        if not self.regulation.evaluation:
            verdict = nw.lit(NOT_APPLICABLE)
        return frame.with_columns(
            results.named(nw.col("result")).alias("evaluation"), verdict.alias("evaluation_verdict")
        ), faults

    def _rows(self, table: Columns, reads: Mapping[str, Read]) -> tuple[Frame, list[Frame]]:
        """The sound rows of a table, and its faults."""
        rows, unread = table.records(self.keys, reads)
        return rows, [unread, strangers(rows, self.roster.ids, self.keys, table.table)]

    def _with_sums(self, frame: Frame, parts: Sequence[Frame], names: Sequence[str]) -> Frame:
        """The teachers and years with the sums of those columns; 0 where there is nothing."""
        import narwhals as nw

        if not names:
            return frame
        together = nw.concat(parts, how="vertical").group_by(*self.keys, "year")
        sums = together.agg(*(nw.col(name).sum().cast(nw.Int64) for name in names))
        joined = frame.join(sums, on=[*self.keys, "year"], how="left")
        return joined.with_columns(*(nw.col(name).fill_null(0) for name in names))


def _year_end() -> nw.Expr:
    """The last day of the natural year."""
    import narwhals as nw

    return nw.col("year") * 10000 + 1231


def _in_semester(semester: Semester, date: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Whether a day lies in a semester, and the year in which that semester began."""
    import narwhals as nw

    begin, end = (month * 100 + day for month, day in (semester.start, semester.end))
    month_day, year = date % 10000, date // 10000
    if begin <= end:
        return month_day.is_between(begin, end), year
    began = month_day >= begin
    return began | (month_day <= end), nw.when(began).then(year).otherwise(year - 1)


def evaluation_rows(table: Columns | None, roster: Roster, words: Words) -> tuple[Frame | None, list[Frame]]:
    """The result of each teacher and year as a code, and the faults of the table."""
    import narwhals as nw

    if table is None:
        return None, []
    keys = list(roster.keys)
    reads = {"year": Read("year"), "result": Read("word", words=words["evaluations", "result"])}
    rows, unread = table.records(keys, reads)
    first, others = once(rows, [*keys, "year"], ["result"])
    faults = [
        unread,
        strangers(rows, roster.ids, keys, "evaluations"),
        told(others, keys, "evaluations", nw.lit("year"), nw.lit("twice")),
    ]
    return first.select(*keys, "year", "result"), faults


def passed_by(rules: Sequence[EvaluationRule], results: List, day: nw.Expr, readings: Mapping[str, str]) -> nw.Expr:
    """Whether the result is a pass by the rule of that day."""
    import narwhals as nw

    passed: nw.Expr = nw.lit(value=False)
    for rule, held in zip(rules, holding(day, rules, readings), strict=True):
        accepted = among(nw.col("result"), results.codes_of(rule.passes))
        passed = passed | (accepted if held is None else accepted & held)
    return passed.fill_null(value=False)


def worst(verdicts: Sequence[str]) -> nw.Expr:
    """The verdict of all together: not met before undetermined before met; not applicable where none applies."""
    import narwhals as nw

    found: nw.Expr = nw.lit(NOT_APPLICABLE)
    for wanted in (MET, UNDETERMINED, NOT_MET):
        for name in verdicts:
            found = nw.when(nw.col(name) == wanted).then(nw.lit(wanted)).otherwise(found)
    return found
