"""An evaluation of many in numbers: every row accounted for, how many have which verdict, and the first faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from workload.errors import Fault
from workload.frame.columns import COLLEGE, ROW, TEACHER
from workload.frame.engines import rows_of
from workload.frame.evaluation import FrameEvaluation
from workload.frame.faults import told
from workload.vocabulary import REASONS

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

VERDICTS = ("met", "not_met", "undetermined", "not_applicable")


@frozen(eq=False)
class Summary:
    """An evaluation in numbers: the ``rows`` of the activities, the lines ``credited``, or ``set_aside`` by reason.

    A row that touches two of the years has a line in each. ``verdicts`` and ``experience`` say how many teachers and
    years, or teachers, have each verdict; ``faults`` how many there are of each code in each table.
    """

    rows: int
    credited: int
    set_aside: Mapping[str, int]
    faults: Mapping[tuple[str, str], int]
    teachers: int = 0
    teacher_years: int = 0
    verdicts: Mapping[str, Mapping[str, int]] = field(factory=dict)
    experience: Mapping[str, int] = field(factory=dict)
    recognized_years: int = 0

    @property
    def lines(self) -> int:
        """How many lines there are: credited and set aside."""
        return self.credited + sum(self.set_aside.values())


@frozen(eq=False)
class Question:
    """What is asked of an evaluation for its summary: frames, to be reckoned together with what is written.

    ``most`` faults are told one by one; ``briefly``: no verdict is counted; and those of the
    three-year test only where ``tested``.
    """

    found: FrameEvaluation
    tables: Mapping[str, Any]
    most: int
    briefly: bool = False
    tested: bool = True

    def frames(self) -> list[Any]:
        """The frames to be asked for, all small."""
        import narwhals as nw

        aside = nw.from_native(self.found.set_aside).lazy()
        totals = nw.from_native(self.found.totals).lazy()
        activities = nw.from_native(self.tables["activities"]).lazy()
        faults = nw.from_native(self.found.faults).lazy()
        number = nw.len().cast(nw.Int64).alias("rows")
        asked = [
            faults.sort("table", ROW, "column", nulls_last=True).head(self.most),
            faults.group_by("table", "code").agg(number),
            aside.group_by("reason").agg(nw.col("rows").sum().cast(nw.Int64)),
            totals.select(nw.col("credited").sum().cast(nw.Int64)),
            activities.select(number),
        ]
        if not self.briefly:
            keys = [name for name in totals.collect_schema().names() if name in (COLLEGE, TEACHER)]
            asked += [totals.select(*keys).unique().select(number), self._verdicts(totals)]
            if self.tested and self.found.regulation.experience:
                tested = nw.from_native(self.found.experience).lazy()
                years = nw.col("recognized_years").sum().cast(nw.Int64)
                asked.append(tested.group_by("verdict").agg(number, years))
        return [frame.to_native() for frame in asked]

    @property
    def _judged(self) -> dict[str, str]:
        """What is judged, and the column of its verdict."""
        accounts = {account: f"{account}_verdict" for account in self.found.regulation.accounts}
        others = {name: name for name in ("quota", "training", "case_reports")}
        return {**accounts, **others, "evaluation": "evaluation_verdict"}

    def _verdicts(self, totals: Frame) -> Frame:
        import narwhals as nw

        one, none = nw.lit(1, nw.Int64), nw.lit(0, nw.Int64)
        return totals.select(
            *(
                nw.when(nw.col(column) == verdict).then(one).otherwise(none).alias(f"{name}:{verdict}")
                for name, column in self._judged.items()
                for verdict in VERDICTS
            )
        ).select(nw.len().cast(nw.Int64).alias("rows"), nw.all().sum().cast(nw.Int64))

    def answered(self, found: Sequence[nw.DataFrame[Any]]) -> Summary:
        """The summary, from the frames that were asked for."""
        by_code, by_reason, (credited,), (rows,), *more = (list(rows_of(frame)) for frame in found[1:])
        faults = {(table, code): number for table, code, number in by_code}
        numbers_of = dict(by_reason)
        reasons = {reason: numbers_of[reason] for reason in REASONS if reason in numbers_of}
        counted = rows[0], credited[0] or 0, reasons, faults
        if self.briefly:
            return Summary(*counted)
        (teachers,), ((years, *verdicts_),), *tested = more
        numbers = iter(verdicts_)
        verdicts = {name: {verdict: next(numbers) or 0 for verdict in VERDICTS} for name in self._judged}
        by_verdict = {verdict: (number, years or 0) for verdict, number, years in (tested[0] if tested else ())}
        experience = {verdict: by_verdict[verdict][0] for verdict in VERDICTS if verdict in by_verdict}
        recognized = sum(years for _, years in by_verdict.values())
        return Summary(*counted, teachers[0], years, verdicts, experience, recognized)

    def first_faults(self, found: Sequence[nw.DataFrame[Any]]) -> tuple[Fault, ...]:
        """The first faults, with what stands there and what is accepted."""
        return told(found[0], self.tables, self.found.regulation)


def about(found: FrameEvaluation, summary: Summary) -> dict[str, Any]:
    """What a result was computed under and from, for programs: rules, readings, years, scales, rows."""
    as_of = found.as_of.isoformat() if isinstance(found.as_of, date) else found.as_of
    verdicts = {name: dict(numbers) for name, numbers in summary.verdicts.items()}
    return {
        "rules": found.regulation.id,
        "readings": dict(found.readings),
        "years": list(found.years),
        "as_of": as_of,
        "scales": dict(found.scales),
        "rows": {
            "read": summary.rows,
            "lines": summary.lines,
            "credited": summary.credited,
            "set_aside": summary.lines - summary.credited,
        },
        "set_aside": dict(summary.set_aside),
        "faults": [{"table": table, "code": code, "rows": n} for (table, code), n in sorted(summary.faults.items())],
        **({"teachers": summary.teachers, "teacher_years": summary.teacher_years} if summary.teachers else {}),
        **({"verdicts": verdicts} if verdicts else {}),
        **(
            {"experience": {**summary.experience, "recognized_years": summary.recognized_years}}
            if summary.experience
            else {}
        ),
    }
