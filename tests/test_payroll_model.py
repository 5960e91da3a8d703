"""Settlement against a model of its own: whatever happens between the runs, what was paid ties to what is due, in fen.

The model knows nothing of how the library settles. It asks it for the direct computation alone (``pay`` without a
register), and keeps its own books: what was paid of each closed period, by runs and by hand, and what was cut of it to
the budget. A run moves what was paid of a closed period as little as need be, so that it lies between what is due less
what was cut, and what is due. With each run that is booked, cuts keep what was not made good since.
"""

import json
import re
import zipfile
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pytest
from attrs import define, evolve, field
from hypothesis import given, settings
from hypothesis import strategies as st

import workload.cli.pay  # noqa: F401  # the verb
from workload import Activity, Center, Payment, Period, Teacher, WorkloadError, load_regulation
from workload.budget import Budget, Envelope, scaled_to_budget
from workload.paylines import month_of
from workload.payroll import booked, pay
from workload.rates import PayRate, Rates
from workload.regulation import Pay
from workload.settlement import FILE, Register, read_register

SCALE = Pay(id="scale", article="办法 第九条", quote="超出预算的按比例折减", scale_to_budget=True)
REGULATION = evolve(load_regulation(), pay=(SCALE,))
READINGS = {"co_leaders": "equal_split"}
ITEMS = ("counseling", "teaching", "points")
PEOPLE = {
    "T01": Teacher("T01", "part_time", "张三丰", title="lecturer"),
    "T02": Teacher("T02", "part_time", "李四光", "external", "professor"),
    "T03": Teacher("T03", "full_time", "王五常", "external", "associate_professor"),
}
EXTERNAL = ("T02", "T03")
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = MONTHS = [month_of(2024, n) for n in (9, 10, 11, 12)]
JANUARY = month_of(2025, 1)
TERMS = [Period(SEPTEMBER.start, last.end) for last in (OCTOBER, DECEMBER, JANUARY)]
PERIODS = [*MONTHS, JANUARY, Period(NOVEMBER.start, DECEMBER.end), *TERMS]


def rate(item, yuan, day=date(2024, 1, 1)):
    return PayRate(item, Decimal(yuan), day, "校发〔2024〕1号")


def fen(yuan):
    assert yuan * 100 == int(yuan * 100)
    return int(yuan * 100)


def tax_on(income):
    """Notice 61 of 2018 in whole fen: the tax on the sum of a month; of one below 0 nothing."""
    fifths = 4 * income if income > 400_000 else 5 * max(income - 80_000, 0)  # of a fen: what the deduction leaves
    percent, quick = (20, 0) if fifths <= 10_000_000 else (30, 200_000) if fifths <= 25_000_000 else (40, 700_000)
    return (2 * (fifths * percent - 500 * quick) + 500) // 1000


def month_after(month, n=1):
    years, months = divmod(month.year * 12 + month.month - 1 + n, 12)
    return date(years, months + 1, 1)


def added(counters):
    """Their sum; ``+`` would drop what is below 0."""
    found = Counter()
    for one in counters:
        found.update(one)
    return found


def within(inner, outer):
    return inner.start in outer and inner.end in outer


def amounts_of(run):
    """What each teacher gets of each item."""
    return Counter({(one.teacher.teacher_id, i): fen(yuan) for one in run.teachers for i, yuan in one.amounts.items()})


def adjusted(run, code):
    """The adjustments of one kind: by teacher and item, by period."""
    found = defaultdict(Counter)
    for one in run.teachers:
        for other in one.adjustments:
            if other.code == code:
                found[one.teacher.teacher_id, other.item][other.period] += fen(other.amount)
    return found


@define
class Books:
    """What was paid of a closed period, by runs and by hand, and what was cut of it to the budget."""

    paid: Counter = field(factory=Counter)
    cut: Counter = field(factory=Counter)


@define
class Booked:
    """What a run paid and withheld, and whether finance wrote it down."""

    paid_in: date
    amounts: Counter
    taxes: Counter = field(factory=Counter)
    written: bool = True


