"""xlwings Lite: the folder, the wheels, a workbook that carries the code, and the ways in which they come into Lite."""

import ast
import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from host_lite import WORKBOOK, Lite, Session, config_of
from hosts import require

import excel_addin.lite.session
import excel_addin.lite.wheels
from excel_addin.lite import code_in, write_folder, write_workbook
from excel_addin.lite.folder import GUIDE
from excel_addin.lite.program import MODULE, main_py, requirements_txt
from excel_addin.lite.session import as_toml, use
from excel_addin.lite.wheels import needed_wheels, project_wheel, requirements
from excel_addin.registry import FUNCTIONS
from excel_addin.settings import settings_of, user_file
from workload import WorkloadError

EXTENSION = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"


@pytest.fixture(scope="module")
def wheel():
    """The project's own wheel."""
    return project_wheel()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as a user gets it."""
    made = tmp_path_factory.mktemp("lite") / "工作量 Lite"
    write_folder(made)
    return made


def tree_of(xml):
    """A part of a workbook that this module has just written."""
    return ElementTree.fromstring(xml)  # noqa: S314  # no one else wrote it


def opened(wheel):
    """A wheel as a zip file."""
    return zipfile.ZipFile(io.BytesIO(wheel.data))


# ---------------------------------------------------------------- the wheels


def every_wheel():
    """The project's wheel and those of what it needs."""
    return [project_wheel(), *needed_wheels()]


@pytest.mark.parametrize("wheel", every_wheel(), ids=lambda wheel: wheel.name)
def test_a_wheel_records_every_file(wheel):
    """RECORD names each file of a wheel once, with its size and digest, and nothing else."""
    with opened(wheel) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        stem = "-".join(wheel.name.split("-")[:2])
        assert re.fullmatch(r"[a-z0-9_]+-[0-9.]+-py3-none-any\.whl", wheel.name)
        assert f"{stem}.dist-info/METADATA" in names
        assert b"Root-Is-Purelib: true\nTag: py3-none-any\n" in archive.read(f"{stem}.dist-info/WHEEL")
        recorded = list(csv.reader(archive.read(f"{stem}.dist-info/RECORD").decode().splitlines()))
        assert [row[0] for row in recorded] == names
        assert names[-1] == f"{stem}.dist-info/RECORD"
        for name, digest, size in recorded[:-1]:
            data = archive.read(name)
            found = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            assert (digest, size) == (f"sha256={found}", str(len(data)))


def test_the_wheel_has_both_packages_with_their_data(wheel):
    """The project's wheel has every module, the rules, the taxes and py.typed, and nothing for other hosts."""
    names = set(opened(wheel).namelist())
    assert {"workload/py.typed", "workload/rules/zhoukou-2024-33.toml", "excel_addin/addin.py"} <= names
    root = Path(__file__).parents[2]
    for package in ("workload", "excel_addin"):
        there = {path.relative_to(root).as_posix() for path in (root / package).rglob("*.py")}
        assert there <= names
    assert [name for name in names if name.startswith("workload/taxes/")]
    suffixes = {Path(name).suffix for name in names if ".dist-info/" not in name}
    assert suffixes == {".py", ".toml", ".typed"} | ({""} & suffixes)
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_wheel_says_what_the_project_needs(wheel):
    """Its metadata has the version and the needs, without what only an editable install needs."""
    (name,) = (name for name in opened(wheel).namelist() if name.endswith("/METADATA"))
    lines = opened(wheel).read(name).decode().splitlines()
    assert f"Version: {version('counseling-workload')}" in lines
    needs = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    assert {"attrs", "cattrs", "python-dateutil"} <= {re.split("[<>=]", need)[0] for need in needs}
    assert not [need for need in needs if need.startswith("editables")]
    assert lines[-1] != ""


