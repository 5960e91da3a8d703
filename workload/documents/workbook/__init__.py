"""The annual evaluation as a workbook that just opens: native formulas with their computed values, ready to print."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from attrs import evolve

from workload.documents.workbook.experience import SHEET as EXPERIENCE
from workload.documents.workbook.experience import ExperienceSheet
from workload.documents.workbook.ledger import SHEET as LEDGER
from workload.documents.workbook.ledger import LedgerSheet
from workload.documents.workbook.lines import Books
from workload.documents.workbook.pages import ASIDE, CHARTS, NOTES, Pages
from workload.documents.workbook.reconciliation import SHEET as RECONCILIATION
from workload.documents.workbook.reconciliation import ReconciliationSheet
from workload.documents.workbook.requirements import SHEET as REQUIREMENTS
from workload.documents.workbook.requirements import RequirementSheet
from workload.documents.workbook.roster import SHEET as ROSTER
from workload.documents.workbook.roster import RosterSheet
from workload.documents.workbook.rules import KINDS_SHEET, RuleSheet
from workload.documents.workbook.rules import SHEET as RULES
from workload.documents.workbook.sheets import Book
from workload.documents.workbook.summary import SHEET as SUMMARY
from workload.documents.workbook.summary import SummarySheet
from workload.errors import Fault, NoClauseError
from workload.evaluation import CenterEvaluation, CenterExperience, evaluate, evaluate_experience, without
from workload.ledger import Basis
from workload.loading import load_regulation
from workload.progress import Progress
from workload.provenance import provenance_of
from workload.records import Center
from workload.regulation import Readings, Regulation
from workload.tables.write import close_workbook, written
from workload.text import Language, Text

Audience = Literal["center", "hr"]
STRETCH = 1.3
OWN_SHEETS = (
    SUMMARY,
    EXPERIENCE,
    CHARTS,
    RECONCILIATION,
    ASIDE,
    REQUIREMENTS,
    LEDGER,
    ROSTER,
    RULES,
    KINDS_SHEET,
    NOTES,
)


def write_evaluation_workbook(
    path: Path,
    center: Center,
    year: int,
    regulation: Regulation | None = None,
    readings: Readings | None = None,
    *,
    audience: Audience = "center",
    source: Path | None = None,
    day: date | None = None,
    skip_faulty: bool = False,
    overwrite: bool = False,
    language: Language = "zh",
    progress: Progress | None = None,
) -> CenterEvaluation:
    """附件2 第六条(一): the annual evaluation of a center as an xlsx file with live formulas.

    Totals, class hours, shortfalls, points, verdicts and the windows of 方案 六(二) are native formulas over the ledger
    sheet, each stored with the library's own value; the figures of the regulation are named cells. For ``hr`` the
    ledger holds sums by month and no day or time of a single duty.

    Args:
        path: the file to write, whole or not at all.
        center: the records.
        year: the year, as the reading ``year`` counts it.
        regulation: the rules; those of 周职党〔2024〕33号 by default.
        readings: values of readings to take instead of the defaults.
        audience: ``center`` (every row) or ``hr``.
        source: the file or folder that the records were read from, for the footer.
        day: the date of the workbook, for the footer.
        skip_faulty: leave faulty rows out; they are listed as set aside.
        overwrite: replace a file that is there.
        language: of sheets, headers and notes.
        progress: is told how far the evaluation has come.

    Raises:
        InputError: the records have faults (unless ``skip_faulty``).
        NoClauseError: the year begins before the regulation.
        WorkloadError: the file cannot be written.
        MissingExtraError: XlsxWriter is not installed.

    >>> from tempfile import TemporaryDirectory
    >>> from workload import Activity, Teacher
    >>> rows = [Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=90)]
    >>> center = Center([Teacher("T01", "part_time")], rows)
    >>> with TemporaryDirectory() as folder:
    ...     found = write_evaluation_workbook(Path(folder, "2024.xlsx"), center, 2024)
    >>> found.rows_read
    1
    """
    regulation = regulation or load_regulation()
    found, tested, untested, clean = _results(center, year, regulation, readings, skip_faulty, progress)
    origin = provenance_of(center, regulation, found.readings, source=source, day=day)

    def write(temporary: Path) -> None:
        books = Books.of(found, tested, Basis.of(clean, regulation, readings))
        stretch = STRETCH if language == "en" else 1.0
        book = Book(temporary, origin.footer().get(language), day or date(year, 12, 31), stretch)
        rules = RuleSheet.of(books.basis, language)
        roster = RosterSheet(books, rules, language)
        ledger = LedgerSheet(books, rules, roster, language, detailed=audience == "center")
        requirements = RequirementSheet(books, rules, roster, language)
        summary = SummarySheet(books, rules, roster, ledger, requirements, language)
        experience = None if tested is None else ExperienceSheet(books, rules, summary, language)
        pages = Pages(books, rules, roster, ledger, summary, experience, origin, language)
        summary.write(book)
        if experience is not None:
            experience.write(book)
        pages.write_charts(book)
        ReconciliationSheet(books, rules, ledger, summary, language).write(book)
        pages.write_aside(book)
        requirements.write(book)
        pages.write_teachers(book, {text.get(language).casefold() for text in OWN_SHEETS})
        ledger.write(book)
        roster.write(book)
        rules.write(book)
        pages.write_notes(book, untested)
        close_workbook(book.book)

    written(path, write, overwrite=overwrite)
    return found


def _results(
    center: Center,
    year: int,
    regulation: Regulation,
    readings: Readings | None,
    skip_faulty: bool,
    progress: Progress | None,
) -> tuple[CenterEvaluation, CenterExperience | None, Text | None, Center]:
    """The evaluation, the three-year test or why there is none, and the records without faults that both used."""
    tested, untested, clean = None, None, center
    faults: tuple[Fault, ...] = ()
    try:
        tested = evaluate_experience(center, year, regulation, readings, skip_faulty=skip_faulty, progress=progress)
    except NoClauseError as error:  # the rules know no such test, or not yet in those years
        untested = error.text
    else:
        faults = tested.faults  # a row that is skipped in one is skipped in both
        clean = without(center, faults) if faults else center
    found = evaluate(clean, year, regulation, readings, skip_faulty=skip_faulty, progress=progress)
    if found.faults:
        clean = without(clean, found.faults)
    return evolve(found, faults=(*faults, *found.faults)), tested, untested, clean


__all__ = ["Audience", "write_evaluation_workbook"]
