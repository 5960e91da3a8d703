"""Makes ``samples/papers``: ``python samples/make_papers.py [FOLDER]`` writes what the sample center hands in.

The annual evaluation as a workbook (for the center and for HR), a statement, a certificate, the closed year. Everyone
is invented. The same libraries give the same bytes; other versions of XlsxWriter and python-docx the same content.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from workload import (
    certificate_docx,
    close_year,
    evaluate,
    evaluate_experience,
    experience_facts,
    provenance_of,
    read_center,
    statement,
    write_evaluation_workbook,
    write_statement,
)

HERE = Path(__file__).parent
SOURCE = HERE / "center" / "心理指导中心.xlsx"
YEAR, DAY = 2024, date(2025, 1, 10)
OWN, TITLED = "T07", "T03"  # who gets a statement, and who a certificate


def write_all(folder: Path) -> None:
    """Every paper, into ``papers`` of a folder."""
    papers = folder / "papers"
    papers.mkdir(parents=True, exist_ok=True)
    center = read_center(SOURCE)
    for audience, name in (("center", "年度考核"), ("hr", "年度考核-人事")):
        path = papers / f"{name}.xlsx"
        write_evaluation_workbook(path, center, YEAR, audience=audience, source=SOURCE, day=DAY, overwrite=True)  # type: ignore[arg-type]
    found = evaluate(center, YEAR)
    comes_from = provenance_of(center, found.regulation, found.readings, source=SOURCE, day=DAY)
    for ending in ("docx", "html"):
        write_statement(papers / f"核算单-{OWN}.{ending}", statement(found, OWN, comes_from), day=DAY)
    tested = evaluate_experience(center, YEAR)
    facts = experience_facts(tested.teacher(TITLED), tested, center)
    made = certificate_docx(facts, tested.regulation, comes_from, as_of=YEAR)
    (papers / f"认定材料-{TITLED}.docx").write_bytes(made)
    snapshot = close_year(center, YEAR, source=SOURCE)
    (papers / f"{YEAR}.snapshot").write_text(snapshot.text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
