"""The workload of mental-health teachers, counted exactly as a college's regulation says, every figure with its article.

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
        InputError as InputError,
        MissingExtraError as MissingExtraError,
        NoClauseError as NoClauseError,
        ReadingError as ReadingError,
        RuleFileError as RuleFileError,
        WorkloadError as WorkloadError,
    )
    from workload.evaluation import (
        CenterEvaluation as CenterEvaluation,
        CenterExperience as CenterExperience,
        TeacherEvaluation as TeacherEvaluation,
        TeacherExperience as TeacherExperience,
        evaluate as evaluate,
        evaluate_experience as evaluate_experience,
        evaluate_teacher as evaluate_teacher,
    )
    from workload.exact import (
        rounded as rounded,
    )
    from workload.experience import (
        ExperienceFinding as ExperienceFinding,
        Window as Window,
        recognized_experience as recognized_experience,
    )
    from workload.explain import (
        explain_experience as explain_experience,
        explain_teacher as explain_teacher,
    )
    from workload.finding import (
        Finding as Finding,
    )
    from workload.institution import (
        Institution as Institution,
        area_required as area_required,
        evaluate_institution as evaluate_institution,
        funding_required as funding_required,
        staff_required as staff_required,
    )
    from workload.ledger import (
        Basis as Basis,
        Line as Line,
        Notice as Notice,
        TeacherLedger as TeacherLedger,
    )
    from workload.period import (
        Period as Period,
    )
    from workload.records import (
        Activity as Activity,
        Appointment as Appointment,
        CaseReport as CaseReport,
        Center as Center,
        Evaluation as Evaluation,
        Payment as Payment,
        Rate as Rate,
        Teacher as Teacher,
        TitleHeld as TitleHeld,
        Training as Training,
    )
    from workload.regulation import (
        Clause as Clause,
        Reading as Reading,
        Regulation as Regulation,
        load_regulation as load_regulation,
    )
    from workload.tables import (
        read_center as read_center,
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
    "regulation": (
        "Clause",
        "Reading",
        "Regulation",
        "load_regulation",
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
