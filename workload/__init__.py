"""The workload of mental-health teachers, counted exactly as a college's regulation says, with the article.

The main functions::

    from workload import evaluate, evaluate_experience, explain_teacher, load_regulation, read_center

    center = read_center("records.xlsx")
    found = evaluate(center, 2024)
    found.teachers[0].quota.part("counseling").verdict

A name is loaded when it is first used, so that ``import workload`` itself costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workload.documents.checked import (
        write_checked,
    )
    from workload.errors import (
        Fault,
        InputError,
        MissingExtraError,
        NoClauseError,
        ReadingError,
        RuleFileError,
        WorkloadError,
    )
    from workload.evaluation import (
        Alternative,
        CenterCheck,
        CenterEvaluation,
        CenterExperience,
        TeacherEvaluation,
        TeacherExperience,
        check_center,
        evaluate,
        evaluate_experience,
        evaluate_teacher,
    )
    from workload.exact import (
        rounded,
    )
    from workload.experience import (
        ExperienceFinding,
        Window,
        YearOfWork,
        recognized_experience,
    )
    from workload.explain import (
        Section,
        explain_experience,
        explain_teacher,
    )
    from workload.finding import (
        Finding,
    )
    from workload.institution import (
        Institution,
        area_required,
        evaluate_institution,
        funding_required,
        staff_required,
    )
    from workload.intake import (
        Alias,
        Intake,
        PassedOver,
        Repair,
    )
    from workload.ledger import (
        Basis,
        Line,
        Notice,
        TeacherLedger,
    )
    from workload.loading import (
        load_regulation,
    )
    from workload.period import (
        Period,
    )
    from workload.records import (
        Activity,
        Appointment,
        CaseReport,
        Center,
        DroppedRow,
        Evaluation,
        Payment,
        Rate,
        Teacher,
        TitleHeld,
        Training,
    )
    from workload.regulation import (
        Clause,
        Reading,
        Regulation,
    )
    from workload.tables.aliases import (
        Aliases,
        aliases_of,
    )
    from workload.tables.bookings import (
        BookingMap,
        Bookings,
        import_bookings,
        read_booking_map,
    )
    from workload.tables.read import (
        read_center,
    )
    from workload.tables.template import (
        carried_over,
        write_template,
    )
    from workload.text import (
        Text,
    )

# Each public name and the module that it comes from.
_HOME = {
    "documents.checked": ("write_checked",),
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
        "Alternative",
        "CenterCheck",
        "CenterEvaluation",
        "CenterExperience",
        "TeacherEvaluation",
        "TeacherExperience",
        "check_center",
        "evaluate",
        "evaluate_experience",
        "evaluate_teacher",
    ),
    "exact": ("rounded",),
    "experience": (
        "ExperienceFinding",
        "Window",
        "YearOfWork",
        "recognized_experience",
    ),
    "explain": (
        "Section",
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
    "intake": (
        "Alias",
        "Intake",
        "PassedOver",
        "Repair",
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
        "DroppedRow",
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
    "tables.aliases": (
        "Aliases",
        "aliases_of",
    ),
    "tables.bookings": (
        "BookingMap",
        "Bookings",
        "import_bookings",
        "read_booking_map",
    ),
    "tables.read": ("read_center",),
    "tables.template": (
        "carried_over",
        "write_template",
    ),
    "text": ("Text",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Activity",
    "Alias",
    "Aliases",
    "Alternative",
    "Appointment",
    "Basis",
    "BookingMap",
    "Bookings",
    "CaseReport",
    "Center",
    "CenterCheck",
    "CenterEvaluation",
    "CenterExperience",
    "Clause",
    "DroppedRow",
    "Evaluation",
    "ExperienceFinding",
    "Fault",
    "Finding",
    "InputError",
    "Institution",
    "Intake",
    "Line",
    "MissingExtraError",
    "NoClauseError",
    "Notice",
    "PassedOver",
    "Payment",
    "Period",
    "Rate",
    "Reading",
    "ReadingError",
    "Regulation",
    "Repair",
    "RuleFileError",
    "Section",
    "Teacher",
    "TeacherEvaluation",
    "TeacherExperience",
    "TeacherLedger",
    "Text",
    "TitleHeld",
    "Training",
    "Window",
    "WorkloadError",
    "YearOfWork",
    "aliases_of",
    "area_required",
    "carried_over",
    "check_center",
    "evaluate",
    "evaluate_experience",
    "evaluate_institution",
    "evaluate_teacher",
    "explain_experience",
    "explain_teacher",
    "funding_required",
    "import_bookings",
    "load_regulation",
    "read_booking_map",
    "read_center",
    "recognized_experience",
    "rounded",
    "staff_required",
    "write_checked",
    "write_template",
]

if not TYPE_CHECKING:  # a type checker sees the imports above, and refuses any other name

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
