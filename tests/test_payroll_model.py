"""Settlement against a model of its own: whatever is done to the records, runs and payments tie to what is due, in fen.

The model knows nothing of how the library settles. It asks it only for the direct computation (``pay`` without a
register), and keeps its own books: for each closed period what was paid of it and what was cut to the budget. In every
run what was paid of a closed period moves as little as need be to lie between what is due less what was cut, and what
is due.
"""

import json
import re
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

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
    "T03": Teacher("T03", "full_time", "王五常", title="associate_professor"),
    "T04": Teacher("T04", "part_time", "赵六合", "external", "lecturer"),
}
MONTHS = [month_of(2024, 9), month_of(2024, 10), month_of(2024, 11), month_of(2024, 12), month_of(2025, 1)]
PERIODS = [
    *MONTHS,
    Period(MONTHS[0].start, MONTHS[1].end),
    Period(MONTHS[2].start, MONTHS[3].end),
    Period(MONTHS[0].start, MONTHS[3].end),
    Period(MONTHS[0].start, MONTHS[4].end),
]
EXTERNAL = {who for who, one in PEOPLE.items() if one.affiliation == "external"}
RATES = [("counseling", "61.37"), ("teaching", "1333.33"), ("points", "2.33")]


def rate(item, yuan, day=date(2024, 1, 1)):
    return PayRate(item, Decimal(yuan), day, "校发〔2024〕1号")


def fen(yuan):
    whole = yuan * 100
    assert whole == int(whole)
    return int(whole)


def tax_on(income):
    """Notice 61 of 2018 in whole fen: the tax on a month's income, nothing on one below 0."""
    fifths = 4 * income if income > 400_000 else 5 * max(income - 80_000, 0)  # of a fen, after the deduction
    percent, quick = (20, 0) if fifths <= 10_000_000 else (30, 200_000) if fifths <= 25_000_000 else (40, 700_000)
    return (2 * (fifths * percent - 500 * quick) + 500) // 1000


def month_after(month, n=1):
    years, months = divmod(month.year * 12 + month.month - 1 + n, 12)
    return date(years, months + 1, 1)


def within(inner, outer):
    return inner.start in outer and inner.end in outer


def amounts_of(run):
    """What each teacher gets of each item."""
    return Counter({(one.teacher.teacher_id, i): fen(yuan) for one in run.teachers for i, yuan in one.amounts.items()})


def adjusted(run, code):
    """The adjustments of one kind, by teacher and item, by period."""
    found = defaultdict(Counter)
    for one in run.teachers:
        for other in one.adjustments:
            if other.code == code:
                found[one.teacher.teacher_id, other.item][other.period] += fen(other.amount)
    return found


@define
class Books:
    """What the model knows of a closed period; ``merged``: what was cut of it was cut of parts of it."""

    paid: Counter = field(factory=Counter)  # by runs, and by hand as far as it was counted
    cut: Counter = field(factory=Counter)
    merged: bool = False
    last: date = date.min  # the month of payment of the last run that paid of it


@define
class BookedRun:
    """What the model keeps of a run."""

    paid_in: date
    amounts: Counter
    taxes: Counter
    written: bool


FAULT_A = True


