"""Broken and odd files: what each must come to, and the whole message, which a person of a college office can act on.

The files are made by tests/broken/make.py. When a message changes and is meant to, run ``pytest --accept`` and read the
diff of tests/broken/messages.txt as that person would.
"""

import difflib
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "broken"
MESSAGES = HERE / "messages.txt"
MEMORY = 2 << 30  # bytes
TIMEOUT = 20  # seconds
SECTION = "########"
# Words without which a message tells nobody what to do.
REMEDY = re.compile(
    r"请|应|须|只接受|必填|不能|必须|运行|可用|改名|缺少|删除|不符|没有|相同|出现|同一|两个|无法得知|→|是否|多于|不成对|太多|太长|不一致"
)


def _module(name):
    sys.path.insert(0, str(HERE))
    try:
        spec = importlib.util.spec_from_file_location(f"broken_{name}", HERE / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(HERE))
    return module


make = _module("make")
CASES = [pytest.param(one, id=one.name) for one in make.CASES.values()]


# ---------------------------------------------------------------- the golden messages


def messages():
    """Case -> what the golden file says of it."""
    if not MESSAGES.exists():
        return {}
    _, *sections = MESSAGES.read_text(encoding="utf-8").split(f"{SECTION} ")
    return {head: body.strip("\n") for head, _, body in (one.partition("\n") for one in sections)}


def accept(name, text):
    """Write one section anew; the sections stand in the order of the cases."""
    found = messages() | {name: text}
    lines = [
        "What `workload check` says of each case of tests/broken/make.py; written by `pytest --accept`.\n",
        *(f"{SECTION} {one}\n{found[one]}\n" for one in make.CASES if one in found),
    ]
    MESSAGES.write_bytes("\n".join(lines).encode("utf-8"))


def compare(request, name, text):
    """The message is the golden one."""
    if request.config.getoption("--accept"):
        accept(name, text)
        return
    expected = messages().get(name, "")
    if text != expected:
        diff = difflib.unified_diff(expected.splitlines(), text.splitlines(), "messages.txt", "this run", lineterm="")
        how = "If the change is meant, run `pytest --accept`, read the diff of the file and commit it."
        pytest.fail("\n".join([f"another message for {name}:", *diff, "", how]), pytrace=False)


# ---------------------------------------------------------------- one case


def bounded(*arguments):
    """The command line in a process of its own, within bounds of memory and time."""
    program = "import sys; from workload.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        env={**os.environ, "RUST_BACKTRACE": "0"},
        preexec_fn=_bound,  # nothing but two limits, in a process without threads
    )


def _bound():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@pytest.fixture
def checked(run):
    """``checked(case, path, …)`` runs the check, and gives its exit code, its output and its errors."""

    def running(case, *arguments):
        if not case.hostile:
            result = run("check", *arguments)
            return result.code, result.out, result.err
        pytest.importorskip("resource", reason="this system cannot bound a process")
        try:
            done = bounded("check", *arguments)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{case.name} takes more than {TIMEOUT} seconds", pytrace=False)
        return done.returncode, done.stdout, done.stderr

    return running


@pytest.mark.parametrize("case", CASES)
def test_a_broken_file_comes_to_what_it_must(case, checked, request, tmp_path):
    """Each file is refused, has its faults, is repaired or is fine; it never breaks the program, nor tells a secret."""
    path = case.make(tmp_path)
    code, out, err = checked(case, path)
    assert code == (0 if case.outcome in (make.FINE, make.REPAIRED) else 2), (code, out[-500:], err[-500:])
    assert not err
    assert "Traceback" not in out + err
    as_json = checked(case, path, "--format", "json")
    assert as_json[0] == code
    found = json.loads(as_json[1])
    for secret in case.secrets:
        assert secret not in out + as_json[1]
    out = out.replace(f"{tmp_path}{os.sep}", "")  # the command that a message proposes names the file as it was named
    assert str(tmp_path) not in out
    told = [one["code"] for one in found["faults"]]
    if case.outcome in (make.REFUSED, make.FAULTS):
        assert frozenset(told) == case.codes, found["faults"]
        assert case.outcome == make.FAULTS or len(told) == 1
    else:
        assert frozenset(one["code"] for one in [*found["repairs"], *found["passed_over"]]) == case.codes, found
    for fault in found["faults"]:
        assert fault["table"], "a message names its place"
        assert REMEDY.search(fault["message"]), f"what is to be done? {fault['message']}"
    assert case.says in out
    compare(request, case.name, f"（{case.story}）\n{out.strip()}")


def test_every_case_has_its_message_and_no_other_is_kept():
    """The golden file has no section of a case that is gone."""
    known = [one.name for one in make.CASES.values()]
    assert list(messages()) == known
    assert len(make.CASES) >= 60


def test_the_same_files_are_made_again(tmp_path):
    """A case is the same bytes whenever it is made."""
    for name in ("far_row", "password", "repeated_blank", "words_near", "numbers_in_notes"):
        made = []
        for again in ("1", "2"):
            place = tmp_path / again / name
            place.mkdir(parents=True)
            made.append(make.CASES[name].make(place).read_bytes())
        assert made[0] == made[1]


# ---------------------------------------------------------------- what a spreadsheet would run

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def test_no_cell_of_a_csv_output_begins_a_formula(run, tmp_path):
    """An id or a name that a spreadsheet would run as a formula is a text in the CSV of an evaluation."""
    import csv

    path = make.CASES["injected"].make(tmp_path)
    for verb, *more in (("evaluate", "--year", "2024"), ("experience",), ("check",)):
        said = run(verb, path, *more, "--format", "csv")
        assert said.code == 0, said.err
        for row in csv.reader(said.out.splitlines()):
            for cell in row:
                number = re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)
                assert number or not cell.startswith(DANGEROUS), (verb, cell)


def test_no_cell_of_a_workbook_output_is_a_formula(run, tmp_path):
    """In a workbook of results such a text is a text: there is no formula and no link in it."""
    import zipfile

    path = make.CASES["injected"].make(tmp_path)
    for verb, *more in (("evaluate", "--year", "2024"), ("experience",)):
        output = tmp_path / f"{verb}.xlsx"
        said = run(verb, path, *more, "-o", output)
        assert said.code == 0, said.err
        with zipfile.ZipFile(output) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    sheet = archive.read(name)
                    assert b"<f>" not in sheet
                    assert b"<hyperlink" not in sheet