class Model:
    """Records that change, payments by hand, and booked runs; ``written``: what finance writes into its table."""

    def __init__(self, folder, written):
        self.file, self.written, self.register, self.stood = folder / FILE, written, Register(), ""
        self.teachers, self.rows, self.number = dict(PEOPLE), [], 0
        self.rates = [rate("counseling", "61.37"), rate("teaching", "1333.33"), rate("points", "2.33")]
        self.hand, self.counted = Counter(), Counter()  # by teacher, item and month of payment
        self.books, self.runs, self.tax_items, self.dues = {}, [], {}, {}

    def do(self, steps):
        for name, *how in steps:
            self.dues = {}
            getattr(self, name)(*how)
        return self

    # ---- what happens between the runs

    def work(self, whose, place, what):
        """The same work of each of them; they lead one event together."""
        (kind, amounts), self.number = what, self.number + 1
        amounts = {**amounts, "event_id": f"E{self.number}"} if kind == "lecture" else amounts
        self.rows += [
            Activity(who, MONTHS[place].start, kind, record_id=f"14:30-{self.number}-{who}", **amounts)
            for who in sorted(whose & set(self.teachers))
        ]

    def change(self, place, how, to):
        if not self.rows:
            return
        row = self.rows.pop(place % len(self.rows))
        if how == "amount":
            more = {"minutes": (row.minutes or 0) * 3 // 2, "class_hours": (row.class_hours or 0) / 2}
            row = evolve(row, **{name: more[name] for name in more if more[name]})
        elif not row.event_id:
            row = evolve(row, date=MONTHS[to].end)
        if how != "gone":
            self.rows.insert(place, row)

    def raise_rate(self, item, place, yuan):
        if (item, day := MONTHS[place].start) not in [(one.item, one.effective_from) for one in self.rates]:
            self.rates.append(rate(item, yuan, day))

    def leave_or_come_back(self, who):
        if self.teachers.pop(who, None) is None:
            self.teachers[who] = PEOPLE[who]
        self.rows = [row for row in self.rows if row.teacher_id in self.teachers]

    def pay_by_hand(self, who, item, after, some):
        self.hand[who, item, month_after(self.last, after)] += some

    # ---- what finance knows

    @property
    def last(self):
        return max((run.paid_in for run in self.runs), default=SEPTEMBER.start)

    def in_month(self, month):
        """What the booked runs paid in a month."""
        return added(run.amounts for run in self.runs if run.paid_in == month)

    def by_hand(self):
        """What was paid by hand to those whom teachers or register know."""
        known = {*self.teachers, *(one.teacher_id for one in self.register.amounts())}
        return {key: some for key, some in self.hand.items() if key[0] in known}

    def center(self):
        """The table has what a run paid where it was written down, and beside a payment by hand; or such ones alone."""
        table = Counter(self.hand)
        for run in self.runs if self.written == "all" else ():
            for (who, item), some in run.amounts.items():
                if some > 0 and (run.written or (who, item, run.paid_in) in self.hand):
                    table[who, item, run.paid_in] += some
        payments = [Payment(who, month, item, 1, Decimal(some) / 100) for (who, item, month), some in table.items()]
        return Center(self.teachers.values(), self.rows, payments=payments)

    # ---- runs

    def pay(self, period, **how):
        how = {"register": self.register, "written": self.written, "take_back": True, **how}
        return pay(self.center(), period, Rates(self.rates), REGULATION, READINGS, **how)

    def direct(self, period):
        """What is due of a period, whatever was paid."""
        if period not in self.dues:
            self.dues[period] = amounts_of(self.pay(period, register=None))
        return self.dues[period]

    def book(self, place, later, settle, written, together, envelope):
        """Pay and book one of the periods that cut no closed one; all of what was paid and withheld is checked."""
        free = [p for p in PERIODS if all(within(q, p) or q.intersection(p) is None for q in self.books)]
        period = free[place % len(free)]
        inside = [q for q in self.books if within(q, period)]
        paid_in = month_after(max(self.last, period.start), max(later, bool(inside)))
        tax_items = self.tax_items.setdefault(paid_in, "together" if together else "each")
        run = self.pay(period, settle=settle, paid_in=paid_in, tax_items=tax_items)
        moved, by_hand = self.check_amounts(run, inside, settle)
        cuts = defaultdict(Counter)
        if envelope is not None:
            budget, whole = Budget(envelopes=(Envelope(yuan=Decimal(envelope) / 100),)), run
            run = scaled_to_budget(run, budget, self.center().payments)
            cuts = self.check_cut(whole, run, envelope)
        self.keep(period, inside, moved, by_hand, cuts)
        self.runs.append(Booked(paid_in, amounts_of(run), self.check_tax(run, tax_items), written))
        self.write(booked(run, "心理.xlsx"))
        self.check_sums()
        for again in (period, month_of(2025, 2)):
            assert not any(amounts_of(self.pay(again, paid_in=month_after(self.last, 5))).values())

    def check_amounts(self, run, inside, settle):
        """Before a cut: what moves of each period, and what was paid by hand and is taken off."""
        corrections, taken_off, amounts = adjusted(run, "correction"), adjusted(run, "payments"), amounts_of(run)
        by_hand = Counter()
        for (who, item, month), some in self.by_hand().items() if settle else ():
            more = some - self.counted[who, item, month]
            if more and (month in run.period or month == run.paid_in):
                by_hand[who, item, month] = more
                assert taken_off[who, item].pop(month_of(month.year, month.month)) == -more
        assert not any(taken_off.values())
        moved = defaultdict(Counter)
        for q in (q for q in self.books if q not in inside):
            one, due = self.books[q], self.direct(q)
            for key in {*due, *one.paid, *amounts}:
                more = moved[q][key] = corrections[key].pop(q, 0)
                assert one.paid[key] + more == min(max(one.paid[key], due[key] - one.cut[key]), due[key])
        assert not any(corrections.values())
        counted = added({(who, item): some} for (who, item, _), some in by_hand.items())
        own, due = self.together(inside), self.direct(run.period)
        for key in {*due, *own.paid, *amounts}:
            more = moved[run.period][key] = amounts[key] - sum(moved[q][key] for q in self.books if q not in inside)
            assert own.paid[key] + more + counted[key] == due[key] - own.cut[key]  # by hand stands for so much of a run
        return moved, by_hand

    def check_cut(self, whole, run, envelope):
        """Cut to what is left of the envelope, to the fen, in proportion; what is taken back is not cut."""
        year, before, after = run.paid_in.year, amounts_of(whole), amounts_of(run)
        used = sum(sum(one.amounts.values()) for one in self.runs if one.paid_in.year == year)
        used += sum(some for (*_, m), some in self.hand.items() if m.year == year and m <= run.paid_in)
        above = {key: some for key, some in before.items() if some > 0}
        excess, full = max(used + sum(before.values()) - envelope, 0), sum(above.values())
        cuts = defaultdict(Counter)
        for key, parts in adjusted(run, "scaled").items():
            for q, some in parts.items():
                cuts[q or run.period][key] -= some
        for key, some in before.items():
            cut = sum(one[key] for one in cuts.values())
            assert (cut, after[key] >= 0) == (some - after[key], True) if key in above else not cut
            assert abs(cut * full - min(excess, full) * some) < full or key not in above
        assert sum(before.values()) - sum(after.values()) == min(excess, full)
        return cuts

    def together(self, inside):
        """The books of periods as one."""
        return Books(added(self.books[q].paid for q in inside), added(map(self.lacking, inside)))

    def lacking(self, q):
        """Of what was cut, what is still due beyond what was paid."""
        one, due = self.books[q], self.direct(q)
        return Counter({key: min(cut, max(due[key] - one.paid[key], 0)) for key, cut in one.cut.items()})

    def keep(self, period, inside, moved, by_hand, cuts):
        """Enter a run into the books."""
        own = self.together(inside)
        others = {q: Books(one.paid, self.lacking(q)) for q, one in self.books.items() if q not in inside}
        self.books = {**others, period: own}
        for (who, item, month), some in by_hand.items():
            self.counted[who, item, month] += some
            own.paid[who, item] += some
        for q, one in self.books.items():
            assert all(0 <= cut <= max(moved[q][key], 0) for key, cut in cuts[q].items())
            one.paid.update(moved[q])
            one.paid.subtract(cuts[q])
            one.cut.update(cuts[q])

    def check_tax(self, run, tax_items):
        """What is withheld is the tax on the month so far less that on what was paid before, by runs and by hand."""
        before, taxes = self.in_month(run.paid_in), Counter()
        before.update(added({(who, i): some} for (who, i, m), some in self.by_hand().items() if m == run.paid_in))
        for one in run.teachers:
            who, now = one.teacher.teacher_id, {item: fen(yuan) for item, yuan in one.amounts.items()}
            for items in [] if who not in EXTERNAL else [(i,) for i in now] if tax_items == "each" else [ITEMS]:
                paid = sum(before[who, item] for item in items)
                taxes[who, items] = tax_on(paid + sum(now.get(item, 0) for item in items)) - tax_on(paid)
            assert one.is_external == (who in EXTERNAL)
            assert fen(one.tax or Decimal(0)) == sum(some for (of, _), some in taxes.items() if of == who)
        return taxes

    def write(self, register):
        """The register goes through its file; what stood there stands byte for byte, and tells no time and no name."""
        text = register.text()
        stands = text.partition('"runs": [')[2].partition("\n ]")[0]
        assert stands.startswith(self.stood)
        told = [one.name for one in PEOPLE.values()] + [row.record_id for row in self.rows]
        assert not re.search(r"\d\d:\d\d", text)
        assert not any(one in text for one in told)
        self.file.write_text(text, encoding="utf-8")
        self.register, self.stood = read_register(self.file), stands
        assert self.register == register

    def check_sums(self):
        """All that was paid, by runs and by hand, and what stays cut, is what is due; the runs of a month are taxed."""
        due, cut = added(map(self.direct, self.books)), added(one.cut for one in self.books.values())
        got = added([run.amounts for run in self.runs] + [{key[:2]: some} for key, some in self.counted.items()])
        assert all(got[key] == due[key] - cut[key] for key in {*due, *got})
        for month in {run.paid_in for run in self.runs}:
            gross, taxes = self.in_month(month), added(run.taxes for run in self.runs if run.paid_in == month)
            for (who, items), tax in taxes.items():
                by_hand = any(of == who and m == month for of, _, m in self.hand)
                assert by_hand or tax == tax_on(sum(gross[who, item] for item in items))


def some_of(*choices):
    return st.sampled_from(choices)  # each as likely as the other: small numbers hardly meet a bracket


WHO, PLACE, ITEM, WHOSE = some_of(*PEOPLE), some_of(0, 1, 2, 3), some_of(*ITEMS), st.sets(some_of(*PEOPLE), min_size=1)
WORK = some_of(
    ("counseling_duty", {"minutes": 1}),
    ("counseling_duty", {"minutes": 299}),
    ("class_teaching", {"class_hours": Fraction(7, 4)}),
    ("class_teaching", {"class_hours": Fraction(40)}),
    ("lecture", {"events": 1}),
)
STEPS = st.one_of(
    st.tuples(st.just("work"), WHOSE, PLACE, WORK),
    st.tuples(st.just("work"), WHOSE, PLACE, WORK),
    st.tuples(st.just("change"), st.integers(0, 9), some_of("gone", "month", "amount"), PLACE),
    st.tuples(st.just("raise_rate"), ITEM, PLACE, some_of("3.33", "9000.01")),
    st.tuples(st.just("pay_by_hand"), WHO, ITEM, some_of(-1, 0, 0, 1), some_of(1, 33_333, 500_000, 3_000_000)),
    st.tuples(st.just("leave_or_come_back"), WHO),
)
ROUNDS = st.tuples(
    st.lists(STEPS, min_size=1, max_size=5),
    st.tuples(
        st.just("book"),
        some_of(0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8),  # the period
        some_of(0, 0, 0, 1),  # how much later it is paid
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.none() | some_of(0, 100_001, 2_000_000),  # an envelope
    ),
)


@given(st.lists(ROUNDS, min_size=2, max_size=7), some_of("all", "by_hand"))
def test_every_sequence_ties_to_what_is_due(tmp_path_factory, rounds, written):
    """Whatever happens to records, rates, people and payments between the runs, and however they are cut."""
    model = Model(tmp_path_factory.mktemp("register"), written)
    for steps, run in rounds:
        model.do([*steps, run])


@settings(max_examples=40)
@given(
    st.lists(STEPS, min_size=2, max_size=8),
    st.lists(STEPS, max_size=4),
    st.permutations(MONTHS[1:]),
    some_of("each", "together"),
    some_of("all", "by_hand"),
)
def test_the_order_of_the_runs_of_a_month_changes_no_total(tmp_path_factory, first, then, order, tax_items, written):
    """Three months paid in the same one, with a correction and payments by hand: gross and tax are the same."""
    found = []
    for periods in (MONTHS[1:], order):
        model = Model(tmp_path_factory.mktemp("register"), written).do(first)
        for period in (SEPTEMBER, *periods):
            paid_in = NOVEMBER.start if period == SEPTEMBER else DECEMBER.start
            run = model.pay(period, paid_in=paid_in, tax_items=tax_items, settle=True)
            taxes = {one.teacher.teacher_id: fen(one.tax or Decimal(0)) for one in run.teachers}
            model.register = booked(run)
            model.runs.append(Booked(run.paid_in, amounts_of(run), Counter(taxes)))
            model.do(then if period == SEPTEMBER else [])
        found.append([added(getattr(run, name) for run in model.runs) for name in ("amounts", "taxes")])
    assert found[0] == found[1]  # counters: what is 0 is as if it were not there


# ---------------------------------------------------------------- what a review found once, and what holds since


LARGE = Rates([rate("counseling", "20000")])


def work(day, minutes=45, teacher="T02"):
    return Activity(teacher, date.fromisoformat(day), "counseling_duty", minutes=minutes)


def workbook_of(minutes, payments=()):
    """The tables of a workbook: duties by teacher and day, with a record id that tells a time."""
    people = dict.fromkeys(who for who, _ in minutes)
    return {
        "teachers": [{"teacher_id": who, "name": "张三丰", "employment": "part_time"} for who in people],
        "activities": [
            {"record_id": f"{who} {day} 14:30", "teacher_id": who, "date": day, "kind": "咨询值班", "minutes": some}
            for (who, day), some in minutes.items()
        ],
        "rates": [{"item": "counseling", "yuan": 6000, "effective_from": date(2024, 1, 1), "authority": "校发1号"}],
        "payments": [
            {"teacher_id": who, "month": month, "item": "counseling", "quantity": 1, "yuan": yuan}
            for who, month, yuan in payments
        ],
    }


OCT, NOV = date(2024, 10, 5), date(2024, 11, 5)


def test_a_table_is_not_taken_off_twice_after_a_run_that_took_back(run, workbook):
    """Paid by hand 9,000 of 6,000: the run takes 3,000 back, and the same settlement again finds nothing."""
    path = workbook(workbook_of({("T01", OCT): 45}, [("T01", date(2024, 10, 1), 9000)]))
    how = ("pay", path, "--settle", "--format", "json")
    assert run(*how, "--month", "2024-10", "--book").json["totals"]["gross"] == -3000
    for month, paid_in in (("2024-10", "2024-10"), ("2024-10", "2024-11"), ("2024-11", "2024-11")):
        assert run(*how, "--month", month, "--paid-in", paid_in).json["totals"]["gross"] == 0
    assert run(*how, "--from", "2024-09-01", "--to", "2024-12-31").json["totals"]["gross"] == 0


@pytest.mark.parametrize(
    ("left", "lost"),
    [
        ({("T01", date(2025, 1, 5)): 45}, ["T01 2024-10、2024-11", "T02 2024-10"]),
        ({("T01", OCT): 45, ("T01", NOV): 45}, ["T02 2024-10"]),
        ({("T01", OCT): 90, ("T02", OCT): 45}, ["T01 2024-11"]),
    ],
)
def test_records_that_lack_a_teacher_or_a_month_that_was_paid_are_refused(run, workbook, left, lost):
    """Another year under the same name, a teacher who is gone with all rows, a month that is gone."""
    path = workbook(workbook_of({("T01", OCT): 45, ("T01", NOV): 45, ("T02", OCT): 45}))
    assert run("pay", path, "--month", "2024-10", "--book").code == 0
    assert run("pay", path, "--month", "2024-11", "--book").code == 0
    workbook(workbook_of(left))
    refused = run("pay", path, "--month", "2025-01", "--book")
    assert (refused.code, refused.out) == (2, "")
    assert f"已没有任何记录：{'；'.join(lost)}。" in refused.err
    assert "--take-back" in refused.err
    assert run("pay", path, "--month", "2025-01", "--book", "--take-back").code == 0


def test_a_copy_of_a_workbook_is_not_paid_again(run, workbook):
    """Refused with --book, and told without it: the register of the other name is the one to use."""
    tables = workbook_of({("T01", OCT): 45})
    path = workbook(tables)
    assert run("pay", path, "--month", "2024-10", "--book").code == 0
    copy = workbook(tables, name="copy.xlsx")
    register = path.with_name("center.xlsx.paid.json")
    refused = run("pay", copy, "--month", "2024-10", "--book")
    assert (refused.code, refused.out, f"--register {register}" in refused.err) == (2, "", True)
    assert not copy.with_name("copy.xlsx.paid.json").exists()
    told = run("pay", copy, "--month", "2024-10")
    assert (told.code, f"--register {register}" in told.err) == (0, True)
    found = run("pay", copy, "--month", "2024-10", "--register", register, "--format", "json")
    assert found.json["totals"]["gross"] == 0


@pytest.mark.parametrize("tax_items", ["each", "together"])
@pytest.mark.parametrize(("first_in", "earlier"), [(DECEMBER.start, 0), (OCTOBER.start, 2_000_000)])
@pytest.mark.parametrize(("minutes", "left"), [(36, 1_600_000), (9, 400_000), (0, 0)])
def test_what_is_taken_back_in_a_month_lowers_its_tax(tax_items, first_in, earlier, minutes, left):
    """20,000 paid in December or before, then some of it taken back, then 40,000 more: the tax on December's sum."""
    taxes, register = [], Register()
    rows, how = [work("2024-10-05")], {"tax_items": tax_items, "take_back": True}
    kept = [work("2024-10-05", minutes)] if minutes else []
    for period, now in ((OCTOBER, rows), (NOVEMBER, kept), (DECEMBER, [*kept, work("2024-12-05", 90)])):
        paid_in = first_in if period == OCTOBER else DECEMBER.start
        run = pay(Center([PEOPLE["T02"]], now), period, LARGE, register=register, paid_in=paid_in, **how)
        taxes.append(fen(run.tax))
        register = booked(run)
    sums = [2_000_000, left, left + 4_000_000][bool(earlier) :]
    assert list(accumulate(taxes[bool(earlier) :])) == [tax_on(income - earlier) for income in sums]
    other = "each" if tax_items == "together" else "together"
    with pytest.raises(WorkloadError, match=f"--tax-items {tax_items}"):
        pay(Center([PEOPLE["T02"]], now), DECEMBER, LARGE, register=register, **{**how, "tax_items": other})


@pytest.mark.parametrize(("minutes", "last"), [(90, 0), (60, 0), (45, -2000), (30, -4000)])
def test_of_a_correction_that_was_cut_no_more_comes_back_than_was_paid(minutes, last):
    """60 yuan, then 60 more of which 20 are paid: as the correction is withdrawn, 20 come back, never the 60."""
    rates, people = Rates([rate("counseling", "60")]), [PEOPLE["T01"]]
    first, more, now = (Center(people, [work("2024-10-05", some, "T01")]) for some in (45, 90, minutes))
    register = booked(pay(first, OCTOBER, rates, REGULATION))
    run = pay(more, NOVEMBER, rates, REGULATION, register=register)
    run = scaled_to_budget(run, Budget(envelopes=(Envelope(yuan=Decimal(80)),)))
    assert run.total == 20
    register = booked(run)
    run = pay(now, DECEMBER, rates, REGULATION, register=register)
    assert fen(run.total) == last
    assert pay(now, JANUARY, rates, REGULATION, register=booked(run)).total == 0


def test_a_record_id_that_tells_a_time_stays_in_the_workbook(run, workbook, tmp_path):
    """Neither the register nor a slip, the lines and adjustments of JSON, or a pay sheet has it."""
    path, sheet = workbook(workbook_of({("T01", OCT): 45, ("T01", NOV): 45})), tmp_path / "发放表.xlsx"
    assert run("pay", path, "--month", "2024-10", "--book").code == 0
    workbook(workbook_of({("T01", OCT): 90, ("T01", NOV): 45}))
    how = ("pay", path, "--month", "2024-11")
    assert run(*how, "-o", sheet).code == 0
    with zipfile.ZipFile(sheet) as parts:
        told = [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    told += [run(*how, "--format", form).out for form in ("table", "csv", "md")]
    told += [run(*how, "--teacher", "T01").out, json.dumps(run(*how, "--format", "json").json["teachers"])]
    assert run(*how, "--book").code == 0
    told.append(path.with_name("center.xlsx.paid.json").read_text(encoding="utf-8"))
    assert all("更正" in told[place] for place in (-4, -3))
    assert not any("14:30" in text for text in told)


def test_what_was_booked_while_internal_is_no_labor_remuneration():
    """A teacher who left the school in the month: tax is withheld of what came after alone, and the other way none."""
    rows, inside = [work("2024-10-05"), work("2024-11-05")], evolve(PEOPLE["T02"], affiliation="internal")
    for before, after, taxes in ((inside, PEOPLE["T02"], (None, 320_000)), (PEOPLE["T02"], inside, (320_000, None))):
        register, how = Register(), {"paid_in": date(2024, 11, 1)}
        for teacher, period, tax in ((before, OCTOBER, taxes[0]), (after, NOVEMBER, taxes[1])):
            run = pay(Center([teacher], rows), period, LARGE, register=register, **how)
            assert (run.teacher("T02").tax is None, fen(run.tax)) == (tax is None, tax or 0)
            register = booked(run)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--month", "9999-12"),
        ("--month", "0001-01"),
        ("--month", "2024-10", "--paid-in", "9999-12"),
        ("--month", "2024-10", "--paid-in", "2042-11"),
        ("--month", "2024-10", "--paid-in", "2024-09"),
        ("--from", "2024-10-01", "--to", "9999-12-31"),
        ("--from", "0001-01-01", "--to", "2024-10-31"),
    ],
)
def test_a_month_out_of_reach_is_refused(run, workbook, wrong):
    """With a message, and nothing is booked: the register would be locked until then."""
    path = workbook(workbook_of({("T01", OCT): 45}))
    refused = run("pay", path, *wrong, "--book")
    assert (refused.code, refused.out, bool(refused.err)) == (2, "", True)
    assert [one.name for one in path.parent.glob("*.json")] == []


