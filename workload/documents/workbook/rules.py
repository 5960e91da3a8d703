"""The rule sheet: every figure of the regulation in a named cell, which all other sheets calculate with.

Changing 45 to 50 there changes every result that rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from workload.documents.workbook.sheets import (
    Book,
    Field,
    Layout,
    column_letter,
    height_of,
    is_pattern,
    matched,
    number,
    sheet_in_formula,
)
from workload.ledger import Basis
from workload.regulation import Case, Clause, Coefficient, Credit, EvaluationRule, Kind, Regulation, Remainder
from workload.text import Language, Text
from workload.vocabulary import UNIT_OF_MEASURE, column_text, word

SHEET = Text("规则", "Rules")
KINDS_SHEET = Text("折算", "Values")
NONE = "—"
KINDS_ROW = 2  # of the first kind, counted from 0


def defined_name(figure: str) -> str:
    """The name of a figure's cell, the same words as ``WL_RULE`` takes.

    >>> defined_name("counseling_duty.per")
    'rule_counseling_duty_per'
    """
    return "rule_" + re.sub(r"\W", "_", figure)


@frozen(eq=False)
class RuleNames:
    """The names of the cells that hold a regulation's figures."""

    names: Mapping[int, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> RuleNames:
        """A name for each figure; a later version of a clause gets a number behind it."""
        taken: set[str] = set()
        names = {}
        for clause in clauses:
            own = []
            for figure in clause.figures():
                name, version = defined_name(figure.name), 1
                while name.casefold() in taken:
                    version += 1
                    name = f"{defined_name(figure.name)}_{version}"
                taken.add(name.casefold())
                own.append(name)
            names[id(clause)] = tuple(own)
        return cls(names)

    def first(self, clause: Clause) -> str:
        """The name of a clause's only (or first) figure: what a quota owes, the minutes of a class hour."""
        return self.names[id(clause)][0]

    def need(self, clause: Clause, place: int) -> str:
        """The name of what an experience clause asks for in that account; its years stand before."""
        return self.names[id(clause)][1 + place]

    def award(self, clause: Clause) -> str:
        """The name of how many years a window counts as."""
        return self.names[id(clause)][-1]

    def case(self, clause: Credit, case: Case) -> str:
        """The name of the value of one line of a clause's table; what it is counted in stands before."""
        place = next(place for place, one in enumerate(clause.amount) if one is case)
        return self.names[id(clause)][1 + place]


@frozen(eq=False)
class KindRule:
    """What a formula needs to know of a kind of work.

    ``plain``: one clause, whose value depends on the title alone; anything else is chosen by the library, row by row,
    and only the chosen figures are looked up. ``remainder`` is what becomes of a part of a unit.
    """

    kind: Kind
    clauses: tuple[Credit, ...]
    plain: bool
    titled: bool
    capped: bool
    remainder: Remainder
    factors: tuple[Coefficient, ...] = ()

    @property
    def credit(self) -> Credit | None:
        """The only clause of a plain kind."""
        return self.clauses[0] if self.plain else None

    @property
    def is_exchangeable(self) -> bool:
        """Whether a row may be changed to or from this kind: it has no value, or one by the title alone."""
        return not self.clauses or (self.plain and not self.capped and self.remainder.round == "exact")

    @property
    def by_quantity(self) -> bool:
        """Whether a factor on it depends on the row's own quantity."""
        return any(factor.by in ("minutes", "class_hours", "events") for factor in self.factors)

    @property
    def account(self) -> str | None:
        """The account that every clause of the kind credits."""
        accounts = {clause.account for clause in self.clauses}
        return accounts.pop() if len(accounts) == 1 else None


def kind_rules(basis: Basis) -> dict[str, KindRule]:
    """The kinds of a regulation under the chosen readings; those that can be exchanged stand together."""
    regulation = basis.regulation
    found = {}
    for kind in regulation.kinds.values():
        clauses = tuple(credit for credit in regulation.credits if kind.id in credit.kinds)
        factors = tuple(factor for factor in regulation.coefficients if kind.id in factor.kinds)
        capped = any(kind.id in cap.kinds for cap in regulation.caps)
        first = clauses[0] if clauses else None
        shared = first is not None and first.co_led and basis.readings["co_leaders"] != "full_each"
        by_title_alone = first is not None and all(set(case.conditions()) <= {"title"} for case in first.amount)
        plain = len(clauses) == 1 and not factors and not shared and by_title_alone
        titled = plain and first is not None and any(case.title for case in first.amount)
        remainder = basis.remainder(first) if first is not None else Remainder()
        found[kind.id] = KindRule(kind, clauses, plain, titled, capped, remainder, factors)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].kind.measure, not pair[1].is_exchangeable)))


