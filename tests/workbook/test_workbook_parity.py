"""What LibreOffice works out for every formula of a workbook is what the library stored beside it."""

from itertools import chain

import pytest
import spreadsheet
from workbook_cases import from_strategies, rough, samples

from workload import WorkloadError
from workload.documents.workbook import write_evaluation_workbook

DRAWN, ROUGH, AT_LEAST = 60, 150, 200


def write(case, folder):
    """The workbook of a case."""
    path = folder / f"{case.name}.xlsx"
    write_evaluation_workbook(
        path,
        case.center,
        case.year,
        case.regulation,
        dict(case.readings),
        audience=case.audience,
        language=case.language,
        skip_faulty=case.skip_faulty,
    )
    return path


@pytest.mark.host("libreoffice")
def test_every_formula_of_generated_centers_gives_its_stored_value(tmp_path):
    """On more than 200 generated centers, under many readings and rule files, no formula cell parts from the library.

    A center whose records or years the rules refuse has no workbook; few do.
    """
    files, refused = [], []
    for case in chain(from_strategies(DRAWN), rough(ROUGH)):
        try:
            files.append((case, write(case, tmp_path)))
        except WorkloadError:
            refused.append(case)
    assert len(files) >= AT_LEAST
    assert {case.rules for case in refused} <= {"示范学院", "本校补充"}  # those with a day from which they hold
    found = spreadsheet.values_after([path for _, path in files], tmp_path / "after")
    formulas, parted = 0, []
    for (case, path), after in zip(files, found, strict=True):
        before = spreadsheet.cells(path)
        formulas += len(before)
        parted += [f"{case}: {told}" for told in spreadsheet.parted(before, after)]
    assert parted == []
    assert formulas > 100_000


@pytest.mark.host("libreoffice")
def test_every_formula_of_the_samples_gives_its_stored_value(tmp_path):
    """The same of every sample center, for both audiences and in both languages; and no cell is an error.

    The Chinese ones are read as workbooks, where a number that became a text would show.
    """
    files = {"zh": [], "en": []}
    for case in samples():
        files[case.language].append(write(case, tmp_path))
    parted, formulas = [], 0
    for path, after in zip(files["zh"], spreadsheet.recalculated(files["zh"], tmp_path), strict=True):
        formulas += len(spreadsheet.cells(path))
        parted += [f"{path.stem}: {told}" for told in spreadsheet.differences(path, after)]
        assert not [place for place, (_, value) in spreadsheet.cells(after).items() if str(value).startswith("error")]
    for path, after in zip(files["en"], spreadsheet.values_after(files["en"], tmp_path / "after"), strict=True):
        formulas += len(spreadsheet.cells(path))
        parted += [f"{path.stem}: {told}" for told in spreadsheet.parted(spreadsheet.cells(path), after)]
    assert parted == []
    assert formulas > 40_000
