"""The workload of mental-health teachers, counted exactly as a college's regulation says, with the article.

The main functions::

    from workload import evaluate, evaluate_experience, explain_teacher, load_regulation, read_center

    center = read_center("records.xlsx")
    found = evaluate(center, 2024)
    found.teachers[0].quota.part("counseling").verdict

A name is loaded when it is first used, so that ``import workload`` itself costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workload.checks import (
        check as check,
    )
    from workload.errors import (
        Fault as Fault,
    )
    from workload.errors import (
        InputError as InputError,
    )
    from workload.errors import (
        MissingExtraError as MissingExtraError,
    )
    from workload.errors import (
        NoClauseError as NoClauseError,
    )
    from workload.errors import (
        ReadingError as ReadingError,
    )
    from workload.errors import (
        RuleFileError as RuleFileError,
    )
    from workload.errors import (
        WorkloadError as WorkloadError,
    )
    from workload.evaluation import (
        CenterEvaluation as CenterEvaluation,
    )
    from workload.evaluation import (
        CenterExperience as CenterExperience,
    )
    from workload.evaluation import (
        TeacherEvaluation as TeacherEvaluation,
    )
    from workload.evaluation import (
        TeacherExperience as TeacherExperience,
    )
    from workload.evaluation import (
        evaluate as evaluate,
    )
    from workload.evaluation import (
        evaluate_experience as evaluate_experience,
    )
    from workload.evaluation import (
        evaluate_teacher as evaluate_teacher,
    )
    from workload.exact import (
        rounded as rounded,
    )
    from workload.experience import (
        ExperienceFinding as ExperienceFinding,
    )
    from workload.experience import (
        Window as Window,
    )
    from workload.experience import (
        recognized_experience as recognized_experience,
    )
    from workload.explain import (
        explain_experience as explain_experience,
    )
    from workload.explain import (
        explain_teacher as explain_teacher,
    )
    from workload.finding import (
        Finding as Finding,
    )
    from workload.institution import (
        Institution as Institution,
    )
    from workload.institution import (
        area_required as area_required,
    )
    from workload.institution import (
        evaluate_institution as evaluate_institution,
    )
    from workload.institution import (
        funding_required as funding_required,
    )
    from workload.institution import (
        staff_required as staff_required,
    )
    from workload.ledger import (
        Basis as Basis,
    )
    from workload.ledger import (
        Line as Line,
    )
    from workload.ledger import (
        Notice as Notice,
    )
    from workload.ledger import (
        TeacherLedger as TeacherLedger,
    )
    from workload.loading import (
        load_regulation as load_regulation,
    )
    from workload.period import (
        Period as Period,
    )
    from workload.records import (
        Activity as Activity,
    )
    from workload.records import (
        Appointment as Appointment,
    )
    from workload.records import (
        CaseReport as CaseReport,
    )
    from workload.records import (
        Center as Center,
    )
    from workload.records import (
        Evaluation as Evaluation,
    )
    from workload.records import (
        Payment as Payment,
    )
    from workload.records import (
        Rate as Rate,
    )
    from workload.records import (
        Teacher as Teacher,
    )
    from workload.records import (
        TitleHeld as TitleHeld,
    )
    from workload.records import (
        Training as Training,
    )
    from workload.regulation import (
        Clause as Clause,
    )
    from workload.regulation import (
        Reading as Reading,
    )
    from workload.regulation import (
        Regulation as Regulation,
    )
    from workload.tables import (
        read_center as read_center,
    )
    from workload.tables import (
        write_template as write_template,
    )
    from workload.text import (
        Text as Text,
    )

# Each public name and the module that it comes from.
_HOME = {
    "checks": ("check",),
    "errors": (
        "Fault",
        "InputError",
        "MissingExtraError",
        "NoClauseError",
        "ReadingError",
        "RuleFileError",
        "WorkloadError",
    ),
    "evaluation": (
        "CenterEvaluation",
        "CenterExperience",
        "TeacherEvaluation",
        "TeacherExperience",
        "evaluate",
        "evaluate_experience",
        "evaluate_teacher",
    ),
    "exact": ("rounded",),
    "experience": (
        "ExperienceFinding",
        "Window",
        "recognized_experience",
    ),
    "explain": (
        "explain_experience",
        "explain_teacher",
    ),
    "finding": ("Finding",),
    "institution": (
        "Institution",
        "area_required",
        "evaluate_institution",
        "funding_required",
        "staff_required",
    ),
    "ledger": (
        "Basis",
        "Line",
        "Notice",
        "TeacherLedger",
    ),
    "period": ("Period",),
    "records": (
        "Activity",
        "Appointment",
        "CaseReport",
        "Center",
        "Evaluation",
        "Payment",
        "Rate",
        "Teacher",
        "TitleHeld",
        "Training",
    ),
    "loading": ("load_regulation",),
    "regulation": (
        "Clause",
        "Reading",
        "Regulation",
    ),
    "tables": (
        "read_center",
        "write_template",
    ),
    "text": ("Text",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Activity",
    "Appointment",
    "Basis",
    "CaseReport",
    "Center",
    "CenterEvaluation",
    "CenterExperience",
    "Clause",
    "Evaluation",
    "ExperienceFinding",
    "Fault",
    "Finding",
    "InputError",
    "Institution",
    "Line",
    "MissingExtraError",
    "NoClauseError",
    "Notice",
    "Payment",
    "Period",
    "Rate",
    "Reading",
    "ReadingError",
    "Regulation",
    "RuleFileError",
    "Teacher",
    "TeacherEvaluation",
    "TeacherExperience",
    "TeacherLedger",
    "Text",
    "TitleHeld",
    "Training",
    "Window",
    "WorkloadError",
    "area_required",
    "check",
    "evaluate",
    "evaluate_experience",
    "evaluate_institution",
    "evaluate_teacher",
    "explain_experience",
    "explain_teacher",
    "funding_required",
    "load_regulation",
    "read_center",
    "recognized_experience",
    "rounded",
    "staff_required",
    "write_template",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