# ---------------------------------------------------------------- what the model found, and what holds since


SIXTY, ALONE = Rates([rate("counseling", "60")]), [PEOPLE["T01"]]


def paid_of(rows, period, register, paid_in=None, budget=None, payments=(), people=ALONE, **how):
    """A run, cut to a budget where one is given, and the register with it; the payments are T01's."""
    payments = [Payment("T01", month, "counseling", 1, Decimal(yuan)) for month, yuan in payments]
    records, how = Center(people, rows, payments=payments), {"take_back": True, **how}
    run = pay(records, period, SIXTY, REGULATION, register=register, paid_in=paid_in, **how)
    if budget is not None:
        run = scaled_to_budget(run, Budget(envelopes=(Envelope(yuan=Decimal(budget)),)), payments)
    return run, booked(run)


def test_a_payment_of_a_closed_month_stands_with_the_run_that_took_it_off():
    """November's run takes off 50 paid by hand in December, which is closed and corrected: nothing is left to correct.

    Entered with December the 50 are paid again: there they replace what was cut, and November lacks them.
    """
    rows = [work("2024-11-05", 45, "T01"), work("2024-12-05", 45, "T01")]
    _, register = paid_of(rows, DECEMBER, Register())
    rows[1] = work("2024-12-05", 90, "T01")
    how = {"payments": [(DECEMBER.start, "110")], "paid_in": DECEMBER.start, "settle": True}
    run, register = paid_of(rows, NOVEMBER, register, budget="130", **how)
    assert run.total == 20
    later, _ = paid_of(rows, JANUARY, register)
    assert (later.total, [one for one in later.teachers if one.adjustments]) == (0, [])