def test_the_same_wheel_every_time(wheel):
    """Two wheels of the same code are the same bytes, with the first date that a zip file can say."""
    assert project_wheel() == wheel
    assert {info.date_time for info in opened(wheel).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pip_installs_the_wheel_and_it_gives_the_same_wheel(wheel, tmp_path):
    """pip takes the wheel without network, and the copy installed by it makes the very same wheel."""
    (tmp_path / wheel.name).write_bytes(wheel.data)
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), str(tmp_path / wheel.name)], check=True)
    again = (
        "import sys; from excel_addin.lite.wheels import project_wheel as made; sys.stdout.buffer.write(made().data)"
    )
    where = {**os.environ, "PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", again], env=where, capture_output=True, check=True, cwd=tmp_path)
    assert hashlib.sha256(done.stdout).hexdigest() == hashlib.sha256(wheel.data).hexdigest()


def test_the_personal_wheels_are_enough(folder, tmp_path):
    """The functions run with the wheels of the personal folder alone, where no other package is installed."""
    (own,) = (folder / "personal").glob("counseling_workload-*.whl")
    zipfile.ZipFile(own).extractall(tmp_path)
    others = [str(path) for path in (folder / "personal").glob("*.whl") if path != own]
    code = f"""
import sys
sys.path[:0] = {[str(tmp_path), *others]!r}
from excel_addin.calling import call
print(call("WL_CLASS_HOURS", [[[90]]]), call("WL_RULES", [])[0][0])
print([name for name in ("tabulate", "wcwidth", "click", "tqdm", "xlsxwriter") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith("[[2")
    assert second == "[]"


def test_what_is_not_installed_is_told(monkeypatch):
    """Without the project's metadata there is no wheel, and the message says what to install."""

    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(excel_addin.lite.wheels, "distribution", none)
    with pytest.raises(WorkloadError, match="pip install counseling-workload"):
        project_wheel()


def test_only_pure_packages_are_taken_along(monkeypatch):
    """A package with machine code is refused by name instead of failing in Excel."""
    monkeypatch.setattr(excel_addin.lite.wheels, "requirements", lambda: ["python-calamine>=0.3"])
    with pytest.raises(WorkloadError, match="python-calamine"):
        needed_wheels()


def test_needs_are_followed(monkeypatch):
    """What a need itself needs comes along; what it needs for an extra, or elsewhere, does not."""
    monkeypatch.setattr(excel_addin.lite.wheels, "requirements", lambda: ["cattrs"])
    names = [wheel.name.partition("-")[0] for wheel in needed_wheels()]
    assert names == ["attrs", "cattrs", "typing_extensions"]


# ---------------------------------------------------------------- the folder


def test_the_folder_has_what_its_page_names(folder):
    """The folder holds the page, the code for one workbook, and the personal folder; the page names them."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = project_wheel().name
    assert names == {GUIDE, "main.py", "requirements.txt", own, f"personal/{MODULE}"} | {
        f"personal/{wheel.name}" for wheel in every_wheel()
    }
    page = (folder / GUIDE).read_bytes()
    assert page.startswith(b"\xef\xbb\xbf")
    text = page.decode("utf-8-sig")
    assert "\r\n" in text
    for name in (
        "personal",
        "main.py",
        "requirements.txt",
        own,
        MODULE,
        "=WL_CLASS_HOURS(90)",
        "Import/Export",
        "Restart",
    ):
        assert name in text


def test_the_folder_is_the_same_every_time(folder, tmp_path):
    """Writing again gives the same bytes, and replaces what an earlier version left."""
    old = tmp_path / "personal" / "counseling_workload-0.0.1-py3-none-any.whl"
    old.parent.mkdir()
    old.write_bytes(b"")
    (tmp_path / "personal" / "mine.whl").write_bytes(b"")
    written = write_folder(tmp_path)
    assert not old.exists()
    assert (tmp_path / "personal" / "mine.whl").exists()
    for path in written:
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes()


def test_the_program_imports_every_function(folder):
    """main.py is Python, opens with the settings in Chinese, and imports each function of the registry by name."""
    text = (folder / "main.py").read_text(encoding="utf-8")
    assert (folder / "personal" / MODULE).read_text(encoding="utf-8") == text
    tree = ast.parse(text)
    (last,) = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "excel_addin.addin")
    assert [alias.name for alias in last.names] == sorted(FUNCTIONS)
    settings = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)][:3]
    assert settings == ["RULES", "LANGUAGE", "READINGS"]
    top = text.partition("# ---")[0].splitlines()
    assert all(re.search("[一-鿿]", line) for line in top if line.startswith("#"))
    assert 'RULES = "zhoukou-2024-33"' in top


def test_settings_are_written_into_the_program(wheel):
    """A rule file's name is quoted as Python needs it."""
    text = main_py(wheel, rules='/data/"我校"\\1.toml', language="en")
    values = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id in ("RULES", "LANGUAGE", "READINGS")
    }
    assert values == {"RULES": '/data/"我校"\\1.toml', "LANGUAGE": "en", "READINGS": {}}


