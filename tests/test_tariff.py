"""Bare amounts without a center: class hours of minutes, points of events, the yearly quota, hours of training."""

import random
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from workload import (
    Activity,
    Basis,
    Center,
    NoClauseError,
    Teacher,
    WorkloadError,
    evaluate,
    load_regulation,
    tariff_of_duty,
    tariff_of_events,
    training_hours,
    yearly_quota,
)

ANOTHER = Path(__file__).parent.parent / "samples" / "another-school" / "示范学院.toml"
READINGS = ("exact", "whole_per_duty", "whole_pooled")


def another_school():
    return load_regulation(ANOTHER)


@pytest.mark.parametrize("reading", READINGS)
def test_minutes_give_what_the_ledger_gives(reading):
    """The amounts of bare minutes are those of ledger lines with the same minutes, in their order."""
    draw = random.Random(7)
    minutes = [draw.randrange(1, 300) for _ in range(200)]
    rows = [Activity("T01", date(2024, 1, 1 + i % 28), "counseling_duty", minutes=m) for i, m in enumerate(minutes)]
    rows.sort(key=lambda row: row.date)
    basis = Basis.of(Center([Teacher("T01", "part_time")], rows), load_regulation(), {"partial_unit": reading})
    book = basis.post(basis.center.teachers[0], 2024)
    tariff = tariff_of_duty(readings={"partial_unit": reading})
    lines = list(tariff.lines([(row.minutes, None) for row in rows]))
    assert sum(line.amount for line in lines) == book.total("counseling")
    if reading != "whole_pooled":  # there the ledger orders rows of one day by what they say
        assert [line.amount for line in lines] == [line.amount for line in book.lines]


@pytest.mark.parametrize("reading", READINGS)
def test_quick_amounts_are_the_nearest_floats(reading):
    """The amounts of a long range are the floats nearest to the exact ones."""
    tariff = tariff_of_duty(readings={"partial_unit": reading})
    minutes = list(range(0, 2000, 7))
    assert list(tariff.amounts(minutes)) == [float(line.amount) for line in tariff.lines((m, None) for m in minutes)]


@pytest.mark.parametrize(
    ("title", "points"),
    [("professor", 30), ("associate_professor", 20), ("lecturer", 15), ("assistant", 15), ("other", 15), ("none", 15)],
)
def test_points_by_title(title, points):
    """附件2 第七条(一): each event gives 30, 20 or 15 points by title."""
    (line,) = tariff_of_events().lines([(3, title)])
    assert line.amount == 3 * points
    assert line.account == "points"


def test_a_school_whose_points_depend_on_more_is_refused():
    """Where points depend on kind or level, a title and a number say too little, and nothing is guessed."""
    with pytest.raises((NoClauseError, WorkloadError)) as refused:
        tariff_of_events(another_school())
    assert refused.value.text.zh
    assert refused.value.text.en


@pytest.mark.parametrize(
    ("counseling", "teaching", "met"),
    [(38, 72, True), (Fraction(1709, 45), 72, False), (38, Fraction(719, 10), False), (100, 71, False), (39, 73, True)],
)
def test_the_yearly_quota_at_its_edges(counseling, teaching, met):
    """附件2 第四条(三): 38 and 72 class hours, each just below, at and above."""
    owed = yearly_quota()
    totals = {"counseling": Fraction(counseling), "teaching": Fraction(teaching)}
    assert owed.is_met(totals) is met
    assert met == (not any(owed.shortfall(account, total) for account, total in totals.items()))


def test_counseling_fills_teaching_where_the_reading_says_so():
    """R4: under yes, counseling class hours count toward the 72 as well."""
    totals = {"counseling": Fraction(40), "teaching": Fraction(32)}
    assert not yearly_quota().is_met(totals)
    assert yearly_quota(readings={"counseling_fills_teaching": "yes"}).is_met(totals)


def test_the_quota_agrees_with_the_evaluation():
    """The shortfall of a total is the shortfall that the evaluation finds for the rows behind it."""
    rows = [
        Activity("T01", date(2024, 3, 5), "counseling_duty", minutes=1300),
        Activity("T01", date(2024, 3, 6), "class_teaching", class_hours="70.5"),
    ]
    quota = evaluate(Center([Teacher("T01", "part_time")], rows), 2024).teachers[0].quota
    owed = yearly_quota()
    for account in ("counseling", "teaching"):
        part = quota.part(account)
        assert owed.shortfall(account, part.value) == part.shortfall


def test_a_quota_of_semesters_has_no_yearly_shortfall():
    """A school that asks for work each semester is not served by a yearly total."""
    with pytest.raises(NoClauseError):
        yearly_quota(another_school())


@pytest.mark.parametrize(("employment", "hours"), [("full_time", 40), ("part_time", 15)])
def test_hours_of_training(employment, hours):
    """方案 六(三): 40 and 15 hours a year."""
    assert training_hours(employment).amount == hours


def test_rules_that_credit_no_duty_are_refused(tmp_path):
    """Without a clause on counseling there is no class hour of a minute."""
    file = tmp_path / "none.toml"
    file.write_text(
        'format = 1\nextends = "zhoukou-2024-33"\nid = "none"\nremove = ["counseling_duty"]\n', encoding="utf-8"
    )
    with pytest.raises(NoClauseError):
        tariff_of_duty(load_regulation(file))


def test_a_further_kind_with_a_value_leaves_points_by_title():
    """Where a school gives supervision a value of its own, the points by title are those of 附件2 第七条(一) still."""
    added = load_regulation(ANOTHER.parent / "本校补充.toml")
    (line,) = tariff_of_events(added).lines([(1, "professor")])
    assert line.amount == 30
