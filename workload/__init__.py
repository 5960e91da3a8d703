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
    from workload.budget import (
        Budget,
        BudgetCheck,
        Envelope,
        Fund,
        Use,
        check_budget,
        load_fund,
        read_budget,
        scaled_to_budget,
    )
    from workload.capitals import (
        yuan_from_upper,
        yuan_upper,
    )
    from workload.comparison import (
        Differences,
        differences,
    )
    from workload.documents.blocks import (
        Block,
    )
    from workload.documents.certificate import (
        certificate_docx,
        read_certificate,
    )
    from workload.documents.checked import (
        write_checked,
    )
    from workload.documents.grids import (
        check_grid,
        ledger_grid,
        needed_grid,
        rules_grid,
        summary_grid,
        windows_grid,
    )
    from workload.documents.paysheet import (
        identity_gaps,
        write_pay_sheet,
    )
    from workload.documents.statement import (
        statement,
        statement_docx,
        statement_html,
        write_statement,
    )
    from workload.documents.verification import (
        Evidence,
        Verification,
        evidence_of_records,
        evidence_of_snapshot,
        verify_certificate,
        verify_code,
    )
    from workload.documents.workbook import (
        write_evaluation_workbook,
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
        whole_ledger,
    )
    from workload.exact import (
        rounded,
    )
    from workload.experience import (
        ExperienceFinding,
        Window,
        YearOfWork,
        experience_of_years,
        recognized_experience,
    )
    from workload.explain import (
        Section,
        alternative_text,
        cited,
        explain_experience,
        explain_teacher,
        formula_text,
        line_text,
        window_text,
        year_text,
    )
    from workload.facts import (
        ExperienceFacts,
        check_code,
        experience_facts,
    )
    from workload.finding import (
        Finding,
    )
    from workload.identity import (
        identity_fault,
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
    from workload.paylines import (
        Adjustment,
        PayLine,
        Refused,
        month_of,
        split_amount,
    )
    from workload.payroll import (
        ItemTax,
        PayRun,
        TeacherPay,
        booked,
        pay,
    )
    from workload.period import (
        Period,
    )
    from workload.provenance import (
        InputFile,
        Provenance,
        digest_of_records,
        digest_of_rules,
        provenance_of,
    )
    from workload.rates import (
        MissingRateError,
        PayRate,
        Rates,
        read_rates,
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
    from workload.settlement import (
        Register,
        read_register,
        register_beside,
    )
    from workload.snapshot import (
        Snapshot,
        close_year,
        read_snapshot,
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
    from workload.tables.cells import (
        BadCell,
        CellError,
        Choice,
        blank,
        elapsed,
        error_cell,
        moment,
    )
    from workload.tables.identities import (
        Identities,
        read_identities,
    )
    from workload.tables.paylint import (
        LintFault,
        lint_pay_sheet,
    )
    from workload.tables.read import (
        column_parsers,
        read_center,
        read_tables,
    )
    from workload.tables.template import (
        carried_over,
        write_template,
    )
    from workload.tariff import (
        Tariff,
        YearlyQuota,
        tariff_of_duty,
        tariff_of_events,
        training_hours,
        yearly_quota,
    )
    from workload.taxfile import (
        WithholdingClause,
        WithholdingTable,
        load_withholding,
    )
    from workload.text import (
        Text,
    )
    from workload.vocabulary import (
        measured,
        word,
    )
    from workload.withholding import (
        Withholding,
        gross_up,
        taxes_withheld,
        withhold,
        withhold_in_month,
        withholding_steps,
    )

# Each public name and the module that it comes from.
_HOME = {
    "documents.workbook": ("write_evaluation_workbook",),
    "documents.paysheet": ("identity_gaps", "write_pay_sheet"),
    "documents.statement": ("statement", "statement_docx", "statement_html", "write_statement"),
    "documents.certificate": ("certificate_docx", "read_certificate"),
    "documents.verification": (
        "Evidence",
        "Verification",
        "evidence_of_records",
        "evidence_of_snapshot",
        "verify_certificate",
        "verify_code",
    ),
    "provenance": ("InputFile", "Provenance", "digest_of_records", "digest_of_rules", "provenance_of"),
    "facts": ("ExperienceFacts", "check_code", "experience_facts"),
    "snapshot": ("Snapshot", "close_year", "read_snapshot"),
    "capitals": ("yuan_from_upper", "yuan_upper"),
    "comparison": ("Differences", "differences"),
    "documents.checked": ("write_checked",),
    "documents.grids": ("check_grid", "ledger_grid", "needed_grid", "rules_grid", "summary_grid", "windows_grid"),
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
        "whole_ledger",
    ),
    "exact": ("rounded",),
    "experience": ("ExperienceFinding", "Window", "YearOfWork", "experience_of_years", "recognized_experience"),
    "explain": (
        "Section",
        "alternative_text",
        "cited",
        "explain_experience",
        "explain_teacher",
        "formula_text",
        "line_text",
        "window_text",
        "year_text",
    ),
    "finding": ("Finding",),
    "identity": ("identity_fault",),
    "institution": ("Institution", "area_required", "evaluate_institution", "funding_required", "staff_required"),
    "intake": ("Alias", "Intake", "PassedOver", "Repair"),
    "ledger": ("Basis", "Line", "Notice", "TeacherLedger"),
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
    "regulation": ("Clause", "Reading", "Regulation"),
    "tables.aliases": ("Aliases", "aliases_of"),
    "tables.bookings": ("BookingMap", "Bookings", "import_bookings", "read_booking_map"),
    "tables.identities": ("Identities", "read_identities"),
    "tables.paylint": ("LintFault", "lint_pay_sheet"),
    "tables.read": ("column_parsers", "read_center", "read_tables"),
    "tables.template": ("carried_over", "write_template"),
    "tariff": ("Tariff", "YearlyQuota", "tariff_of_duty", "tariff_of_events", "training_hours", "yearly_quota"),
    "tables.cells": ("BadCell", "CellError", "Choice", "blank", "elapsed", "error_cell", "moment"),
    "documents.blocks": ("Block",),
    "taxfile": ("WithholdingClause", "WithholdingTable", "load_withholding"),
    "text": ("Text",),
    "vocabulary": ("measured", "word"),
    "withholding": ("Withholding", "gross_up", "taxes_withheld", "withhold", "withhold_in_month", "withholding_steps"),
    "budget": (
        "Budget",
        "BudgetCheck",
        "Envelope",
        "Fund",
        "Use",
        "check_budget",
        "load_fund",
        "read_budget",
        "scaled_to_budget",
    ),
    "paylines": ("Adjustment", "PayLine", "Refused", "month_of", "split_amount"),
    "payroll": ("ItemTax", "PayRun", "TeacherPay", "booked", "pay"),
    "rates": ("MissingRateError", "PayRate", "Rates", "read_rates"),
    "settlement": ("Register", "read_register", "register_beside"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Activity",
    "Adjustment",
    "Alias",
    "Aliases",
    "Alternative",
    "Appointment",
    "BadCell",
    "Basis",
    "Block",
    "BookingMap",
    "Bookings",
    "Budget",
    "BudgetCheck",
    "CaseReport",
    "CellError",
    "Center",
    "CenterCheck",
    "CenterEvaluation",
    "CenterExperience",
    "Choice",
    "Clause",
    "Differences",
    "DroppedRow",
    "Envelope",
    "Evaluation",
    "Evidence",
    "ExperienceFacts",
    "ExperienceFinding",
    "Fault",
    "Finding",
    "Fund",
    "Identities",
    "InputError",
    "InputFile",
    "Institution",
    "Intake",
    "ItemTax",
    "Line",
    "LintFault",
    "MissingExtraError",
    "MissingRateError",
    "NoClauseError",
    "Notice",
    "PassedOver",
    "PayLine",
    "PayRate",
    "PayRun",
    "Payment",
    "Period",
    "Provenance",
    "Rate",
    "Rates",
    "Reading",
    "ReadingError",
    "Refused",
    "Register",
    "Regulation",
    "Repair",
    "RuleFileError",
    "Section",
    "Snapshot",
    "Tariff",
    "Teacher",
    "TeacherEvaluation",
    "TeacherExperience",
    "TeacherLedger",
    "TeacherPay",
    "Text",
    "TitleHeld",
    "Training",
    "Use",
    "Verification",
    "Window",
    "Withholding",
    "WithholdingClause",
    "WithholdingTable",
    "WorkloadError",
    "YearOfWork",
    "YearlyQuota",
    "aliases_of",
    "alternative_text",
    "area_required",
    "blank",
    "booked",
    "carried_over",
    "certificate_docx",
    "check_budget",
    "check_center",
    "check_code",
    "check_grid",
    "cited",
    "close_year",
    "column_parsers",
    "differences",
    "digest_of_records",
    "digest_of_rules",
    "elapsed",
    "error_cell",
    "evaluate",
    "evaluate_experience",
    "evaluate_institution",
    "evaluate_teacher",
    "evidence_of_records",
    "evidence_of_snapshot",
    "experience_facts",
    "experience_of_years",
    "explain_experience",
    "explain_teacher",
    "formula_text",
    "funding_required",
    "gross_up",
    "identity_fault",
    "identity_gaps",
    "import_bookings",
    "ledger_grid",
    "line_text",
    "lint_pay_sheet",
    "load_fund",
    "load_regulation",
    "load_withholding",
    "measured",
    "moment",
    "month_of",
    "needed_grid",
    "pay",
    "provenance_of",
    "read_booking_map",
    "read_budget",
    "read_center",
    "read_certificate",
    "read_identities",
    "read_rates",
    "read_register",
    "read_snapshot",
    "read_tables",
    "recognized_experience",
    "register_beside",
    "rounded",
    "rules_grid",
    "scaled_to_budget",
    "split_amount",
    "staff_required",
    "statement",
    "statement_docx",
    "statement_html",
    "summary_grid",
    "tariff_of_duty",
    "tariff_of_events",
    "taxes_withheld",
    "training_hours",
    "verify_certificate",
    "verify_code",
    "whole_ledger",
    "window_text",
    "windows_grid",
    "withhold",
    "withhold_in_month",
    "withholding_steps",
    "word",
    "write_checked",
    "write_evaluation_workbook",
    "write_pay_sheet",
    "write_statement",
    "write_template",
    "year_text",
    "yearly_quota",
    "yuan_from_upper",
    "yuan_upper",
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