def test_the_program_says_which_file_is_missing(folder, tmp_path):
    """Where Lite has none of the packages, the error names the wheel and says where to drag it."""
    shutil.copy(folder / "main.py", tmp_path)
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(tmp_path / "main.py")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    last = done.stderr.splitlines()[-1]
    assert project_wheel().name in last
    assert "Import/Export" in last


def test_requirements_name_what_the_functions_need():
    """requirements.txt adds what Lite installs; with an address, the wheel comes from there."""
    lines = requirements_txt().splitlines()
    assert lines == requirements()
    assert [re.split("[<>=]", line)[0] for line in lines] == ["attrs", "cattrs", "python-dateutil"]
    whole = requirements_txt(whole=True).splitlines()
    assert whole[0] == f"xlwings=={version('xlwings')}  # required"
    assert whole[-len(lines) :] == lines
    address = "https://www.example.edu.cn/w.whl"
    assert requirements_txt(address).splitlines() == [*lines, address]


def test_an_address_of_the_wheel_is_in_the_page(tmp_path):
    """With a wheel served by the school nothing is dragged; an address that is no wheel is refused."""
    address = "https://www.example.edu.cn/" + project_wheel().name
    write_folder(tmp_path, wheel_url=address)
    assert address in (tmp_path / GUIDE).read_text(encoding="utf-8-sig")
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8").splitlines()[-1] == address
    with pytest.raises(WorkloadError, match=r"\.whl"):
        write_folder(tmp_path, wheel_url="https://www.example.edu.cn/")


@pytest.mark.parametrize(
    "address",
    [
        "http://www.example.edu.cn/w.whl",
        "https://www.example.edu.cn/a b.whl",
        "https://www.example.edu.cn/w.whl\nevil==1 # .whl",
        "https://www.example.edu.cn/\tw.whl",
        "https://www.example.edu.cn/w.whl\n",
        "file:///w.whl",
        "w.whl",
    ],
)
def test_an_address_of_the_wheel_is_one_line_and_https(address, tmp_path):
    """What would add a line of its own to the requirements, or come unprotected, is refused; nothing is written."""
    with pytest.raises(WorkloadError, match="https://"):
        write_folder(tmp_path / "new", wheel_url=address)
    assert not (tmp_path / "new").exists()