@frozen(eq=False)
class RuleSheet:
    """The rule sheet's content and where its parts stand, for the formulas of the other sheets."""

    basis: Basis
    language: Language
    names: RuleNames
    kinds: Mapping[str, KindRule]
    clauses: tuple[Clause, ...]

    @classmethod
    def of(cls, basis: Basis, language: Language) -> RuleSheet:
        """The rules of a basis."""
        clauses = tuple(basis.regulation.clauses())
        return cls(basis, language, RuleNames.of(clauses), kind_rules(basis), clauses)

    @property
    def regulation(self) -> Regulation:
        """The regulation."""
        return self.basis.regulation

    @property
    def name(self) -> str:
        """The sheet's name."""
        return SHEET.get(self.language)

    def says(self, text: Text) -> str:
        """A text in the workbook's language."""
        return text.get(self.language)

    def title(self, title: str | None) -> str:
        """A title's name."""
        return self.says(self.regulation.title_text(title)) if title else ""

    def kind(self, kind: str) -> str:
        """A kind's name."""
        return self.says(self.regulation.kinds[kind].name) if kind in self.regulation.kinds else kind

    def account(self, account: str | None) -> str:
        """An account's name."""
        return NONE if account is None else self.says(self.regulation.accounts[account].name)

    def kind_block(self, kinds: tuple[str, ...]) -> str:
        """The cells with the names of kinds that stand together, as another sheet names them."""
        places = [place for place, kind in enumerate(self.kinds, start=KINDS_ROW + 1) if kind in kinds]
        return f"{sheet_in_formula(KINDS_SHEET.get(self.language))}!$A${places[0]}:$A${places[-1]}"

    def kind_place(self, cell: str) -> str:
        """The formula of a kind's place in the table of kinds."""
        return matched(cell, "kind_name", patterns=any(is_pattern(self.kind(kind)) for kind in self.kinds))

    def title_place(self, cell: str) -> str:
        """The formula of a title's place in that table."""
        titles = self.regulation.titles.values()
        return matched(cell, "kind_titles", patterns=any(is_pattern(self.says(one.name)) for one in titles))

    def measure(self, kind: str) -> str:
        """What a kind is counted in."""
        return self.says(word("unit", UNIT_OF_MEASURE[self.regulation.kinds[kind].measure]))

    def duty_alone(self, account: str) -> tuple[str, str] | None:
        """The names of unit and value where an account is credited by minutes of duty alone, in exact parts.

        Then minutes, which are whole numbers, can be compared instead of class hours.
        """
        found = [rule for rule in self.kinds.values() if any(clause.account == account for clause in rule.clauses)]
        if len(found) != 1 or not found[0].plain or found[0].titled or found[0].capped:
            return None
        (rule,) = found
        credit = rule.clauses[0]
        if credit.measure != "minutes" or rule.remainder.round != "exact":
            return None
        return self.names.first(credit), self.names.case(credit, credit.amount[0])

    # ---- writing

    def write(self, book: Book) -> None:
        """Write the sheet and name its cells."""
        zh = self.language == "zh"
        sheet = book.sheet(self.name)
        fields = _fields(zh)
        columns = len(fields)
        sheet.title_row(0, f"{self.regulation.document} {self.says(self.regulation.name)}".strip(), columns)
        note = Text(
            "数值一栏就是各表公式所用的数：改一处，全部结果随之改变。改动后的结果不再是本规定的结果。",
            "Every formula uses the values of this sheet: change one and all results follow, as another rule's.",
        )
        row = sheet.lines(1, [self.says(note)], columns, sum(one.width for one in fields), "note")
        sheet.head(row, fields)
        sheet.worksheet.repeat_rows(row)
        row += 1
        for clause in self.clauses:
            for place, figure in enumerate(clause.figures()):
                value = number(figure.value)
                begins = clause.effective_from or self.regulation.effective_from
                days = " – ".join(str(day or "") for day in (begins, clause.effective_until)) if begins else ""
                own = self.names.names[id(clause)][place]
                for column, (text, style) in enumerate(
                    (
                        (figure.name, "text"),
                        (self.says(figure.meaning), "long"),
                        (value, "typed figure" if value is not None else "figure"),
                        (self.says(word("unit", figure.unit)), "word"),
                        (clause.citation, "text"),
                        (clause.quote, "long"),
                        (days.removesuffix(" – "), "word"),
                        (own if value is not None else "", "text"),
                    )
                ):
                    sheet.put(row, column, text, style)
                tall = max(
                    height_of(clause.quote, fields[5].width), height_of(self.says(figure.meaning), fields[1].width)
                )
                sheet.worksheet.set_row(row, tall)
                if value is not None:
                    book.name(own, self.name, f"$C${row + 1}")
                row += 1
        self._write_kinds(book)

    def _write_kinds(self, book: Book) -> None:
        """The table of kinds: the account, the unit and the value by title, all of them out of the rule sheet."""
        zh = self.language == "zh"
        titles = list(self.regulation.titles.values())
        sheet = book.sheet(KINDS_SHEET.get(self.language))
        fields = (
            Field("name", column_text("activities", "kind").get(self.language), 18),
            Field("account", "账户" if zh else "account", 10),
            Field("measure", "计量" if zh else "counted in", 11),
            Field("per", "每" if zh else "per", 8),
            Field("titled", "看职称" if zh else "by title", 8),
            *(Field(title.id, self.says(title.name), 10) for title in titles),
            Field("article", "条款" if zh else "article", 24),
        )
        sheet.title_row(0, "各类工作怎么折算" if zh else "What each kind of work gives", len(fields))
        sheet.head(1, fields)
        sheet.worksheet.repeat_rows(1)
        first, row = KINDS_ROW, KINDS_ROW
        for rule in self.kinds.values():
            credit = rule.credit
            sheet.put(row, 0, self.says(rule.kind.name), "text")
            sheet.put(row, 1, self.account(rule.account), "word")
            sheet.put(row, 2, self.measure(rule.kind.id), "word")
            if credit is None:
                sheet.put(row, 3, NONE, "word")
            else:
                sheet.put(row, 3, number(credit.per), "figure", self.names.first(credit))
            sheet.put(row, 4, int(rule.titled), "count")
            for place, title in enumerate(titles, start=5):
                case = None if credit is None else _case_of(credit, title.id)
                if credit is None or case is None:
                    sheet.put(row, place, NONE, "word")
                else:
                    sheet.put(row, place, number(case.value), "figure", self.names.case(credit, case))
            sheet.put(row, len(fields) - 1, "、".join(dict.fromkeys(one.citation for one in rule.clauses)), "text")
            row += 1
        layout = Layout(sheet.title, fields, first + 1)
        for name in ("name", "account", "measure", "per", "titled", "article"):
            book.name(f"kind_{name}", sheet.title, layout.block(name, first + 1, row))
        from_letter, to_letter = column_letter(5), column_letter(4 + len(titles))
        book.name("kind_value", sheet.title, f"${from_letter}${first + 1}:${to_letter}${row}")
        book.name("kind_titles", sheet.title, f"${from_letter}$2:${to_letter}$2")
        for rule_of_result in self.passes():
            row += 1
            sheet.put(row, 0, "考核合格指" if zh else "a pass is", "text")
            for place, result in enumerate(rule_of_result.passes, start=1):
                sheet.put(row, place, self.says(word("result", result)), "word")
            letter = column_letter(len(rule_of_result.passes))
            book.name("rule_passes", sheet.title, f"$B${row + 1}:${letter}${row + 1}")

    def passes(self) -> tuple[EvaluationRule, ...]:
        """The clause on which results of the evaluation are a pass, in force at the end of the year; none or one."""
        return tuple(self.regulation.evaluation[-1:])


def _case_of(credit: Credit, title: str) -> Case | None:
    return next((case for case in credit.amount if not case.title or title in case.title), None)


def _fields(zh: bool) -> tuple[Field, ...]:
    headers = (
        ("名称", "name", 30.0),
        ("含义", "meaning", 24.0),
        ("数值", "value", 9.0),
        ("单位", "unit", 9.0),
        ("条款", "article", 20.0),
        ("原文", "quote", 52.0),
        ("生效", "from", 14.0),
        ("单元格名称", "cell name", 36.0),
    )
    return tuple(Field(en, zh_ if zh else en, width) for zh_, en, width in headers)
