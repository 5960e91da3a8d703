"""Installing, removing and examining the add-in, on a made-up Windows computer."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from attrs import evolve

from excel_addin.classic import buttons, doctor, machine, windows
from excel_addin.classic.doctor import Facts
from excel_addin.classic.machine import Machine
from excel_addin.files import put
from excel_addin.settings import settings_of
from workload import Text, WorkloadError

OFFICE = r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration"
CONF = b'"INTERPRETER_WIN","%s"\r\n"LANG","zh"\r\n'


@pytest.fixture
def computer(tmp_path):
    """A Windows computer whose user has a Python of their own, with all that is needed."""
    home = tmp_path / "Users" / "张三"
    python = tmp_path / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.write_bytes(b"")
    for bits in (32, 64):
        (tmp_path / "venv" / f"xlwings{bits}-{doctor.BUILT_WITH}.dll").write_bytes(b"")
    return Machine(
        platform="win32",
        home=home,
        roaming=home / "AppData" / "Roaming",
        executable=python,
        code_page="cp936",
        registry=lambda key: {"Platform": "x64"} if key == OFFICE else {},
        run=lambda command: "works 0.37.8",
    )


def addin(computer):
    return computer.roaming / "Microsoft" / "Excel" / "XLSTART" / "workload.xlam"


# ---------------------------------------------------------------- install


def test_install_puts_everything_in_place(computer):
    """The add-in lies where Excel opens it, and the configuration names the Python that installed it."""
    told = windows.install(machine=computer)
    assert addin(computer).read_bytes() == Path(windows.__file__).with_name("workload.xlam").read_bytes()
    assert computer.configuration.read_bytes() == CONF % str(computer.executable).encode("cp936")
    assert not computer.settings.exists()
    assert told[-1] == "请关闭所有 Excel 窗口再打开。"
    assert not any("[问题]" in line for line in told)
    assert [path.name for path in addin(computer).parent.iterdir()] == ["workload.xlam"]


def test_install_again_changes_nothing(computer):
    """Installing again says that all is up to date, and touches no file."""
    windows.install(machine=computer)
    before = addin(computer).stat().st_mtime_ns, computer.configuration.read_bytes()
    told = windows.install(machine=computer)
    assert (addin(computer).stat().st_mtime_ns, computer.configuration.read_bytes()) == before
    assert [line.partition("：")[0] for line in told[:2]] == ["已经是最新", "已经是最新"]


def test_the_users_own_configuration_stays(computer):
    """What else stands in the configuration stays byte for byte; our own lines are replaced."""
    computer.configuration.parent.mkdir(parents=True)
    others = '"SHOW CONSOLE","True"\r\n"NOTE","中文"'.encode("cp936")
    computer.configuration.write_bytes(b'"interpreter_win","C:\\old.exe"\r\n' + others)
    windows.install(machine=computer)
    assert computer.configuration.read_bytes() == others + b"\r\n" + CONF % str(computer.executable).encode("cp936")
    windows.uninstall(machine=computer)
    assert computer.configuration.read_bytes() == others + b"\r\n"


def test_a_path_that_vba_cannot_read_goes_by_its_short_name(computer):
    """A folder whose letters the code page lacks is named by its short name; without one, that is said plainly."""
    western = evolve(computer, code_page="cp1252", executable=computer.home / "python.exe")
    with pytest.raises(WorkloadError, match="系统代码页（cp1252）没有的字符"):
        windows.install(machine=western)
    assert not western.configuration.exists()
    windows.install(machine=evolve(western, short_path=lambda path: Path("C:/USERS/ZHANGS~1/python.exe")))
    assert b"ZHANGS~1" in western.configuration.read_bytes()


def test_another_system_is_refused_in_a_sentence(computer):
    """Elsewhere than on Windows each verb says where the add-in belongs, and does nothing."""
    linux = evolve(computer, platform="linux")
    for verb in (windows.install, windows.uninstall, windows.doctor):
        with pytest.raises(WorkloadError, match="Windows 版 Excel"):
            verb(machine=linux)
        with pytest.raises(WorkloadError):
            verb("en")
    assert not computer.home.exists()


def test_an_open_excel_is_named(computer, monkeypatch):
    """Where Excel holds the file, the message says to close it; nothing half done stays."""
    windows.install(machine=computer)
    addin(computer).write_bytes(b"an older one")

    def held(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(WorkloadError, match="请关闭所有 Excel 窗口"):
        windows.install(machine=computer)
    assert [path.name for path in addin(computer).parent.iterdir()] == ["workload.xlam"]
    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(WorkloadError, match="请关闭所有 Excel 窗口"):
        windows.uninstall(machine=computer)


def test_a_full_disk_is_told(computer, monkeypatch):
    """Another failure to write is told with the system's reason."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(windows, "put", full)
    with pytest.raises(WorkloadError, match="No space left on device"):
        windows.install(machine=computer)