RULE_FILE = """\
format = 1
extends = "zhoukou-2024-33"

[[credit]]
id = "counseling_duty"
kinds = ["counseling_duty"]
account = "counseling"
measure = "minutes"
per = 30
amount = 1
unit = "class_hour"
article = "本校办法 第一条"
quote = "值班每30分钟计1课时"
"""
SCHOOL = {"本校.toml": RULE_FILE, "base.toml": RULE_FILE, "校区.toml": 'format = 1\nextends = "base.toml"\n'}


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    """Rule files of a school, one of which extends another."""
    place = tmp_path_factory.mktemp("school")
    for name, text in SCHOOL.items():
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("rules", ["nope", "./x.toml", "wrong.toml"])
def test_rules_are_checked_before_anything_is_written(rules, tmp_path, monkeypatch):
    """A name that is none, a file that is missing, a file with faults: told as everywhere, and no folder is made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.toml").write_text("format = 1\n", encoding="utf-8")
    with pytest.raises(WorkloadError, match="规则文件"):
        write_folder(tmp_path / "new", rules=rules)
    with pytest.raises(WorkloadError, match="规则文件"):
        write_workbook(WORKBOOK, tmp_path / "new.xlsx", rules=rules)
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.toml"]


def test_rule_files_go_along(school, tmp_path):
    """A rule file, and what it extends, is in the personal folder, in main.py and in a workbook that carries code."""
    write_folder(tmp_path, rules=str(school / "校区.toml"), workbooks=[WORKBOOK])
    for name in ("校区.toml", "base.toml"):
        assert (tmp_path / "personal" / name).read_text(encoding="utf-8") == SCHOOL[name]
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in ("main.py", f"personal/{MODULE}")]
    for text in (*texts, code_in(tmp_path / WORKBOOK.name)["main.py"]):
        values = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign) and node.targets[0].id in ("RULES", "RULE_FILES")
        }
        assert values["RULES"] == "校区.toml"
        assert {name: base64.b64decode(data).decode() for name, data in values["RULE_FILES"].items()} == {
            name: SCHOOL[name] for name in ("校区.toml", "base.toml")
        }
    assert "校区.toml" in (tmp_path / GUIDE).read_text(encoding="utf-8-sig")


def test_a_rule_file_that_extends_one_of_another_folder_is_refused(school, tmp_path):
    """It would not be found in Lite: the sentence says where to put it."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "base.toml").write_text(RULE_FILE, encoding="utf-8")
    inner = tmp_path / "inner" / "本校.toml"
    inner.write_text('format = 1\nextends = "../base.toml"\n', encoding="utf-8")
    with pytest.raises(WorkloadError, match="同一文件夹"):
        write_folder(tmp_path / "new", rules=str(inner))


@pytest.mark.parametrize("name", ["main.py", "requirements.txt", f"personal/{MODULE}"])
def test_a_folder_of_something_else_is_left_alone(name, tmp_path):
    """Files that merely have the names of ours are not replaced."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(WorkloadError, match="不是本程序生成的"):
        write_folder(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    """A file where the folder should be gives a sentence, not a traceback."""
    (tmp_path / "there").write_text("", encoding="utf-8")
    with pytest.raises(WorkloadError, match="无法写入"):
        write_folder(tmp_path / "there")


def test_settings_of_a_session_are_the_users_own_syntax(tmp_path):
    """What main.py says becomes the user's settings file of the session, whatever letters it has."""
    file = tmp_path / "excel.toml"
    file.write_text(as_toml('/data/"我校"\\1.toml', "en", {"partial_unit": "whole_per_duty"}), encoding="utf-8")
    found = settings_of({}, file)
    assert (found.rules, found.language) == ('/data/"我校"\\1.toml', "en")
    assert found.readings == {"partial_unit": "whole_per_duty"}


def test_in_lite_a_session_has_the_settings_of_its_program(monkeypatch, tmp_path):
    """In Lite the settings at the top of main.py hold, and a word that is no language is an error that says so."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setenv("WORKLOAD_SETTINGS", str(tmp_path / "excel.toml"))
    monkeypatch.setattr(excel_addin.lite.session, "current", SimpleNamespace(cache_clear=lambda: None))
    monkeypatch.delenv("WORKLOAD_RULES", raising=False)
    monkeypatch.delenv("WORKLOAD_LANG", raising=False)
    assert use("zhoukou-2024-33", "en", {"partial_unit": "whole_pooled"}).language == "en"
    with pytest.raises(WorkloadError, match="lang = zh"):
        use("zhoukou-2024-33", "fr", {})


def test_elsewhere_a_session_writes_no_settings(monkeypatch, tmp_path):
    """Run outside Lite, main.py leaves the user's own settings alone."""
    monkeypatch.setenv("WORKLOAD_SETTINGS", str(tmp_path / "excel.toml"))
    use("another", "en", {})
    assert not user_file().exists()