class Model:
    """Records that change, payments by hand, and booked runs."""

    def __init__(self, folder, written):
        self.file, self.written = folder / FILE, written
        self.register, self.stood = Register(), ""
        self.teachers, self.rows, self.rates = dict(PEOPLE), [], [rate(*one) for one in RATES]
        self.hand, self.counted, self.by_hand_in = Counter(), Counter(), set()
        self.books, self.runs, self.tax_items, self.number = {}, [], {}, 0

    # ---- the records

    def new(self, who, kind, place, day, **amounts):
        self.number += 1
        when = min(MONTHS[place].start.replace(day=1) + timedelta(days=day - 1), MONTHS[place].end)
        self.rows.append(Activity(who, when, kind, record_id=f"{when} 14:30-{self.number}", row=self.number, **amounts))

    def duty(self, who, place, day, minutes):
        if who in self.teachers:
            self.new(who, "counseling_duty", place, day, minutes=minutes)

    def teach(self, who, place, quarters):
        if who in self.teachers:
            self.new(who, "class_teaching", place, 3, class_hours=Decimal(quarters) / 4)

    def lead(self, whose, place):
        event = f"E{self.number}"
        for who in sorted(whose & set(self.teachers)):
            self.new(who, "lecture", place, 7, event_id=event)

    def change(self, place, how, to):
        if not self.rows:
            return
        place %= len(self.rows)
        row = self.rows[place]
        if how == "gone":
            del self.rows[place]
        elif how == "amount" and row.minutes:
            self.rows[place] = evolve(row, minutes=row.minutes * (to + 1) // 2 + 1)
        elif how == "amount" and row.class_hours:
            self.rows[place] = evolve(row, class_hours=row.class_hours * (to + 1) / 2)
        elif how == "month" and not row.event_id:
            self.rows[place] = evolve(row, date=MONTHS[to].end)

    def set_rate(self, item, place, yuan):
        day = MONTHS[place].start
        if not any((one.item, one.effective_from) == (item, day) for one in self.rates):
            self.rates.append(rate(item, yuan, day))

    def leave_or_come_back(self, who):
        if self.teachers.pop(who, None) is None:
            self.teachers[who] = PEOPLE[who]
        self.rows = [row for row in self.rows if row.teacher_id in self.teachers]

    # ---- the table of finance

    def pay_by_hand(self, who, item, after, some):
        month = month_after(self.last, after)
        self.hand[who, item, month] += some
        self.by_hand_in.add((who, month))

    @property
    def last(self):
        return max((run.paid_in for run in self.runs), default=date(2024, 9, 1))

    def in_month(self, month):
        """What the booked runs paid in a month, by teacher and item."""
        found = Counter()
        for run in self.runs:
            if run.paid_in == month:
                found.update(run.amounts)
        return found

    def known_by_hand(self):
        """What the table has beyond the runs; of who left the teachers, as much of it as was counted."""
        return {key: some if key[0] in self.teachers else self.counted[key] for key, some in self.hand.items()}

    def center(self):
        """The records; the table has what a run paid where it was written down, and always beside a payment by hand.

        Or, where finance writes down only what it paid by hand, that alone.
        """
        table = Counter(self.hand)
        for run in self.runs if self.written == "all" else ():
            for key, some in run.amounts.items():
                if some > 0 and ((*key, run.paid_in) in self.hand or run.written):
                    table[(*key, run.paid_in)] += some
        payments = [
            Payment(who, month, item, 1, Decimal(some) / 100)
            for (who, item, month), some in table.items()
            if who in self.teachers  # others are a fault of the table
        ]
        return Center(self.teachers.values(), self.rows, payments=payments)

    # ---- runs

    def pay(self, period, **how):
        how = {"register": self.register, "written": self.written, "take_back": True, **how}
        return pay(self.center(), period, Rates(self.rates), REGULATION, READINGS, **how)

    def period(self, place):
        """One of the periods that cut no closed one; of those that do, one is refused."""
        cut = [p for p in PERIODS if any(not within(q, p) and q.intersection(p) is not None for q in self.books)]
        if cut:
            with pytest.raises(WorkloadError, match="部分重叠"):
                self.pay(cut[place % len(cut)], paid_in=date(2026, 6, 1))
        left = [period for period in PERIODS if period not in cut]
        return left[place % len(left)]

    def book(self, period, later, settle, written, together, envelope):
        period = self.period(period)
        paid_in = month_after(max(self.last, period.start), later)
        tax_items = self.tax_items.setdefault(paid_in, "together" if together else "each")
        how = {"settle": settle, "paid_in": paid_in, "tax_items": tax_items}
        inside = {q: self.books[q] for q in self.books if within(q, period)}
        if any(some and who in EXTERNAL for (who, _), some in self.in_month(paid_in).items()):
            with pytest.raises(WorkloadError, match="--tax-items"):
                self.pay(period, **{**how, "tax_items": "each" if tax_items == "together" else "together"})
        run = self.pay(period, **how)
        if any(one.last >= paid_in for one in inside.values()):
            with pytest.raises(WorkloadError, match="已经登记封账"):
                booked(run)
            return
        moved, by_hand = self.check_run(run, period, inside, settle)
        cuts, before = defaultdict(Counter), amounts_of(run)
        if envelope is not None:
            budget = Budget(envelopes=(Envelope(yuan=Decimal(envelope) / 100),))
            run = scaled_to_budget(run, budget, self.center().payments)
            cuts = self.check_cut(before, run, period, envelope)
        self.keep(run, period, inside, moved, by_hand, cuts)
        self.runs.append(BookedRun(paid_in, amounts_of(run), self.check_tax(run, tax_items), written))
        self.write(booked(run, "心理.xlsx"))
        self.check_sums()
        self.check_nothing_left(period, inside, tax_items)

    def check_run(self, run, period, inside, settle):
        """Before a budget: what moves of each period, and what was paid by hand and is taken off."""
        months = {month for n in range(12) if (month := month_after(period.start, n)) <= period.end} | {run.paid_in}
        corrections, found, amounts = adjusted(run, "correction"), adjusted(run, "payments"), amounts_of(run)
        by_hand = Counter()
        for (who, item, month), some in self.known_by_hand().items() if settle else ():
            more = some - self.counted[who, item, month]
            if month in months and more:
                by_hand[who, item, month] = more
                assert found[who, item].pop(month_of(month.year, month.month), 0) == -more
        assert not any(found.values()), found
        moved = defaultdict(Counter)
        for q in (q for q in self.books if q not in inside):
            one, due = self.books[q], self.direct(q)
            for key in {*due, *one.paid, *one.cut, *amounts}:
                more = moved[q][key] = corrections[key].pop(q, 0)
                self.check_moved(one.paid[key], one.paid[key] + more, one.cut[key], due[key], exactly=not one.merged)
        assert not any(corrections.values()), corrections
        due, counted = self.direct(period), Counter()
        for (who, item, _), some in by_hand.items():
            counted[who, item] += some
        for key in {*due, *amounts, *(key for one in inside.values() for key in one.paid)}:
            own = moved[period][key] = amounts[key] - sum(moved[q][key] for q in self.books if q not in inside)
            paid, cut = (sum(getattr(one, name)[key] for one in inside.values()) for name in ("paid", "cut"))
            after = paid + own + counted[key]  # what was paid by hand stands in for as much of a run
            self.check_moved(paid, after, cut, due[key], exactly=not cut or [*inside] == [period])
        return moved, by_hand

    @staticmethod
    def check_moved(before, after, cut, due, *, exactly):
        """What was paid of a period comes to lie between what is due less what was cut, and what is due."""
        assert due - cut <= after <= due, (before, after, cut, due)
        if exactly:
            assert after == min(max(before, due - cut), due), (before, after, cut, due)

    def check_cut(self, before, run, period, envelope):
        """The run is cut to what is left of the envelope, in proportion, to the fen; nothing below 0."""
        used = sum(some for one in self.runs if one.paid_in.year == run.paid_in.year for some in one.amounts.values())
        used += sum(
            some
            for (*_, month), some in self.known_by_hand().items()
            if month.year == run.paid_in.year and month <= run.paid_in
        )
        above = {key: some for key, some in before.items() if some > 0}
        excess = min(max(used + sum(before.values()) - envelope, 0), sum(above.values()))
        cuts = defaultdict(Counter)
        for key, parts in adjusted(run, "scaled").items():
            for q, some in parts.items():
                cuts[q or period][key] -= some
        whole = Counter()
        for one in cuts.values():
            whole.update(one)
        assert sum(whole.values()) == excess
        assert set(whole) <= set(above)
        for key, some in above.items():
            assert abs(whole[key] * sum(above.values()) - excess * some) < sum(above.values())
            assert amounts_of(run)[key] == some - whole[key] >= 0
        return cuts

    def keep(self, run, period, inside, moved, by_hand, cuts):
        """Enter a run into the model's own books."""
        own = Books(merged=any(sum(one.cut.values()) for one in inside.values()) and [*inside] != [period])
        for q, one in inside.items():
            own.paid.update(one.paid)
            own.cut.update(one.cut)
            own.merged |= one.merged
            del self.books[q]
        self.books[period] = own
        for (who, item, month), some in by_hand.items():
            q = month_of(month.year, month.month)
            page = self.books[q] if FAULT_A and q in self.books and any(moved[q].values()) else own
            page.paid[who, item] += some
            self.counted[who, item, month] += some
        own.last = run.paid_in
        for q, one in self.books.items():
            for key, cut in cuts[q].items():
                assert 0 <= cut <= max(moved[q][key], 0), "no more is cut of a period than was to be paid of it"
            one.paid.update(moved[q])
            one.paid.subtract(cuts[q])
            one.cut.update(cuts[q])
            if any(moved[q].values()):
                one.last = run.paid_in

    def check_tax(self, run, tax_items):
        """What is withheld is the tax on the month's sum less that on what was paid before, by runs and by hand."""
        before, taxes = self.in_month(run.paid_in), Counter()
        for (who, item, month), some in self.known_by_hand().items():
            if month == run.paid_in:
                before[who, item] += some
        for one in run.teachers:
            who = one.teacher.teacher_id
            assert one.is_external == (who in EXTERNAL)
            if who not in EXTERNAL:
                assert (one.tax, one.net) == (None, None)
                continue
            now = {item: fen(yuan) for item, yuan in one.amounts.items()}
            groups = [(item,) for item in now] if tax_items == "each" else [ITEMS] if now else []
            for group in groups:
                paid = sum(before[who, item] for item in group)
                more = tax_on(paid + sum(now.get(item, 0) for item in group)) - tax_on(paid)
                taxes[who, group] += more
            assert fen(one.tax) == sum(some for (person, _), some in taxes.items() if person == who)
        return taxes

    def write(self, register):
        """The register goes through its file; the runs that stood there stand there still, byte for byte."""
        text = register.text()
        stands = text.partition('"runs": [')[2].partition("\n ]")[0]
        assert stands.startswith(self.stood)
        assert not re.search(r"\d\d:\d\d", text)
        assert not any(one.name in text for one in PEOPLE.values())
        assert not any(row.record_id in text for row in self.rows)
        self.file.write_text(text, encoding="utf-8")
        assert read_register(self.file) == register
        self.register, self.stood = read_register(self.file), stands

    def direct(self, period):
        run = pay(evolve(self.center(), payments=None), period, Rates(self.rates), REGULATION, READINGS)
        return amounts_of(run)

    def check_sums(self):
        """All that runs paid, all that was paid by hand and counted, and what stays cut, are what is due."""
        due, got, cut = Counter(), Counter(), Counter()
        for q, one in self.books.items():
            due.update(self.direct(q))
            cut.update(one.cut)
        for run in self.runs:
            got.update(run.amounts)
        for (who, item, _), some in self.counted.items():
            got[who, item] += some
        for key in {*due, *got}:
            assert due[key] - cut[key] <= got[key] <= due[key]
        for month in {run.paid_in for run in self.runs}:
            self.check_month(month)

    def check_month(self, month):
        """Where a month saw no payment by hand, its runs withheld the tax on the sum of what they paid."""
        gross, taxes = self.in_month(month), Counter()
        for run in self.runs:
            if run.paid_in == month:
                taxes.update(run.taxes)
        for (who, group), some in taxes.items():
            if (who, month) not in self.by_hand_in:
                assert some == tax_on(sum(gross[who, item] for item in group))

    def check_nothing_left(self, period, inside, tax_items):
        """The same again pays nothing, and a later period without work pays nothing."""
        later = month_after(self.last)
        for again in (period, month_of(2025, 2)):
            run = self.pay(again, paid_in=max(later, again.start))
            assert not any(amounts_of(run).values())
            assert run.tax == 0


def some_of(*choices):
    return st.sampled_from(choices)  # each as likely as the other: small numbers hardly meet a bracket


WHO, PLACE, ITEM = some_of(*PEOPLE), some_of(0, 1, 2, 3), some_of(*ITEMS)
STEPS = st.one_of(
    st.tuples(st.just("duty"), WHO, PLACE, some_of(5, 31), some_of(1, 45, 100, 299)),
    st.tuples(st.just("teach"), WHO, PLACE, some_of(1, 7, 60, 160)),
    st.tuples(st.just("lead"), st.sets(WHO, min_size=1), PLACE),
    st.tuples(st.just("change"), st.integers(0, 9), some_of("gone", "month", "amount"), PLACE),
    st.tuples(st.just("set_rate"), ITEM, PLACE, some_of("3.33", "70.00", "9000.01")),
    st.tuples(st.just("pay_by_hand"), WHO, ITEM, some_of(-2, -1, 0, 1), some_of(1, 5_000, 33_333, 500_000, 3_000_000)),
    st.tuples(st.just("leave_or_come_back"), WHO),
)
RUNS = {
    "period": st.integers(0, 8),
    "later": some_of(0, 0, 1),
    "settle": st.booleans(),
    "written": st.booleans(),
    "together": st.booleans(),
    "envelope": st.none() | some_of(0, 10_000, 100_001, 2_000_000),
}
ROUNDS = st.tuples(st.lists(STEPS, min_size=1, max_size=6), st.fixed_dictionaries(RUNS))


@settings(deadline=None)
@given(st.lists(ROUNDS, min_size=2, max_size=7), some_of("all", "by_hand"))
def test_every_sequence_ties_to_what_is_due(tmp_path_factory, rounds, written):
    """Whatever happens to records, rates, people and payments between the runs, and however they are cut."""
    model = Model(tmp_path_factory.mktemp("register"), written)
    for steps, run in rounds:
        for name, *how in steps:
            getattr(model, name)(*how)
        model.book(**run)


@settings(deadline=None)
@given(
    st.lists(STEPS, min_size=2, max_size=8),
    st.lists(STEPS, max_size=4),
    st.permutations([1, 2, 3]),
    some_of("each", "together"),
    some_of("all", "by_hand"),
)
def test_the_order_of_the_runs_of_a_month_changes_no_total(tmp_path_factory, first, then, order, tax_items, written):
    """Three months paid in the same one, with a correction and payments by hand: gross and tax are the same."""
    found = []
    for places in ([1, 2, 3], order):
        model = Model(tmp_path_factory.mktemp("register"), written)
        for name, *how in first:
            getattr(model, name)(*how)
        model.register = booked(model.pay(MONTHS[0]))
        for name, *how in then:
            getattr(model, name)(*how)
        gross, tax = Counter(), Counter()
        for place in places:
            run = model.pay(MONTHS[place], paid_in=date(2024, 12, 1), tax_items=tax_items, settle=True)
            gross.update(amounts_of(run))
            tax.update({one.teacher.teacher_id: fen(one.tax or Decimal(0)) for one in run.teachers})
            model.register = booked(run)
            model.runs.append(BookedRun(run.paid_in, amounts_of(run), Counter(), written=True))
        found.append(
            ({key: some for key, some in gross.items() if some}, {who: some for who, some in tax.items() if some})
        )
    assert found[0] == found[1]


# ---------------------------------------------------------------- what a review found once, and what holds since


LARGE = Rates([rate("counseling", "20000")])
OCTOBER, NOVEMBER, DECEMBER = MONTHS[1:4]


def work(day, minutes=45, teacher="T02", **more):
    return Activity(teacher, date.fromisoformat(day), "counseling_duty", minutes=minutes, **more)


def workbook_of(minutes, payments=(), **teacher):
    """The tables of a workbook: duties by teacher and day, with a record id that tells a time."""
    people = dict.fromkeys(who for who, _ in minutes)
    return {
        "teachers": [{"teacher_id": who, "name": "张三丰", "employment": "part_time", **teacher} for who in people],
        "activities": [
            {"record_id": f"{day} 14:30", "teacher_id": who, "date": day, "kind": "counseling_duty", "minutes": some}
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
    assert all(one in refused.err for one in [*lost, "--take-back"])
    assert all(one in refused.err for one in lost) == (
        refused.err.count("2024-") == sum(o.count("2024-") for o in lost)
    )
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
@pytest.mark.parametrize(("minutes", "left"), [(36, 1_600_000), (9, 400_000), (0, 0)])
def test_what_is_taken_back_in_a_month_lowers_its_tax(tax_items, minutes, left):
    """20,000, then some of it taken back, then 20,000 more, all in December: each time the tax on the sum so far."""
    how, taxes, register = {"paid_in": date(2024, 12, 1), "tax_items": tax_items, "take_back": True}, [], Register()
    rows = [work("2024-10-05")]
    for period, now in ((OCTOBER, rows), (NOVEMBER, []), (DECEMBER, [work("2024-12-05")])):
        rows = now if period == OCTOBER else [work("2024-10-05", minutes)][: minutes and 1] + now
        run = pay(Center([PEOPLE["T02"]], rows), period, LARGE, register=register, **how)
        taxes.append(fen(run.tax))
        register = booked(run)
    assert [sum(taxes[:n]) for n in (1, 2, 3)] == [tax_on(income) for income in (2_000_000, left, left + 2_000_000)]
    other = "each" if tax_items == "together" else "together"
    with pytest.raises(WorkloadError, match=f"--tax-items {tax_items}"):
        pay(Center([PEOPLE["T02"]], rows), DECEMBER, LARGE, register=register, **{**how, "tax_items": other})


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
    assert pay(now, MONTHS[4], rates, REGULATION, register=booked(run)).total == 0


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