@pytest.mark.parametrize(
    "before", ["", 'rules = "a"\n', '[readings]\npartial_unit = "whole_per_duty"\n', 'lang = "zh"\n[readings]\n']
)
def test_english_and_rules_are_settled(computer, before):
    """Another language or other rules go into the settings of the functions, beside what stands there."""
    computer.settings.parent.mkdir(parents=True)
    computer.settings.write_text(before, encoding="utf-8")
    old = settings_of({}, computer.settings)
    told = windows.install("en", rules="zhoukou-2024-33", machine=computer)
    new = settings_of({}, computer.settings)
    assert (new.language, new.rules, new.readings) == ("en", "zhoukou-2024-33", old.readings)
    assert b'"LANG","en"' in computer.configuration.read_bytes()
    assert told[-1].startswith("Close all windows")
    windows.install("zh", machine=computer)
    assert settings_of({}, computer.settings).language == "zh"


def test_unknown_rules_are_refused_first(computer):
    """Rules that cannot be read are refused before anything is written."""
    with pytest.raises(WorkloadError):
        windows.install(rules="no-such-school", machine=computer)
    assert not computer.home.exists()


def test_a_rule_file_is_settled_by_its_whole_path(computer, tmp_path, monkeypatch):
    """A rule file that is named from the current folder is found later from any other."""
    import workload

    text = (Path(workload.__file__).parent / "rules" / "zhoukou-2024-33.toml").read_text(encoding="utf-8")
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    windows.install(rules="ours.toml", machine=computer)
    assert settings_of({}, computer.settings).rules == str(tmp_path / "ours.toml")


# ---------------------------------------------------------------- uninstall


def test_uninstall_leaves_nothing(computer):
    """After the removal neither the add-in nor the folder of its configuration is left."""
    windows.install(machine=computer)
    put(computer.help_page, b"help")
    told = windows.uninstall(machine=computer)
    assert not addin(computer).exists()
    assert not computer.configuration.parent.exists()
    assert [line.partition("：")[0] for line in told] == ["已删除", "已删除"]
    assert windows.uninstall(machine=computer) == [f"本来就没有：{addin(computer)}"]


def test_uninstall_keeps_the_users_settings(computer):
    """The settings of the functions, which other hosts use too, stay."""
    windows.install("en", machine=computer)
    assert windows.uninstall("en", machine=computer)[-1] == f"your settings stay: {computer.settings}"
    assert computer.settings.exists()


# ---------------------------------------------------------------- doctor


def test_a_good_installation_has_nothing_wrong(computer):
    """After an installation every point is right."""
    windows.install(machine=computer)
    told = windows.doctor(machine=computer)
    assert [line for line in told[:-1] if not line.startswith("[正常]")] == []
    assert told[-1].startswith("没有发现问题")
    assert all(line.startswith("[ok]") for line in windows.doctor("en", machine=computer)[:-1])


def test_a_bare_computer_is_told_what_to_do(computer):
    """Before an installation the doctor says what to run."""
    told = windows.doctor(machine=computer)
    assert sum("python -m excel_addin install" in line for line in told) == 2
    assert told[-1] == "共 2 个问题，请按上面的说明处理"


def test_install_tells_what_is_still_wrong(computer):
    """What the installation cannot put right stands in its answer."""
    told = windows.install(machine=evolve(computer, run=lambda command: "No module named 'win32api'"))
    assert any("缺少 win32api" in line for line in told)


def test_every_line_can_be_printed_in_the_console_of_chinese_windows(computer):
    """No line has a letter that code page 936 lacks, which would break the printing."""
    for lines in (
        windows.doctor(machine=computer),
        windows.install(machine=computer),
        windows.doctor(machine=computer),
    ):
        "\n".join(lines).encode("cp936")


GOOD = Facts(
    office_bits=64,
    addin=b"x",
    built=b"x",
    interpreter="C:\\Py\\python.exe",
    interpreter_exists=True,
    running="c:\\py\\python.exe",
    libraries=("xlwings32-0.37.8.dll", "xlwings64-0.37.8.dll"),
    tried="works 0.37.8",
    xlwings="0.37.8",
)
STORE = "C:\\Program Files\\WindowsApps\\"