# ---------------------------------------------------------------- the workbook


def test_a_workbook_carries_the_code(tmp_path, wheel):
    """The properties come back as they went in, each a JSON text as Lite writes it; all other parts are untouched."""
    target = tmp_path / "带代码.xlsx"
    write_workbook(WORKBOOK, target)
    texts = {"main.py": main_py(wheel, carry=True), "requirements.txt": requirements_txt(whole=True)}
    assert code_in(target) == texts
    with zipfile.ZipFile(WORKBOOK) as before, zipfile.ZipFile(target) as after:
        added = sorted(set(after.namelist()) - set(before.namelist()))
        assert added == [
            "xl/webextensions/_rels/taskpanes.xml.rels",
            "xl/webextensions/taskpanes.xml",
            "xl/webextensions/webextension1.xml",
        ]
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
        assert sorted(changed) == ["[Content_Types].xml", "_rels/.rels"]
        for name in (*added, *changed):
            tree_of(after.read(name))
        root = tree_of(after.read("xl/webextensions/webextension1.xml"))
    held = {one.get("name"): json.loads(one.get("value")) for one in root.iter(f"{EXTENSION}property")}
    assert held == texts
    assert root.find(f"{EXTENSION}reference").get("id") == "wa200008175"


def test_every_new_part_is_listed_and_reached(tmp_path):
    """The content types name both new parts, and relationships lead from the workbook to each."""
    target = tmp_path / "book.xlsx"
    write_workbook(WORKBOOK, target, carry=False)
    with zipfile.ZipFile(target) as archive:
        types = tree_of(archive.read("[Content_Types].xml"))
        kinds = {one.get("PartName"): one.get("ContentType") for one in types}
        roots = list(tree_of(archive.read("_rels/.rels")))
        (link,) = tree_of(archive.read("xl/webextensions/_rels/taskpanes.xml.rels"))
        panes = archive.read("xl/webextensions/taskpanes.xml").decode()
    assert kinds["/xl/webextensions/webextension1.xml"] == "application/vnd.ms-office.webextension+xml"
    assert kinds["/xl/webextensions/taskpanes.xml"] == "application/vnd.ms-office.webextensiontaskpanes+xml"
    assert len({one.get("Id") for one in roots}) == len(roots)
    assert "xl/webextensions/taskpanes.xml" in {one.get("Target") for one in roots}
    assert link.get("Target") == "webextension1.xml"
    assert f'r:id="{link.get("Id")}"' in panes


