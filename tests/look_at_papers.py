"""Makes every paper of the samples and pictures of each: ``python tests/look_at_papers.py FOLDER``.

Not a test: a person looks at the pictures before a change of a template or layout is called done. Needs LibreOffice,
pdftoppm (poppler-utils), a font with Chinese characters, and Chromium for the HTML.
"""

import shutil
import subprocess
import sys
import tempfile
from datetime import date, time, timedelta
from pathlib import Path

from workload import (
    Activity,
    Appointment,
    Center,
    Teacher,
    TitleHeld,
    evaluate,
    evaluate_experience,
    load_regulation,
    read_center,
    write_evaluation_workbook,
)
from workload.documents.certificate import certificate_docx
from workload.documents.statement import statement, write_statement
from workload.facts import experience_facts
from workload.provenance import provenance_of

SAMPLES = Path(__file__).parent.parent / "samples"
DAY = date(2025, 9, 8)  # the academic year 2024 is over, too
WITHIN = date(2024, 12, 30)  # the year 2024 is not
# Input, its rules, the year.
CENTERS = (
    (SAMPLES / "center" / "心理指导中心.xlsx", None, 2024),
    (SAMPLES / "teacher", None, 2024),
    (SAMPLES / "another-school" / "示范学院.xlsx", SAMPLES / "another-school" / "示范学院.toml", 2024),
)
EVENTS = (
    *("group_counseling", "lecture", "training_session", "salon", "forum"),
    *("practice_activity", "case_conference", "admission_assessment", "return_assessment", "supervision"),
)


def busy_center():
    """A teacher with 500 rows of every kind, many set aside, four terms, and a title that changed each quarter."""
    rows = []
    for number in range(500):
        day = date(2024, 2, 1) + timedelta(days=number * 2 // 3)
        common = {"row": number + 2, "record_id": f"2024-{number:04d}"}
        if number % 9 == 0:
            rows.append(Activity("T01", day, "counseling_duty", minutes=90, cancelled=True, **common))
        elif number % 3 == 0:
            rows.append(Activity("T01", day, "class_teaching", class_hours="2.5", start=time(19), **common))
        elif number % 5 == 0:
            rows.append(Activity("T01", day, EVENTS[number // 5 % len(EVENTS)], **common))
        else:
            start, end = time(8 + number % 9, 13), time(9 + number % 9, 47)
            rows.append(Activity("T01", day, "counseling_duty", start=start, end=end, **common))
    names = ("assistant", "lecturer", "associate_professor", "professor")
    titles = [TitleHeld("T01", name, date(2024, 1 + 3 * place, 1)) for place, name in enumerate(names)]
    days = ((date(2024, 1, 3), date(2024, 2, 1)), (date(2024, 2, 10), date(2024, 5, 20)))
    days += ((date(2024, 5, 25), date(2024, 8, 20)), (date(2024, 8, 24), date(2025, 2, 9)))
    terms = [Appointment("T01", start, end) for start, end in days]
    teachers = [Teacher("T01", "part_time", "教师01")]
    return Center(teachers, rows, titles, terms, evaluations=[], training=[], case_reports=[])


def make_statements(folder, name, center, year, regulation, source):
    """The statement of every teacher for the teacher, of the first one for everybody, in both languages."""
    found = evaluate(center, year, regulation)
    day = WITHIN if name == "busy" else DAY
    comes_from = provenance_of(center, found.regulation, found.readings, source=source, day=day)
    for place, teacher in enumerate(center.teachers):
        audiences = ("teacher", "hr", "center") if place == 0 or name == "busy" else ("teacher",)
        for audience in audiences:
            for language in ("zh", "en"):
                said = statement(found, teacher.teacher_id, comes_from, audience, language)
                stem = f"statement-{name}-{teacher.teacher_id}-{audience}-{language}"
                endings = ("docx", "html", "xlsx") if audience != "teacher" or place < 3 else ("docx",)
                for ending in endings:
                    # the ending also in the name: a picture is named after its paper
                    write_statement(folder / f"{stem}-{ending}.{ending}", said, day=day)


def make_certificates(folder, name, center, year, regulation, source):
    """The certificate of every teacher, in both languages."""
    if not regulation.experience:
        return
    # The other school's rules begin in 2024: its certificates show a reading that is not the default.
    readings = {"before_start": "retroactive"} if regulation.effective_from else {}
    tested = evaluate_experience(center, year, regulation, readings)
    comes_from = provenance_of(center, regulation, tested.readings, source=source, day=DAY)
    for one in tested.teachers:
        facts = experience_facts(one, tested, center)
        for language in ("zh", "en"):
            made = certificate_docx(facts, regulation, comes_from, language=language)
            (folder / f"certificate-{name}-{facts.teacher_id}-{language}.docx").write_bytes(made)


def make_workbooks(folder, name, center, year, regulation, source):
    """The annual evaluation for the center and for HR, in both languages."""
    for audience in ("center", "hr"):
        for language in ("zh", "en"):
            path = folder / f"workbook-{name}-{audience}-{language}.xlsx"
            options = {"audience": audience, "language": language, "source": source, "day": DAY, "overwrite": True}
            write_evaluation_workbook(path, center, year, regulation, **options)


def make_papers(folder):
    """Every paper into the folder."""
    for source, rules, year in CENTERS:
        regulation = load_regulation(rules) if rules else load_regulation()
        center = read_center(source, regulation)
        make_statements(folder, source.stem, center, year, regulation, source)
        make_certificates(folder, source.stem, center, year, regulation, source)
        make_workbooks(folder, source.stem, center, year, regulation, source)
    make_statements(folder, "busy", busy_center(), 2024, load_regulation(), None)


def picture(folder):
    """A PDF and pictures of each paper; the number of pages of each."""
    office = [str(path) for pattern in ("*.docx", "*.xlsx") for path in sorted(folder.glob(pattern))]
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", str(folder), *office], check=True, capture_output=True)
    browser = shutil.which("chromium")
    for page in sorted(folder.glob("*.html")) if browser else ():
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command = [browser, *options, f"--print-to-pdf={page.with_suffix('.pdf')}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
    for pdf in sorted(folder.glob("*.pdf")):
        for old in folder.glob(f"{pdf.stem}-*.png"):
            old.unlink()
        subprocess.run(["pdftoppm", "-r", "70", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
        yield pdf.stem, len(list(folder.glob(f"{pdf.stem}-*.png")))


if __name__ == "__main__":
    papers = Path(sys.argv[1]).resolve()
    papers.mkdir(parents=True, exist_ok=True)
    make_papers(papers)
    for paper, pages in picture(papers):
        print(f"{pages} {'page ' if pages == 1 else 'PAGES'} {paper}")