def test_what_was_made_good_stays_no_longer_cut_when_months_are_taken_into_a_term():
    """60 of October's 120 are cut; the row moves to November and is paid in full: a late row is paid, term or not."""
    _, register = paid_of([work("2024-10-05", 90, "T01")], OCTOBER, Register(), budget="60")
    rows = [work("2024-11-05", 90, "T01")]
    run, register = paid_of(rows, NOVEMBER, register)
    assert run.total == 60
    _, term = paid_of(rows, Period(OCTOBER.start, NOVEMBER.end), register, paid_in=DECEMBER.start)
    rows.append(work("2024-11-20", 45, "T01"))
    assert [paid_of(rows, JANUARY, one)[0].total for one in (register, term)] == [60, 60]


@pytest.mark.parametrize("between", [OCTOBER, NOVEMBER])
@pytest.mark.parametrize(("left", "late"), [("900", 60), ("90", 30), ("60", 0)])
def test_a_cut_swallows_no_later_row(between, left, late):
    """60 of October's 120 are cut; a row goes, so that nothing is lacking; a late one is paid of what is left."""
    rows = [work("2024-10-05", 45, "T01"), work("2024-10-06", 45, "T01")]
    _, register = paid_of(rows, OCTOBER, Register(), budget="60")
    run, register = paid_of(rows[:1], between, register, paid_in=NOVEMBER.start)
    assert run.total == 0
    rows[1] = work("2024-10-20", 45, "T01")
    run, register = paid_of(rows, DECEMBER, register, budget=left)
    assert run.total == late
    assert paid_of(rows, JANUARY, register)[0].total == 0