def test_the_same_workbook_every_time(tmp_path):
    """The same code in the same workbook is the same bytes; other code has another identity."""
    for name, carry in (("a.xlsx", True), ("b.xlsx", True), ("c.xlsx", False)):
        write_workbook(WORKBOOK, tmp_path / name, carry=carry)
    first, second, third = ((tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    assert first == second

    def identity(data):
        text = zipfile.ZipFile(io.BytesIO(data)).read("xl/webextensions/webextension1.xml").decode()
        return re.search(r' id="\{([0-9A-F-]{36})\}"', text)[1]

    assert identity(first) != identity(third)


def test_a_workbook_may_take_its_own_place(tmp_path):
    """The code can go into the file itself, the last step of whatever made it."""
    target = tmp_path / "book.xlsx"
    shutil.copy(WORKBOOK, target)
    write_workbook(target, target, carry=False)
    assert "excel_addin.addin" in code_in(target)["main.py"]


def test_a_workbook_that_has_code_is_refused(tmp_path):
    """A second time would leave two codes in the file: it is refused, and the target stays away."""
    write_workbook(WORKBOOK, tmp_path / "once.xlsx", carry=False)
    with pytest.raises(WorkloadError, match="已经带有"):
        write_workbook(tmp_path / "once.xlsx", tmp_path / "twice.xlsx")
    assert not (tmp_path / "twice.xlsx").exists()


def zip_with(**parts):
    """A zip file with these parts, dots and slashes written as they are in the names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


BROKEN = {"[Content_Types].xml": "<Other/>", "_rels/.rels": "<Relationships/>", "xl/workbook.xml": ""}
XLAM = '<Types><Override ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"/></Types>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "不是 .xlsx 工作簿"),
        (b"\xd0\xcf\x11\xe0" + bytes(2000), "另存为"),
        (zip_with(a="b"), "不是 .xlsx 工作簿"),
        (zip_with(**BROKEN), r"source\.xlsx 已损坏"),
        (zip_with(**BROKEN | {"[Content_Types].xml": "<Types>"}), r"source\.xlsx 已损坏"),
        (zip_with(**BROKEN | {"[Content_Types].xml": "<Types/>".encode("utf-16")}), r"source\.xlsx .*不支持"),
        (zip_with(**BROKEN | {"[Content_Types].xml": "<!DOCTYPE Types><Types/>"}), r"source\.xlsx .*不支持"),
        (zip_with(**BROKEN | {"[Content_Types].xml": XLAM}), r"source\.xlsx .*不支持"),
        (None, "无法读取"),
    ],
    ids=[
        "empty",
        "xls or password",
        "another zip file",
        "damaged",
        "cut off",
        "UTF-16",
        "DTD",
        "add-in renamed",
        "missing",
    ],
)
def test_what_is_no_workbook_is_refused(data, told, tmp_path):
    """What is no xlsx is refused with what to do, and nothing is written."""
    source, target = tmp_path / "source.xlsx", tmp_path / "target.xlsx"
    if data is not None:
        source.write_bytes(data)
    with pytest.raises(WorkloadError, match=told):
        write_workbook(source, target)
    assert not target.exists()


def test_a_prefixed_list_of_parts_keeps_its_prefix(tmp_path):
    """A workbook whose lists use a namespace prefix gets its new entries under the same prefix."""
    space = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<t:Types xmlns:t="{space}/content-types"></t:Types>\n',
        "_rels/.rels": f"<Relationships xmlns='{space}/relationships'><Relationship Id='rIdLite1'/></Relationships>",
        "xl/workbook.xml": "<workbook/>",
    }
    source = tmp_path / "source.xlsx"
    source.write_bytes(zip_with(**parts))
    write_workbook(source, tmp_path / "target.xlsx", carry=False)
    with zipfile.ZipFile(tmp_path / "target.xlsx") as archive:
        types = tree_of(archive.read("[Content_Types].xml"))
        links = tree_of(archive.read("_rels/.rels"))
    assert {one.tag for one in types} == {f"{{{space}/content-types}}Override"}
    assert [one.get("Id") for one in links] == ["rIdLite1", "rIdLite2"]


@pytest.mark.parametrize("space", ["", "\n", "<!-- </Relationships> -->", "<?odd?>\n"])
@pytest.mark.parametrize("links", ["<Relationships/>", "<Relationships a='/>' />", "<Relationships></Relationships>"])
def test_lists_of_parts_may_be_empty_and_followed_by_comments(links, space, tmp_path):
    """An empty list, with or without an end tag, and what stands behind it: the entries come into the list."""
    source = tmp_path / "source.xlsx"
    source.write_bytes(zip_with(**BROKEN | {"[Content_Types].xml": "<Types/>" + space, "_rels/.rels": links + space}))
    write_workbook(source, tmp_path / "target.xlsx", carry=False)
    with zipfile.ZipFile(tmp_path / "target.xlsx") as archive:
        assert [one.tag for one in tree_of(archive.read("[Content_Types].xml"))] == ["Override", "Override"]
        assert [one.get("Id") for one in tree_of(archive.read("_rels/.rels"))] == ["rIdLite1"]


def test_an_add_in_is_refused_by_its_name(tmp_path):
    """An .xlam is no workbook that anybody opens."""
    shutil.copy(WORKBOOK, tmp_path / "a.XLAM")
    with pytest.raises(WorkloadError, match=r"a\.XLAM .*不支持"):
        write_workbook(tmp_path / "a.XLAM", tmp_path / "target.xlsx")


def test_code_is_read_only_where_there_is_some():
    """A workbook without code is told so."""
    with pytest.raises(WorkloadError, match="没有 xlwings Lite 的代码"):
        code_in(WORKBOOK)


def test_the_folder_takes_workbooks_along(tmp_path):
    """A workbook given with the folder has a copy there that carries everything."""
    written = write_folder(tmp_path, workbooks=[WORKBOOK])
    assert written[-1] == tmp_path / WORKBOOK.name
    assert "PACKAGES" in code_in(written[-1])["main.py"]


def test_a_copy_replaces_nothing_but_an_earlier_copy(tmp_path):
    """A workbook of the user's with the copy's name, and the source itself, stay; nothing at all is written then."""
    source = tmp_path / "a" / WORKBOOK.name
    source.parent.mkdir()
    shutil.copy(WORKBOOK, source)
    with pytest.raises(WorkloadError, match="会覆盖它"):
        write_folder(source.parent, workbooks=[source])
    assert list(source.parent.iterdir()) == [source]
    other = tmp_path / "b" / WORKBOOK.name
    other.parent.mkdir()
    other.write_bytes(b"the user's")
    with pytest.raises(WorkloadError, match="不是本程序生成的"):
        write_folder(other.parent, workbooks=[source])
    assert list(other.parent.iterdir()) == [other]
    assert other.read_bytes() == b"the user's"
    other.unlink()
    for language in ("zh", "en"):
        write_folder(other.parent, workbooks=[source], language=language)
    assert 'LANGUAGE = "en"' in code_in(other)["main.py"]


def test_two_workbooks_of_one_name_are_refused(tmp_path):
    """One copy would replace the other; as Windows sees names, so do we."""
    for place, name in (("a", "Book.xlsx"), ("b", "book.xlsx")):
        (tmp_path / place).mkdir()
        shutil.copy(WORKBOOK, tmp_path / place / name)
    with pytest.raises(WorkloadError, match="同名"):
        write_folder(tmp_path / "new", workbooks=[tmp_path / "a" / "Book.xlsx", tmp_path / "b" / "book.xlsx"])
    assert not (tmp_path / "new").exists()


def test_a_workbook_that_is_none_leaves_the_folder_unwritten(tmp_path):
    """Everything is read before anything is written."""
    (tmp_path / "x.xlsx").write_bytes(b"")
    with pytest.raises(WorkloadError, match=r"不是 \.xlsx"):
        write_folder(tmp_path / "new", workbooks=[WORKBOOK, tmp_path / "x.xlsx"])
    assert not (tmp_path / "new").exists()


def test_other_readers_open_the_workbook(tmp_path):
    """calamine reads the same cells with the code as without."""
    from python_calamine import CalamineWorkbook

    write_workbook(WORKBOOK, tmp_path / "book.xlsx")
    cells = [
        {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
        for book in map(CalamineWorkbook.from_path, (str(WORKBOOK), str(tmp_path / "book.xlsx")))
    ]
    assert cells[0] == cells[1]


@pytest.mark.host("libreoffice")
def test_libreoffice_opens_the_workbook(tmp_path):
    """LibreOffice opens the workbook that carries the code, and finds the same sheets."""
    from python_calamine import CalamineWorkbook

    write_workbook(WORKBOOK, tmp_path / "book.xlsx")
    profile = (tmp_path / "profile").as_uri()
    program = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))))
    converting = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "ods"]
    converting += ["--outdir", tmp_path, tmp_path / "book.xlsx"]
    subprocess.run(converting, check=True, capture_output=True, timeout=120)
    converted = CalamineWorkbook.from_path(str(tmp_path / "book.ods"))
    assert converted.sheet_names == CalamineWorkbook.from_path(str(WORKBOOK)).sheet_names


# ---------------------------------------------------------------- sessions of Lite


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Start a session of Lite with what a layout brings; ended with the module."""
    require(Lite())
    started = []

    def start(layout, change=lambda _text: _text):
        home = tmp_path_factory.mktemp(layout)
        config = config_of(layout, home)
        main = Path(config["main"])
        main.write_text(change(main.read_text(encoding="utf-8")), encoding="utf-8")
        started.append(Session(home, config))
        assert "ready" in started[-1].started, started[-1].started
        return started[-1]

    yield start
    for one in started:
        one.close()


def class_hours(session, *minutes):
    """The class hours that a session gives for minutes one below the other."""
    return session.ask({"func_name": "WL_CLASS_HOURS", "args": [[[one] for one in minutes]]})


@pytest.mark.parametrize("layout", ["dragged", "workbook"])  # the shared cases run with the wheel installed
def test_each_way_into_lite_brings_the_functions(session, layout):
    """The wheel dragged in as a file, or carried by the workbook: the functions are there."""
    assert class_hours(session(layout), 90, None)["result"] == [[2.0], [""]]


def test_a_rule_file_holds_in_lite(session, school, tmp_path):
    """In each of the three ways the functions compute under the school's own rule file."""
    rules = str(school / "校区.toml")
    write_folder(tmp_path, rules=rules, workbooks=[WORKBOOK])
    programs = {
        "dragged": (tmp_path / "main.py").read_text(encoding="utf-8"),
        "workbook": code_in(tmp_path / WORKBOOK.name)["main.py"],
        "personal": (tmp_path / "personal" / MODULE).read_text(encoding="utf-8"),
    }
    for layout, program in programs.items():
        running = session(layout, lambda _text, program=program: program)
        answered = running.ask({"func_name": "WL_RULES", "args": []})
        assert "本校办法 第一条" in json.dumps(answered, ensure_ascii=False), (layout, answered)
        assert class_hours(running, 90)["result"] == [[3]]


def test_beside_the_personal_module_a_rule_file_may_be_changed(school, tmp_path):
    """The file in the personal folder is taken before the text in the program; any other name stays as it is."""
    write_folder(tmp_path, rules=str(school / "本校.toml"))
    program = (tmp_path / "main.py").read_text(encoding="utf-8")
    personal = tmp_path / "personal" / MODULE
    tree = ast.parse(program)
    wanted = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "rule_file"]
    files = [node for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "RULE_FILES"]
    code = ast.unparse(ast.Module([*files, *wanted], []))
    start = "import base64, tempfile\nfrom pathlib import Path\n"
    for place, inside in ((personal, True), (tmp_path / "elsewhere.py", False)):
        space = {"__file__": str(place)}
        exec(start + code, space)  # noqa: S102  # a part of the program that this project has made
        assert space["rule_file"]("zhoukou-2024-33") == "zhoukou-2024-33"
        found = Path(space["rule_file"]("本校.toml"))
        assert (found.parent == personal.parent) is inside
        assert found.read_text(encoding="utf-8") == RULE_FILE


def test_personal_modules_need_nothing_else(session):
    """The personal folder brings all functions with xlwings alone installed, and the settings at its top hold."""

    def in_english(text):
        return text.replace('LANGUAGE = "zh"', 'LANGUAGE = "en"').replace(
            "READINGS = {}", 'READINGS = {"partial_unit": "whole_per_duty"}'
        )

    running = session("personal", in_english)
    assert class_hours(running, 100)["result"] == [[2]]
    assert class_hours(running, "abc")["error"].startswith("minutes 'abc': ")
    registered = {one["id"]: one for one in running.started["meta"]["functions"]}
    assert set(registered) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert registered[name]["name"] == name
        assert registered[name]["description"] == function.help("en")
        assert [
            (one["name"], one["description"], one.get("optional", False)) for one in registered[name]["parameters"]
        ] == [(one.name, one.help.en, one.optional) for one in function.arguments]
        assert "volatile" not in registered[name]["options"]
    loaded = {name.partition(".")[0] for name in running.ask({"about": "modules"})["modules"]}
    assert not loaded & {"tabulate", "wcwidth", "tzdata", "click", "tqdm", "python_calamine", "xlsxwriter", "xlrd"}
    assert "multiprocessing" not in loaded
