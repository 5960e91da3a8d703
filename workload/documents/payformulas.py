"""The native formulas of a pay sheet: an amount in Chinese capitals, and the tax by its table on a sheet."""

from __future__ import annotations

from functools import cached_property

from attrs import frozen

from workload.capitals import DIGITS, MOST_DIGITS
from workload.documents.workbook.sheets import quoted, sheet_in_formula
from workload.taxfile import WithholdingClause
from workload.tomlfile import FEN_PLACES

STEADY = 9  # decimals beyond which a double's noise lies


def upper_formula(cell: str) -> str:
    """《支付结算办法》附一: the formula of an amount in Chinese capitals, of plain functions that every program has.

    The number formats that give capitals ([DBNum2]) differ between Excel, WPS and LibreOffice, and know no 元, 角, 分.

    >>> len(upper_formula("$A$1")) < 4000
    True
    """
    digits = f'TEXT(ROUND(ABS({cell})*100,0),"{"0" * (MOST_DIGITS + FEN_PLACES)}")'

    def digit(place: int) -> str:
        return f"MID({digits},{place},1)"

    def written(place: int) -> str:
        return f"MID({quoted(DIGITS)},1+{digit(place)},1)"

    units = "仟佰拾亿仟佰拾万仟佰拾元"
    whole = '"|"' + "".join(f"&{written(place)}&{quoted(name)}" for place, name in enumerate(units, start=1))
    twice = [("零零", "零")] * 4  # twelve zeros are one after four halvings
    changes = [(f"零{name}", "零") for name in "仟佰拾"] + twice
    changes += [
        ("零亿", "亿"),
        ("零万", "万"),
        ("|亿", "|"),
        ("|万", "|"),
        ("亿万", "亿零"),
        ("零零", "零"),
        ("零元", "元"),
    ]
    changes += [("|零", "|"), ("|万", "|"), ("|零", "|"), ("|元", ""), ("|", "")]
    for old, new in changes:
        whole = f"SUBSTITUTE({whole},{quoted(old)},{quoted(new)})"
    last, jiao, fen = (digit(place) for place in (MOST_DIGITS, MOST_DIGITS + 1, MOST_DIGITS + 2))
    zero = f'IF(AND(ABS({cell})>=1,OR({jiao}="0",{last}="0")),"零","")'
    tail = f'{zero}&IF({jiao}="0","",{written(MOST_DIGITS + 1)}&"角")&IF({fen}="0","",{written(MOST_DIGITS + 2)}&"分")'
    some = f'IF({jiao}&{fen}="00","整",{tail})'
    return f'IF(ROUND({cell},2)=0,"零元整",IF({cell}<0,"负","")&{whole}&{some})'


def rounded_formula(formula: str) -> str:
    """The formula of an amount to the fen, half up, the noise of doubles left out.

    >>> rounded_formula("A1*B1")
    'ROUND(ROUND(A1*B1,9),2)'
    """
    return f"ROUND(ROUND({formula},{STEADY}),{FEN_PLACES})"


@frozen(slots=False)
class TaxFormulas:
    """The formulas of 国家税务总局公告2018年第61号 over its table, which stands on a sheet from a row on.

    The deductions stand first, in the columns A (up to which income) and B (yuan, or a share of the income); two rows
    below their last begin the brackets: A (up to), B (rate), C (quick deduction).
    """

    clause: WithholdingClause
    sheet: str
    first: int

    def deduction(self, income: str) -> str:
        """The deduction from an income; tiers meet, so that an edge may belong to either."""
        found = ""
        for place, tier in reversed(list(enumerate(self.clause.deductions))):
            figure = self._cell("B", self.first + place)
            figure = figure if tier.rate is None else f"{income}*{figure}"
            edge = self._cell("A", self.first + place)
            found = figure if not found else f"IF({income}<={edge},{figure},{found})"
        return found

    def rate(self, taxable: str) -> str:
        """The rate of the bracket in which an amount lies."""
        return self._of_bracket("B", taxable)

    def quick(self, taxable: str) -> str:
        """The quick deduction of the bracket in which an amount lies."""
        return self._of_bracket("C", taxable)

    def tax(self, income: str) -> str:
        """The tax on an income, in one."""
        taxable = f"MAX(0,{income}-{self.deduction(income)})"
        return rounded_formula(f"{taxable}*{self.rate(taxable)}-{self.quick(taxable)}")

    @cached_property
    def brackets_from(self) -> int:
        """The first row of the brackets."""
        return self.first + len(self.clause.deductions) + 2

    def _of_bracket(self, column: str, taxable: str) -> str:
        found = ""
        for row in reversed(range(self.brackets_from, self.brackets_from + len(self.clause.brackets))):
            figure, edge = self._cell(column, row), self._cell("A", row)
            found = figure if not found else f"IF({taxable}<={edge},{figure},{found})"
        return found

    def _cell(self, column: str, row: int) -> str:
        return f"{sheet_in_formula(self.sheet)}!${column}${row}"


__all__ = ["STEADY", "TaxFormulas", "rounded_formula", "upper_formula"]
