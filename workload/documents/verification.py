"""Verifying a certificate offline: is it what the records (or a closed year), the rules and the readings give?

The facts are found anew from the records, or taken from the snapshot of a closed year, and held against the
certificate item by item; and every visible line of it is compared with the document that those facts would give. So a
figure that was altered in Word is found, whatever the code says. What this proves is that paper and data agree; it
is no signature, and does not say who issued the paper.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType
from typing import Any

from attrs import frozen

from workload.documents.blocks import Block
from workload.documents.certificate import (
    NAME,
    Carried,
    certificate,
    certificate_docx,
    read_certificate,
    requirement_text,
    span_text,
)
from workload.documents.filling import packaged_template, visible_text
from workload.errors import WorkloadError
from workload.evaluation import evaluate_experience
from workload.exact import shown
from workload.facts import ExperienceFacts, WindowFacts, YearFacts, check_code, experience_facts, facts_to_json
from workload.progress import Progress
from workload.provenance import InputFile, Provenance, digest_of_records, digest_of_rules, input_files
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

    ``source`` names it for people; ``records_digest`` is that of the whole center.
    """

    facts: ExperienceFacts
    regulation: Regulation
    inputs: tuple[InputFile, ...]
    records_digest: str
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
    """
    tested = evaluate_experience(
        center, as_of, regulation, readings, teacher_id=teacher_id, skip_faulty=skip_faulty, progress=progress
    )
    name = "" if source is None else source.name
    return Evidence(
        facts=experience_facts(tested.teacher(teacher_id), tested, center),
        regulation=regulation,
        inputs=() if source is None else input_files(source),
        records_digest=digest_of_records(center),
        source=Text(f"原始记录 {name}".strip(), f"the records {name}".strip()),
    )


def evidence_of_snapshot(snapshot: Snapshot, teacher_id: str, regulation: Regulation, name: str) -> Evidence:
    """方案 六(二): the facts of one teacher as the snapshot of a closed year keeps them.

    Raises:
        WorkloadError: the snapshot has no such teacher, or no three-year test.
    """
    facts = snapshot.teacher(teacher_id).experience
    if facts is None:
        why = snapshot.no_experience or Text("快照没有三年认定的内容", "the snapshot has no three-year test")
        raise WorkloadError(why)
    return Evidence(
        facts=facts,
        regulation=regulation,
        inputs=snapshot.inputs,
        records_digest=snapshot.records_digest,
        source=Text(f"{snapshot.year} 年度快照 {name}", f"the snapshot of {snapshot.year}, {name}"),
    )


@frozen
class Item:
    """One thing that was held against the evidence: whether it is the same, and each difference as ``old → new``.

    ``same`` is ``None`` where it could not be compared, and ``told`` says why.
    """

    name: str
    title: Text
    same: bool | None
    told: tuple[Text, ...] = ()


@frozen
class Verification:
    """The answer, item by item; ``notes`` are what a reader must know though nothing differs."""

    facts: ExperienceFacts
    items: tuple[Item, ...]
    notes: tuple[Text, ...] = ()

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
        "text": Text("文字", "text"),
    }
)
MOST_TOLD = 12  # differences of the text


def verify_certificate(
    found: bytes, name: str, evidence: Evidence, *, template: bytes | None = None, template_name: str = ""
) -> Verification:
    """Hold a certificate against the evidence: code, figures, rules, readings, input, and every visible line.

    Args:
        found: the bytes of the certificate.
        name: its file name, for messages.
        evidence: what it is held against.
        template: the school's template that it was made from; the packaged one without.
        template_name: its name, for messages.

    Raises:
        WorkloadError: the file is no certificate, or the template is wrong.
    """
    carried = read_certificate(found, name)
    body, others = visible_text(found, name)
    facts = evidence.facts
    code = check_code(facts, carried.day)
    printed = list(dict.fromkeys(_CODE.findall("\n".join((*body, *others)))))
    told: tuple[Text, ...] = ()
    if printed != [code]:
        shown_code = "、".join(printed)
        told = (Text(f"{shown_code or '文件上没有'} → {code}", f"{shown_code or 'there is none'} → {code}"),)
    text = _text_item(carried, evidence, (body, others), template, template_name)
    items = (Item("code", _ITEMS["code"], not told, told), *_facts_items(carried.facts, evidence), text)
    return Verification(facts, items, tuple(_notes(carried, evidence)))


def verify_code(code: str, evidence: Evidence, day: date | None) -> Verification:
    """Hold the code of a certificate on paper against the evidence.

    The letters may be written small and without hyphens; O is read as 0, I and L as 1, as Crockford's base 32 does.
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
    return Verification(evidence.facts, (Item("code", _ITEMS["code"], same, told),), (note,))


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