@pytest.mark.parametrize(
    ("point", "changes", "state", "word"),
    [
        ("office", {}, "right", "64 位"),
        ("office", {"office_bits": None}, "note", "没有在注册表中找到"),
        ("office", {"office_place": STORE + "excel.exe"}, "wrong", "应用商店"),
        ("python", {}, "right", "64 位"),
        ("python", {"office_bits": 32}, "right", "不影响使用"),
        ("python", {"python_place": STORE + "python.exe"}, "wrong", "python.org"),
        ("configuration", {}, "right", "C:\\Py"),
        ("configuration", {"interpreter": None}, "wrong", "install"),
        ("configuration", {"interpreter_exists": False}, "wrong", "不存在"),
        ("configuration", {"running": "D:\\python.exe"}, "note", "另一个 Python"),
        ("imports", {}, "right", "能导入"),
        ("imports", {"interpreter_exists": False}, "note", "没有试着"),
        ("imports", {"tried": None}, "wrong", "安全软件"),
        ("imports", {"tried": "ModuleNotFoundError: No module named 'xlwings'"}, "wrong", "pip install"),
        ("imports", {"tried": "Traceback\nImportError: DLL load failed"}, "wrong", "ImportError: DLL load failed"),
        ("imports", {"tried": ""}, "wrong", "失败"),
        ("library", {}, "right", "齐全"),
        ("library", {"libraries": ("xlwings64-0.37.8.dll",), "office_bits": 32}, "wrong", "xlwings32-0.37.8.dll"),
        ("library", {"libraries": ("xlwings64-0.36.0.dll",)}, "wrong", "xlwings64-0.37.8.dll"),
        ("library", {"libraries": ("xlwings32-0.37.8.dll",), "office_bits": None}, "right", "齐全"),
        ("library", {"xlwings": "0.38.0"}, "wrong", "xlwings==0.37.8"),
        ("library", {"interpreter": None}, "note", "没有查找"),
        ("addin", {}, "right", "加载项文件在"),
        ("addin", {"addin": None}, "wrong", "不在"),
        ("addin", {"addin": b"older"}, "wrong", "另一个版本"),
        ("blocked", {}, "right", "没有被锁定"),
        ("blocked", {"addin_zone": "[ZoneTransfer]\r\nZoneId=3\r\n"}, "wrong", "解除锁定"),
        ("blocked", {"addin_zone": "ZoneId=3", "policies": {"blockcontentexecutionfrominternet": 1}}, "wrong", "策略"),
        ("blocked", {"addin_zone": "[ZoneTransfer]\r\nZoneId=1\r\n"}, "right", "没有被锁定"),
        ("macros", {}, "right", "允许"),
        ("macros", {"security": {"VBAWarnings": 4}}, "right", "允许"),
        ("macros", {"policies": {"DisableAllAddins": 1}}, "wrong", "禁用所有应用程序加载项"),
        ("macros", {"security": {"RequireAddinSig": 1}}, "wrong", "签名"),
        ("macros", {"trusted": {"AllLocationsDisabled": 1}}, "wrong", "受信任位置"),
        ("macros", {"trusted": {"AllLocationsDisabled": 1}, "security": {"VBAWarnings": 1}}, "right", "允许"),
        ("macros", {"roaming": "\\\\server\\users\\zhang"}, "note", "网络上"),
        ("macros", {"roaming": "\\\\server\\zhang", "trusted": {"AllowNetworkLocations": 1}}, "right", "允许"),
        ("put_out_of_use", {}, "right", "没有停用"),
        ("put_out_of_use", {"disabled": (b"\x01\x00" + "c:\\x\\workload.xlam".encode("utf-16-le"),)}, "wrong", "启用"),
        ("code_page", {}, "right", "cp936"),
        ("code_page", {"home_in_code_page": False, "code_page": "cp1252"}, "wrong", "非 Unicode"),
        ("settings", {}, "right", "可以读取"),
        ("settings", {"settings_fault": Text("设置有误", "wrong settings")}, "wrong", "设置有误"),
    ],
)
def test_each_point(point, changes, state, word):
    """Each point of the doctor says how it stands, and what to do."""
    found = getattr(doctor, point)(evolve(GOOD, **changes))
    assert found.state == state
    assert word in found.text.zh
    assert found.text.en


def test_facts_are_seen(computer):
    """What the points judge is read from the files and the registry of the computer."""
    keys = {
        r"HKLM\Software\Microsoft\Office\16.0\Outlook": {"Bitness": "x86"},
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe": {"": "C:\\Office\\EXCEL.EXE"},
        r"HKCU\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems": {"a": b"\x01", "b": 7},
    }
    computer.settings.parent.mkdir(parents=True)
    computer.settings.write_text("nonsense", encoding="utf-8")
    seen = doctor.facts(evolve(computer, registry=lambda key: keys.get(key, {})))
    assert (seen.office_bits, seen.office_place, seen.disabled) == (32, "C:\\Office\\EXCEL.EXE", (b"\x01",))
    assert seen.settings_fault is not None
    assert seen.interpreter is None


def test_a_missing_xlwings_is_no_crash(computer, monkeypatch):
    """The doctor runs where xlwings is not installed."""

    def missing(_):
        raise importlib.metadata.PackageNotFoundError("xlwings")

    monkeypatch.setattr(doctor, "version", missing)
    assert doctor.facts(computer).xlwings is None


