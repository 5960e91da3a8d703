"""Verifying a certificate offline: is it what the records (or a closed year), the rules and the readings give?

The facts are found anew from the records, or taken from the snapshot of a closed year, and held against the
certificate item by item. Then the document is written anew from those facts, and the two files are compared part by
part: they are the same only where the certificate is the very document that was issued. One that was opened and saved
again in Word or LibreOffice is another file, and what a program shows of it cannot be told from its text; so it is
never said to agree. Its lines are compared as a help, and the document written anew is the one to go by.

What this proves is that paper and data agree; it is no signature, does not say who issued the paper, and does not prove
its date.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import evolve, field, frozen

from workload.documents.blocks import Block
from workload.documents.certificate import (
    NAME,
    Carried,
    certificate,
    certificate_docx,
    read_certificate,
    requirement_text,
    span_text,
    why_not,
)
from workload.documents.filling import bytes_beside_parts, package_of, packaged_template, visible_text
from workload.errors import WorkloadError
from workload.evaluation import evaluate_experience
from workload.exact import shown
from workload.facts import ExperienceFacts, WindowFacts, YearFacts, check_code, experience_facts, facts_to_json
from workload.progress import Progress
from workload.provenance import InputFile, Provenance, digest_of_rules, input_files, library_version
from workload.records import Center
from workload.regulation import Readings, Regulation
from workload.snapshot import Snapshot
from workload.text import Language, Text, joined
from workload.vocabulary import word

_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
_BLANK = "—"


@frozen(kw_only=True)
class Evidence:
    """What a certificate is held against: the facts found anew (or those of a snapshot), and where they come from.

    ``source`` names it for people.
    """

    facts: ExperienceFacts
    regulation: Regulation
    inputs: tuple[InputFile, ...]
    source: Text


def evidence_of_records(
    center: Center,
    teacher_id: str,
    as_of: int | date,
    regulation: Regulation,
    readings: Readings,
    *,
    source: Path | None = None,
    skip_faulty: bool = False,
    progress: Progress | None = None,
) -> Evidence:
    """方案 六(二): the facts of one teacher reckoned anew from the records.

    Raises:
        InputError: the records have faults (unless ``skip_faulty``).
        WorkloadError: there is no such teacher, or the rules say nothing of the test.

    >>> from workload import Teacher, load_regulation
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> evidence_of_records(center, "T01", 2024, load_regulation(), {}).facts.verdict
    'met'
    """
    tested = evaluate_experience(
        center, as_of, regulation, readings, teacher_id=teacher_id, skip_faulty=skip_faulty, progress=progress
    )
    name = "" if source is None else source.name
    return Evidence(
        facts=experience_facts(tested.teacher(teacher_id), tested, center),
        regulation=regulation,
        inputs=() if source is None else input_files(source),
        source=Text(f"原始记录 {name}".strip(), f"the records {name}".strip()),
    )


def evidence_of_snapshot(snapshot: Snapshot, teacher_id: str, regulation: Regulation, name: str) -> Evidence:
    """方案 六(二): the facts of one teacher as the snapshot of a closed year keeps them.

    Raises:
        WorkloadError: the snapshot has no such teacher, or no three-year test.

    >>> from workload import Teacher, close_year, load_regulation
    >>> closed = close_year(Center([Teacher("T01", "full_time")], []), 2024)
    >>> evidence_of_snapshot(closed, "T01", load_regulation(), "2024.snapshot").source.zh
    '2024 年度快照 2024.snapshot'
    """
    facts = snapshot.teacher(teacher_id).experience
    if facts is None:
        why = snapshot.no_experience or Text("快照没有三年认定的内容", "the snapshot has no three-year test")
        raise WorkloadError(why)
    return Evidence(
        facts=facts,
        regulation=regulation,
        inputs=snapshot.inputs,
        source=Text(f"{snapshot.year} 年度快照 {name}", f"the snapshot of {snapshot.year}, {name}"),
    )


_SAME = MappingProxyType(
    {True: Text("一致", "same"), False: Text("不一致", "different"), None: Text("未比较", "not compared")}
)


@frozen
class Item:
    """One thing that was held against the evidence: whether it is the same, and each difference as ``old → new``.

    ``same`` is ``None`` where it could not be compared, and ``told`` says why; ``result`` is the answer in words.
    """

    name: str
    title: Text
    same: bool | None
    told: tuple[Text, ...] = ()
    result: Text = field()

    @result.default
    def _plain_result(self) -> Text:
        return _SAME[self.same]


@frozen
class Verification:
    """The answer, item by item; ``notes`` are what a reader must know though nothing differs.

    ``again`` is the certificate as the evidence gives it, ``None`` where it cannot be written.
    """

    facts: ExperienceFacts
    items: tuple[Item, ...]
    notes: tuple[Text, ...] = ()
    again: bytes | None = field(default=None, repr=False)

    @property
    def holds(self) -> bool:
        """Whether every item is the same."""
        return all(item.same for item in self.items)

    def item(self, name: str) -> Item:
        """The item with that name."""
        return next(item for item in self.items if item.name == name)


_ITEMS = MappingProxyType(
    {
        "code": Text("校验码", "code"),
        "figures": Text("数字", "figures"),
        "rules": Text("规则", "rules"),
        "readings": Text("口径", "readings"),
        "input": Text("输入", "input"),
        "file": Text("文件", "file"),
    }
)
ALTERED = Text("另存或改动过", "saved again or altered")
OTHER = Text("与复核件不同", "not the paper made anew")  # where the data differ, nobody can tell whether it was altered
MOST_TOLD = 12  # differences of the text


def verify_certificate(
    found: bytes, name: str, evidence: Evidence, *, template: bytes | None = None, template_name: str = ""
) -> Verification:
    """Hold a certificate against the evidence: code, figures, rules, readings, input, and the file itself.

    The file is the same only where it is the very document that was issued. Saved again in Word or LibreOffice, an
    honest one is not: everything else agrees then, and the document written anew (``again``) is the one to go by.

    Args:
        found: the bytes of the certificate.
        name: its file name, for messages.
        evidence: what it is held against.
        template: the school's template that it was made from; the packaged one without.
        template_name: its name, for messages.

    Raises:
        WorkloadError: the file is no certificate, or the template is wrong.

    >>> from workload import Teacher, load_regulation
    >>> from workload.provenance import provenance_of
    >>> center, rules = Center([Teacher("T01", "full_time")], []), load_regulation()
    >>> evidence = evidence_of_records(center, "T01", 2024, rules, {})
    >>> paper = certificate_docx(evidence.facts, rules, provenance_of(center, rules, {}, day=date(2025, 1, 6)))
    >>> verify_certificate(paper, "T01.docx", evidence).holds
    True
    """
    carried = read_certificate(found, name)
    item, again = _file_item(found, name, carried, evidence, template, template_name)
    items = (_code_item(found, name, carried, evidence), *_facts_items(carried.facts, evidence), item)
    return Verification(evidence.facts, items, tuple(_notes(carried, evidence)), again)


def _code_item(found: bytes, name: str, carried: Carried, evidence: Evidence) -> Item:
    """Whether the paper shows the code of the evidence; letterheads have numbers that look like one, too."""
    code = check_code(evidence.facts, carried.day)
    body, _ = visible_text(found, name)
    printed = list(dict.fromkeys(_CODE.findall("\n".join(body))))
    if code in printed:
        return Item("code", _ITEMS["code"], True)
    shown_code = "、".join(printed)
    told = Text(f"{shown_code or '文件上没有'} → {code}", f"{shown_code or 'there is none'} → {code}")
    return Item("code", _ITEMS["code"], False, (told,))


def verify_code(code: str, evidence: Evidence, day: date | None) -> Verification:
    """Hold the code of a certificate on paper against the evidence.

    The letters may be written small and without hyphens; O is read as 0, I and L as 1, as Crockford's base 32 does.

    >>> from workload import Teacher, load_regulation
    >>> evidence = evidence_of_records(Center([Teacher("T01", "full_time")], []), "T01", 2024, load_regulation(), {})
    >>> conclusion(verify_code(check_code(evidence.facts), evidence, None)).zh
    '校验码一致（数字未逐项核对）'
    """
    wanted = check_code(evidence.facts, day)
    given = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("OIL", "011"))
    same = given == wanted.replace("-", "")
    told: tuple[Text, ...] = ()
    if not same:
        told = (
            Text(
                f"{code} → {wanted}；请先核对工号、截至年度、纸面上的日期（--date）、规则和口径是否与纸面一致",
                f"{code} → {wanted}; are the teacher, the year, the date on the paper (--date), the rules and the "
                "readings those of the paper?",
            ),
        )
    note = Text(
        "只核对了校验码；纸面上的数字请与下面的结果逐项对照",
        "only the code was checked; compare the figures on the paper with those below",
    )
    return Verification(evidence.facts, (Item("code", _ITEMS["code"], same, told),), (note, _PROVES))


def _facts_items(old: ExperienceFacts, evidence: Evidence) -> Iterator[Item]:
    new = evidence.facts
    figures = tuple(_figure_differences(old, new, evidence.regulation))
    yield Item("figures", _ITEMS["figures"], not figures, figures)
    rules = tuple(_rule_differences(old, new, evidence.regulation))
    yield Item("rules", _ITEMS["rules"], not rules, rules)
    switches = sorted({*old.readings, *new.readings})
    readings = tuple(
        _changed(Text(f"{name}=", f"{name}="), old.readings.get(name, _BLANK), new.readings.get(name, _BLANK))
        for name in switches
        if old.readings.get(name) != new.readings.get(name)
    )
    yield Item("readings", _ITEMS["readings"], not readings, readings)
    same = old.records_digest == new.records_digest
    told = (
        _changed(
            Text("该教师的记录（摘要）", "the teacher's records (digest)"),
            old.records_digest[:12],
            new.records_digest[:12],
        ),
    )
    yield Item("input", _ITEMS["input"], same, () if same else told)


def _changed(what: Text, old: object, new: object) -> Text:
    return Text(f"{what.zh} {old} → {new}", f"{what.en} {old} → {new}")


def _figure_differences(old: ExperienceFacts, new: ExperienceFacts, regulation: Regulation) -> Iterator[Text]:
    pairs: tuple[tuple[Text, object, object], ...] = (
        (Text("工号", "teacher"), old.teacher_id, new.teacher_id),
        (Text("姓名", "name"), old.name, new.name),
        (Text("截至", "as of"), old.as_of, new.as_of),
        (Text("认定方式", "basis"), old.basis, new.basis),
        (Text("认定年数", "recognized years"), old.recognized_years, new.recognized_years),
    )
    for what, before, after in pairs:
        if before != after:
            yield _changed(what, _BLANK if before is None else before, _BLANK if after is None else after)
    yield from _differences(
        {
            ("", "employment"): (Text("类别", "employment"), word("employment", old.employment)),
            ("", "verdict"): (Text("结论", "verdict"), word("verdict", old.verdict)),
            **_told_years(old, regulation),
            **_told_windows(old, regulation),
        },
        {
            ("", "employment"): (Text("类别", "employment"), word("employment", new.employment)),
            ("", "verdict"): (Text("结论", "verdict"), word("verdict", new.verdict)),
            **_told_years(new, regulation),
            **_told_windows(new, regulation),
        },
    )


# For each place (a year or window, and what of it) its label and its value.
_Told = Mapping[tuple[str, str], tuple[Text, Text]]


def _told_years(facts: ExperienceFacts, regulation: Regulation) -> _Told:
    told: dict[tuple[str, str], tuple[Text, Text]] = {}
    for year in facts.years:
        place = str(year.year)
        told[place, "period"] = Text("核算期", "period"), _plain(f"{year.start}–{year.end}" if year.start else _BLANK)
        told[place, "appointed"] = Text("在聘", "appointed"), word("answer", "yes" if year.appointed else "no")
        told[place, "result"] = Text("考核", "evaluation"), word("result", year.result, _BLANK)
        told[place, "passed"] = Text("考核合格", "passed"), word("answer", "yes" if year.passed else "no")
        told |= _told_work(place, year, regulation)
    return told


def _told_windows(facts: ExperienceFacts, regulation: Regulation) -> _Told:
    told: dict[tuple[str, str], tuple[Text, Text]] = {}
    for window in facts.windows:
        place = span_text(window.years)
        told |= _told_work(place, window, regulation)
        told[place, "verdict"] = Text("结论", "verdict"), word("verdict", window.verdict)
        missing = ", ".join(map(str, window.evaluations_missing)) or _BLANK
        told[place, "missing"] = Text("缺考核", "evaluations missing"), _plain(missing)
    return told


def _told_work(place: str, work: YearFacts | WindowFacts, regulation: Regulation) -> _Told:
    """Sums by their account, exactly: what two decimals would hide is a difference too."""
    told = {}
    for account, total in work.totals.items():
        name = regulation.accounts[account].name if account in regulation.accounts else _plain(account)
        exactly = shown(total) if (total * 100).denominator == 1 else f"{shown(total)} ({total})"
        told[place, account] = name, _plain(exactly)
    told[place, "minutes"] = Text("咨询分钟", "minutes of duty"), _plain(str(work.counseling_minutes))
    return told


def _plain(text: str) -> Text:
    return Text(text, text)


def _differences(old: _Told, new: _Told) -> Iterator[Text]:
    for place in sorted({**old, **new}):
        label = (old.get(place) or new[place])[0]
        before, after = (told[place][1] if place in told else _plain(_BLANK) for told in (old, new))
        if before != after:
            where = f"{place[0]} " if place[0] else ""
            yield Text(f"{where}{label.zh}：{before.zh} → {after.zh}", f"{where}{label.en}: {before.en} → {after.en}")


def _rule_differences(old: ExperienceFacts, new: ExperienceFacts, regulation: Regulation) -> Iterator[Text]:
    pairs = (
        (Text("规则文件", "rules"), old.rules, new.rules),
        (Text("文号", "document"), old.document, new.document),
        (Text("规则摘要", "digest of the rules"), old.rules_digest[:8], new.rules_digest[:8]),
        (Text("条款", "article"), old.article, new.article),
        (Text("条款原文", "quote"), old.quote, new.quote),
        (Text("每个窗口认定", "award"), old.award, new.award),
    )
    for what, before, after in pairs:
        if before != after:
            yield _changed(what, before, after)
    asked, asks = requirement_text(old, regulation), requirement_text(new, regulation)
    if asked != asks:
        yield Text(f"要求 {asked.zh} → {asks.zh}", f"requirement {asked.en} → {asks.en}")
    if old.rules_digest != new.rules_digest and old.rules_digest[:8] == new.rules_digest[:8]:
        yield _changed(Text("规则摘要", "digest of the rules"), old.rules_digest, new.rules_digest)


def _file_item(
    found: bytes, name: str, carried: Carried, evidence: Evidence, template: bytes | None, template_name: str
) -> tuple[Item, bytes | None]:
    """The file held against the document that the evidence gives, part by part; and that document."""
    title = _ITEMS["file"]
    chosen = packaged_template(NAME, carried.language) if template is None else template
    if hashlib.sha256(chosen).hexdigest() != carried.template:
        hint = Text(
            "由另一模板写出，请用 --template 给出当时的模板文件",
            "it was made from another template; give that file with --template",
        )
        return Item("file", title, None, (hint,)), None
    result = ALTERED if evolve(carried.facts, version="") == evolve(evidence.facts, version="") else OTHER
    if (why := why_not(evidence.facts, carried.as_of, carried.day)) is not None:
        return Item("file", title, False, (why,), result), None
    now = library_version()
    again = _written(carried, evidence, chosen, template_name, now)
    then = again if carried.version == now else _written(carried, evidence, chosen, template_name, carried.version)
    told = tuple(_package_differences(found, name, then))
    if result is OTHER or carried.version == now:
        return Item("file", title, not told, told, result if told else _SAME[True]), again
    made_by = Text(f"由版本 {carried.version} 生成，现为 {now}", f"made by version {carried.version}, now {now}")
    return Item("file", title, False, (made_by, *told), made_by), again


def _written(carried: Carried, evidence: Evidence, template: bytes, template_name: str, version: str) -> bytes:
    """The certificate as the evidence gives it; the question, the date and the files of then come from the paper."""
    facts, regulation = evolve(evidence.facts, version=version), evidence.regulation
    comes_from = Provenance(
        rules=facts.rules,
        document=facts.document,
        rules_digest=facts.rules_digest,
        version=version,
        readings=facts.readings,
        changed=_changed_readings(evidence),
        inputs=carried.inputs,  # carried, but never shown
        records_digest=facts.records_digest,
        day=carried.day,
    )
    return certificate_docx(
        facts,
        regulation,
        comes_from,
        as_of=carried.as_of,
        language=carried.language,
        template=template,
        template_name=template_name,
    )


def _changed_readings(evidence: Evidence) -> tuple[str, ...]:
    return tuple(
        f"{name}={evidence.facts.readings[name]}"
        for name, one in evidence.regulation.readings.items()
        if evidence.facts.readings.get(name, one.default) != one.default
    )


def _package_differences(found: bytes, name: str, made: bytes) -> Iterator[Text]:
    """What makes a file another one: that it is ambiguous, or the parts that differ and, as a help, the lines."""
    try:
        parts, wrong = package_of(found)
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError):
        yield Text("有部件无法读取", "a part cannot be read")
        return
    yield from wrong
    wanted, _ = package_of(made)
    other = sorted(part for part in {*parts, *wanted} if parts.get(part) != wanted.get(part))
    if not other:
        if bytes_beside_parts(found):
            yield Text("压缩包里有部件以外的字节", "there are bytes beside the parts of the package")
        return
    zh, en = "、".join(other[:MOST_PARTS_TOLD]), ", ".join(other[:MOST_PARTS_TOLD])
    number = len(other)
    yield Text(f"与复核件不同的部件有 {number} 个：{zh}", f"{number} parts are not those of the paper made anew: {en}")
    if wrong:
        return  # what is read here may not be what another program shows
    lines = zip(visible_text(found, name), visible_text(made, name), strict=True)
    told = [text for old, new in lines for text in _line_differences(old, new)]
    yield from told[:MOST_TOLD]
    if len(told) > MOST_TOLD:
        more = len(told) - MOST_TOLD
        yield Text(f"另有 {more} 处", f"{more} more")
    if not told:
        yield Text("文字逐行相同，但看上去未必相同", "the lines are the same, but what is seen may not be")


MOST_PARTS_TOLD = 4


def _line_differences(old: Sequence[str], new: Sequence[str]) -> Iterator[Text]:
    for kind, start, end, begin, finish in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        before, after = list(old[start:end]), list(new[begin:finish])
        for place in range(max(len(before), len(after))):
            was = before[place] if place < len(before) else None
            is_now = after[place] if place < len(after) else None
            if was is None:
                yield Text(f"缺少“{is_now}”", f"missing: “{is_now}”")
            elif is_now is None:
                yield Text(f"多出“{was}”", f"added: “{was}”")
            else:
                told = "“{}” → “{}”".format(*_where_they_differ(was, is_now))
                yield Text(told, told)


LONG, AROUND = 60, 12  # letters of a line that is shown whole, and of what stands around a difference in a longer one


def _alike(one: str, other: str) -> int:
    """How many letters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Two lines, or of long ones the part in which they differ, with what stands around it.

    >>> _where_they_differ("一" * 50 + "有 3 年" + "二" * 50, "一" * 50 + "有 2 年" + "二" * 50)
    ('…一一一一一一一一一一有 3 年二二二二二二二二二二…', '…一一一一一一一一一一有 2 年二二二二二二二二二二…')
    """
    if max(len(old), len(new)) <= LONG:
        return old, new
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    left, right = max(0, start - AROUND), max(0, end - AROUND)
    before, after = "…" if left else "", "…" if right else ""
    return (
        f"{before}{old[left : len(old) - right]}{after}",
        f"{before}{new[left : len(new) - right]}{after}",
    )


_PROVES = Text(
    "一致不等于签名，不能证明由谁出具，也不能证明日期属实；印章不在核对之内",
    "agreement is no signature and proves neither who issued the paper nor its date; seals are not checked",
)


def _notes(carried: Carried, evidence: Evidence) -> Iterator[Text]:
    if carried.facts.verdict != "met":
        yield Text("本件不是认定材料：结论不是达标", "this paper is no proof: its verdict is not “met”")
    if digest_of_rules(evidence.regulation) != evidence.facts.rules_digest:
        yield Text(
            "现在的规则文件与快照封存时的不同；条款原文和口径的文字取自现在的规则文件",
            "the rule file is not the one of the snapshot; the words of articles and readings are those of the file",
        )
    changed = _changed_readings(evidence)
    if changed:
        told = " ".join(changed)
        yield Text(f"本件用了非默认口径：{told}", f"it was made under readings that are not the default: {told}")
    if carried.inputs and evidence.inputs and carried.inputs != evidence.inputs:
        old, new = _files(carried.inputs), _files(evidence.inputs)
        yield Text(
            f"本件自称的输入文件与现在的不同（{old} → {new}）；是否影响该教师，见“输入”一项",
            f"the file says that it was made from another input ({old} → {new}); whether that touches the teacher, see "
            "“input”",
        )
    yield _PROVES


def _files(files: Iterable[InputFile]) -> str:
    return "、".join(f"“{one.name}” {one.sha256[:12]}" for one in files)


def facts_lines(facts: ExperienceFacts, regulation: Regulation, language: Language) -> tuple[str, ...]:
    """The facts in a few lines, to be compared with a paper by eye.

    >>> from workload import Teacher, load_regulation
    >>> center, rules = Center([Teacher("T01", "full_time")], []), load_regulation()
    >>> facts_lines(evidence_of_records(center, "T01", 2024, rules, {}).facts, rules, "zh")[0]
    '学生工作（辅导员）经历认定材料'
    """
    content = certificate(facts, regulation, _bare(facts), language)
    windows = (
        " ".join(filter(None, (one["years"], one["item"], one["total"], one["required"], one["verdict"])))
        for one in content.groups["window"]
    )
    years = (" ".join((one["year"], one["work"], one["result"])) for one in content.groups["year"])
    return (content.values["title"], *content.lists["body"], *windows, *years)


def _bare(facts: ExperienceFacts) -> Provenance:
    return Provenance(
        rules=facts.rules,
        document=facts.document,
        rules_digest=facts.rules_digest,
        version=facts.version,
        readings=facts.readings,
        records_digest=facts.records_digest,
    )


def conclusion(found: Verification) -> Text:
    """The answer in one sentence; what was not compared is never said to differ.

    >>> from workload import Teacher, load_regulation
    >>> evidence = evidence_of_records(Center([Teacher("T01", "full_time")], []), "T01", 2024, load_regulation(), {})
    >>> conclusion(Verification(evidence.facts, (Item("input", Text("输入", "input"), False),))).zh
    '输入不一致'
    """
    if [item.name for item in found.items] == ["code"] and found.holds:
        return Text("校验码一致（数字未逐项核对）", "the code is the same (the figures were not compared)")
    if found.holds:
        return Text("核对一致", "everything agrees")
    in_order = sorted(found.items, key=lambda item: (item.name == "file", item.same or False))
    told = []
    for result in dict.fromkeys(item.result for item in in_order):
        names = joined([item.title for item in in_order if item.result == result], "、", ", ")
        told.append(Text(f"{names.zh}{result.zh}", f"{names.en}: {result.en}"))
    if found.again is not None and all(item.same for item in found.items if item.name != "file"):
        go_by = Text("，请以复核件为准（-o 复核件.docx）", ", go by the paper made anew (-o FILE.docx)")
        told[-1] = joined((told[-1], go_by), "", "")
    return joined(told)


# ---------------------------------------------------------------- shown


def verification_blocks(found: Verification, regulation: Regulation, source: Text, language: Language) -> list[Block]:
    """The answer for people: the items, each difference, what to know, and the figures to compare by eye.

    >>> from workload import Teacher, load_regulation
    >>> center, rules = Center([Teacher("T01", "full_time")], []), load_regulation()
    >>> evidence = evidence_of_records(center, "T01", 2024, rules, {})
    >>> found = verify_code(check_code(evidence.facts), evidence, None)
    >>> [block.title for block in verification_blocks(found, rules, evidence.source, "zh")][1:]
    ['须知', '复核所得']
    """

    def say(text: Text) -> str:
        return text.get(language)

    facts = found.facts
    who = f"{facts.teacher_id} {facts.name}".strip()
    title = Text(
        f"{conclusion(found).zh}。{who}，截至 {facts.as_of} 年，对照{source.zh}",
        f"{conclusion(found).en}. {who}, as of {facts.as_of}, against {source.en}",
    )
    header = (say(Text("项目", "item")), say(Text("结果", "result")))
    rows = tuple((say(item.title), say(item.result)) for item in found.items)
    blocks = [Block(say(title), header, rows)]
    for item in found.items:
        if item.told:
            blocks.append(
                Block(
                    say(Text(f"{item.title.zh}（文件 → 复核）", f"{item.title.en} (paper → found)")),
                    lines=tuple(map(say, item.told)),
                )
            )
    blocks.append(Block(say(Text("须知", "To know")), lines=tuple(map(say, found.notes))))
    blocks.append(Block(say(Text("复核所得", "As found")), lines=facts_lines(facts, regulation, language)))
    return blocks


def verification_json(found: Verification, language: Language) -> dict[str, Any]:
    """The answer for programs.

    >>> from workload import Teacher, load_regulation
    >>> evidence = evidence_of_records(Center([Teacher("T01", "full_time")], []), "T01", 2024, load_regulation(), {})
    >>> verification_json(verify_code(check_code(evidence.facts), evidence, None), "zh")["holds"]
    True
    """
    return {
        "holds": found.holds,
        "conclusion": conclusion(found).get(language),
        "items": [
            {"item": item.name, "same": item.same, "differences": [text.get(language) for text in item.told]}
            for item in found.items
        ],
        "notes": [text.get(language) for text in found.notes],
        "facts": facts_to_json(found.facts),
    }