def test_who_left_stays_external_when_months_become_a_term():
    """The term enters what was made good since as well; what comes back from who left is no wage."""
    people = [PEOPLE["T02"]]
    _, register = paid_of([work("2024-10-05", 90)], OCTOBER, Register(), budget="60", people=people)
    _, register = paid_of([work("2024-11-05", 90)], NOVEMBER, register, people=people)
    _, register = paid_of(
        [work("2024-11-05", 90)], Period(OCTOBER.start, NOVEMBER.end), register, paid_in=DECEMBER.start, people=people
    )
    run, _ = paid_of([], JANUARY, register)
    assert (run.teacher("T02").is_external, run.total) == (True, -120)


@pytest.mark.parametrize("period", [NOVEMBER, Period(OCTOBER.start, NOVEMBER.end)])
def test_wages_that_are_taken_back_lower_no_labor_remuneration(period):
    """20,000 of wages of October are taken back from somebody external by now: November's 20,000 are taxed whole."""
    outside, how = PEOPLE["T02"], {"take_back": True, "paid_in": DECEMBER.start}
    register = booked(pay(Center([evolve(outside, affiliation="internal")], [work("2024-10-05")]), OCTOBER, LARGE))
    rows = [work("2024-11-05")]
    run = pay(Center([outside], rows), period, LARGE, register=register, **how)
    assert (run.total, fen(run.tax)) == (0, tax_on(2_000_000))
    rows.append(work("2024-12-05"))
    run = pay(Center([outside], rows), DECEMBER, LARGE, register=booked(run), **how)
    assert fen(run.tax) == tax_on(4_000_000) - tax_on(2_000_000)


def test_wages_that_stay_are_no_part_of_what_is_taxed():
    """Of 40,000 of wages half is taken back by the term, which pays 20,000 for November: that alone is taxed."""
    outside, rows = PEOPLE["T02"], [work("2024-10-05", 90)]
    register = booked(pay(Center([evolve(outside, affiliation="internal")], rows), OCTOBER, LARGE))
    rows = [work("2024-10-05"), work("2024-11-05")]
    run = pay(Center([outside], rows), Period(OCTOBER.start, NOVEMBER.end), LARGE, register=register)
    taken_off = [(one.amount, one.wages) for one in run.teacher("T02").adjustments]
    assert (run.total, fen(run.tax), taken_off) == (0, tax_on(2_000_000), [(-20000, False), (-20000, True)])