# ---------------------------------------------------------------- this computer


def test_this_computer_can_be_asked():
    """What is read of the computer at hand is of the right kind, on any system."""
    here = machine.this_machine()
    assert here.executable.is_file()
    assert here.speaks("abc")
    assert here.documents
    assert here.zone(here.executable) is None
    assert here.run([str(here.executable), "-c", "print('中文')"]).strip() == "中文"
    assert here.run([str(here.home / "no such program")]) is None
    assert isinstance(here.registry(r"HKCU\Software\Microsoft"), dict)
    here.short_path(here.executable)


def test_documents_moved_to_onedrive_are_found(computer):
    """The documents are where Windows says they are, OneDrive included."""
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    moved = evolve(
        computer,
        environment={"USERPROFILE": "C:/Users/张三"},
        registry=lambda asked: {"Personal": "%USERPROFILE%/OneDrive/文档"} if asked == key else {},
    )
    assert moved.documents == Path("C:/Users/张三/OneDrive/文档")
    assert evolve(moved, environment={}).documents == computer.home / "Documents"


# ---------------------------------------------------------------- buttons


def test_the_self_check_tells_what_works():
    """The self-check names Excel, the add-in, Python, the packages and the rules, and computes."""
    told = buttons.self_check("16.0", "64", "C:\\workload.xlam")
    assert told.startswith("一切正常。\nExcel：16.0，64 位\n加载项：C:\\workload.xlam\nPython：3.")
    assert "WL_CLASS_HOURS(90) = 2" in told.splitlines()[-1]


def test_the_self_check_tells_wrong_settings(monkeypatch):
    """Wrong settings are the answer of the self-check."""

    def wrong():
        raise WorkloadError(Text("设置有误", "wrong settings"))

    monkeypatch.setattr(buttons, "current", wrong)
    assert buttons.self_check("16.0", "64", "") == "设置有误"


def test_samples_are_copied_once(computer, monkeypatch, tmp_path):
    """The sample workbooks go into the documents; what the user wrote into one stays."""
    (tmp_path / "人事.xlsx").write_bytes(b"sample")
    monkeypatch.setattr(buttons, "sample_files", lambda: [tmp_path / "人事.xlsx"])
    shown = []
    assert buttons.open_samples("16.0", "64", "", machine=computer, show=shown.append) == ""
    folder = computer.documents / "工作量示例"
    assert shown == [folder]
    (folder / "人事.xlsx").write_bytes(b"the user's")
    buttons.open_samples(machine=computer, show=shown.append)
    assert (folder / "人事.xlsx").read_bytes() == b"the user's"


def test_samples_that_cannot_be_copied_are_told(computer, monkeypatch, tmp_path):
    """No samples, or a folder that cannot be written, is a sentence."""
    monkeypatch.setattr(buttons, "sample_files", list)
    assert buttons.open_samples(machine=computer) == "这次安装不含示例工作簿"

    def refused(_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.xlsx").write_bytes(b"")
    monkeypatch.setattr(buttons, "sample_files", lambda: [tmp_path / "a.xlsx"])
    assert "Permission denied" in buttons.open_samples(machine=computer, show=refused)
    assert "Permission denied" in buttons.open_help(machine=computer, show=refused)


def test_the_samples_are_found():
    """In the source's own folder, or as installed, the sample workbooks are there."""
    assert buttons.sample_files()


def test_an_installation_may_lack_samples(monkeypatch, tmp_path):
    """Where there are none, none are found; a package without its metadata has no version."""
    monkeypatch.setattr(buttons, "files", lambda _: tmp_path / "excel_addin")
    monkeypatch.setattr(buttons.sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(buttons.site, "getuserbase", lambda: str(tmp_path))
    assert buttons.sample_files() == []
    monkeypatch.setattr(buttons, "version", lambda _: importlib.metadata.version("no such package"))
    assert "xlwings -" in buttons.self_check("16.0", "64", "")


def test_the_help_page_has_every_function(computer):
    """The help button writes a page with each function, in the user's language, and opens it."""
    shown = []
    assert buttons.open_help(machine=computer, show=shown.append) == ""
    (page,) = shown
    text = page.read_text(encoding="utf-8")
    from excel_addin.registry import FUNCTIONS

    assert re.findall(r'<h2 id="(\w+)">', text) == list(FUNCTIONS)
    computer.settings.write_text('lang = "en"', encoding="utf-8")
    buttons.open_help(machine=computer, show=shown.append)
    assert "Minutes of a duty" in page.read_text(encoding="utf-8")
    computer.settings.write_text("nonsense", encoding="utf-8")
    buttons.open_help(machine=computer, show=shown.append)
    assert '<html lang="zh-CN">' in page.read_text(encoding="utf-8")