def _text_item(
    carried: Carried,
    evidence: Evidence,
    seen: tuple[tuple[str, ...], tuple[str, ...]],
    template: bytes | None,
    template_name: str,
) -> Item:
    """Every visible line held against the document that the evidence would give through the same template."""
    chosen = packaged_template(NAME, carried.language) if template is None else template
    if hashlib.sha256(chosen).hexdigest() != carried.template:
        hint = Text(
            "没有比较：本件由另一模板写出，请用 --template 给出当时的模板文件",
            "not compared: it was made from another template; give that file with --template",
        )
        return Item("text", _ITEMS["text"], None, (hint,))
    facts, regulation = evidence.facts, evidence.regulation
    made = certificate_docx(
        facts,
        regulation,
        _comes_from(carried, evidence),
        as_of=carried.as_of,
        language=carried.language,
        template=chosen,
        template_name=template_name,
    )
    body, others = visible_text(made, "")
    told = [*_line_differences(seen[0], body), *_line_differences(seen[1], others)]
    if len(told) > MOST_TOLD:
        more = len(told) - MOST_TOLD
        told = [*told[:MOST_TOLD], Text(f"另有 {more} 处", f"{more} more")]
    return Item("text", _ITEMS["text"], not told, tuple(told))


def _comes_from(carried: Carried, evidence: Evidence) -> Provenance:
    """The provenance that the document would print: what was found anew, with the files and version of then."""
    facts, regulation = evidence.facts, evidence.regulation
    return Provenance(
        rules=facts.rules,
        document=facts.document,
        rules_digest=facts.rules_digest,
        version=carried.version,
        readings=facts.readings,
        changed=tuple(
            f"{name}={facts.readings[name]}"
            for name, one in regulation.readings.items()
            if facts.readings.get(name, one.default) != one.default
        ),
        inputs=carried.inputs,
        records_digest=evidence.records_digest,
        day=carried.day,
    )


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


def _notes(carried: Carried, evidence: Evidence) -> Iterator[Text]:
    if carried.facts.verdict != "met":
        yield Text("本件不是认定材料：结论不是达标", "this paper is no proof: its verdict is not “met”")
    if digest_of_rules(evidence.regulation) != evidence.facts.rules_digest:
        yield Text(
            "现在的规则文件与快照封存时的不同；条款原文和口径的文字取自现在的规则文件",
            "the rule file is not the one of the snapshot; the words of articles and readings are those of the file",
        )
    changed = _comes_from(carried, evidence).changed
    if changed:
        told = " ".join(changed)
        yield Text(f"本件用了非默认口径：{told}", f"it was made under readings that are not the default: {told}")
    if carried.inputs and evidence.inputs and carried.inputs != evidence.inputs:
        old, new = _files(carried.inputs), _files(evidence.inputs)
        yield Text(
            f"输入文件与当时不同（{old} → {new}）；是否影响该教师，见“输入”一项",
            f"the input is another file than then ({old} → {new}); whether that touches the teacher, see “input”",
        )
    if carried.version != evidence.facts.version:
        yield Text(
            f"当时的版本 {carried.version}，现在 {evidence.facts.version}",
            f"made with version {carried.version}, verified with {evidence.facts.version}",
        )
    yield Text(
        "图片和印章不在核对之内；一致不等于签名，也不证明由谁出具",
        "pictures and seals are not checked; agreement is no signature and does not say who issued it",
    )


def _files(files: Iterable[InputFile]) -> str:
    return ", ".join(f"{one.name} {one.sha256[:12]}" for one in files)


def facts_lines(facts: ExperienceFacts, regulation: Regulation, language: Language) -> tuple[str, ...]:
    """The facts in a few lines, to be compared with a paper by eye."""
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
    """The answer in one sentence."""
    if found.holds:
        return Text("核对一致", "everything agrees")
    names = joined([item.title for item in found.items if not item.same], "、", ", ")
    return Text(f"不一致：{names.zh}", f"not the same: {names.en}")


# ---------------------------------------------------------------- shown


_SAME = MappingProxyType(
    {True: Text("一致", "same"), False: Text("不一致", "different"), None: Text("未比较", "not compared")}
)


def verification_blocks(found: Verification, regulation: Regulation, source: Text, language: Language) -> list[Block]:
    """The answer for people: the items, each difference, what to know, and the figures to compare by eye."""

    def say(text: Text) -> str:
        return text.get(language)

    facts = found.facts
    who = f"{facts.teacher_id} {facts.name}".strip()
    title = Text(
        f"{conclusion(found).zh}：{who}，截至 {facts.as_of} 年，对照{source.zh}",
        f"{conclusion(found).en}: {who}, as of {facts.as_of}, against {source.en}",
    )
    header = (say(Text("项目", "item")), say(Text("结果", "result")))
    rows = tuple((say(item.title), say(_SAME[item.same])) for item in found.items)
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
    """The answer for programs."""
    return {
        "holds": found.holds,
        "items": [
            {"item": item.name, "same": item.same, "differences": [text.get(language) for text in item.told]}
            for item in found.items
        ],
        "notes": [text.get(language) for text in found.notes],
        "facts": facts_to_json(found.facts),
    }
