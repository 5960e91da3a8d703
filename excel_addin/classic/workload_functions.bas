Attribute VB_Name = "WorkloadFunctions"
' Generated from excel_addin/registry.py by "python -m excel_addin.classic.xlam"; changes made here are lost.
Option Explicit

Public Function WL_MINUTES(Optional start_time As Variant, Optional end_time As Variant) As Variant
    WL_MINUTES = WorkloadAnswer("WL_MINUTES", Array(start_time, end_time))
End Function

Public Function WL_CLASS_HOURS(Optional minutes As Variant, Optional partial_unit As Variant) As Variant
    WL_CLASS_HOURS = WorkloadAnswer("WL_CLASS_HOURS", Array(minutes, partial_unit))
End Function

Public Function WL_POINTS(Optional title As Variant, Optional events As Variant) As Variant
    WL_POINTS = WorkloadAnswer("WL_POINTS", Array(title, events))
End Function

Public Function WL_SHORTFALL(Optional account As Variant, Optional class_hours As Variant) As Variant
    WL_SHORTFALL = WorkloadAnswer("WL_SHORTFALL", Array(account, class_hours))
End Function

Public Function WL_QUOTA_MET(Optional counseling As Variant, Optional teaching As Variant) As Variant
    WL_QUOTA_MET = WorkloadAnswer("WL_QUOTA_MET", Array(counseling, teaching))
End Function

Public Function WL_EXPERIENCE_YEARS(Optional years As Variant, Optional counseling As Variant, Optional teaching As Variant, Optional evaluations As Variant) As Variant
    WL_EXPERIENCE_YEARS = WorkloadAnswer("WL_EXPERIENCE_YEARS", Array(years, counseling, teaching, evaluations))
End Function

Public Function WL_EXPERIENCE_WINDOWS(Optional years As Variant, Optional counseling As Variant, Optional teaching As Variant, Optional evaluations As Variant) As Variant
    WL_EXPERIENCE_WINDOWS = WorkloadAnswer("WL_EXPERIENCE_WINDOWS", Array(years, counseling, teaching, evaluations))
End Function

Public Function WL_EXPERIENCE_NEEDED(Optional years As Variant, Optional counseling As Variant, Optional teaching As Variant, Optional evaluations As Variant, Optional as_of As Variant) As Variant
    WL_EXPERIENCE_NEEDED = WorkloadAnswer("WL_EXPERIENCE_NEEDED", Array(years, counseling, teaching, evaluations, as_of))
End Function

Public Function WL_LEDGER(Optional activities As Variant, Optional teachers As Variant, Optional titles As Variant, Optional appointments As Variant) As Variant
    WL_LEDGER = WorkloadAnswer("WL_LEDGER", Array(activities, teachers, titles, appointments))
End Function

Public Function WL_SUMMARY(Optional activities As Variant, Optional teachers As Variant, Optional titles As Variant, Optional year As Variant, Optional appointments As Variant) As Variant
    WL_SUMMARY = WorkloadAnswer("WL_SUMMARY", Array(activities, teachers, titles, year, appointments))
End Function

Public Function WL_CHECK(Optional activities As Variant, Optional teachers As Variant, Optional titles As Variant, Optional appointments As Variant) As Variant
    WL_CHECK = WorkloadAnswer("WL_CHECK", Array(activities, teachers, titles, appointments))
End Function

Public Function WL_TRAINING_SHORTFALL(Optional employment As Variant, Optional hours As Variant) As Variant
    WL_TRAINING_SHORTFALL = WorkloadAnswer("WL_TRAINING_SHORTFALL", Array(employment, hours))
End Function

Public Function WL_STAFF_REQUIRED(Optional students As Variant, Optional employment As Variant) As Variant
    WL_STAFF_REQUIRED = WorkloadAnswer("WL_STAFF_REQUIRED", Array(students, employment))
End Function

Public Function WL_FUNDING_REQUIRED(Optional students As Variant) As Variant
    WL_FUNDING_REQUIRED = WorkloadAnswer("WL_FUNDING_REQUIRED", Array(students))
End Function

Public Function WL_AREA_REQUIRED(Optional students As Variant) As Variant
    WL_AREA_REQUIRED = WorkloadAnswer("WL_AREA_REQUIRED", Array(students))
End Function

Public Function WL_WITHHOLDING(Optional gross As Variant, Optional paid_this_month As Variant) As Variant
    WL_WITHHOLDING = WorkloadAnswer("WL_WITHHOLDING", Array(gross, paid_this_month))
End Function

Public Function WL_NET(Optional gross As Variant, Optional paid_this_month As Variant) As Variant
    WL_NET = WorkloadAnswer("WL_NET", Array(gross, paid_this_month))
End Function

Public Function WL_GROSS_UP(Optional net As Variant) As Variant
    WL_GROSS_UP = WorkloadAnswer("WL_GROSS_UP", Array(net))
End Function

Public Function WL_PAY(Optional class_hours As Variant, Optional rate As Variant) As Variant
    WL_PAY = WorkloadAnswer("WL_PAY", Array(class_hours, rate))
End Function

Public Function WL_YUAN_UPPER(Optional amount As Variant) As Variant
    WL_YUAN_UPPER = WorkloadAnswer("WL_YUAN_UPPER", Array(amount))
End Function

Public Function WL_RULE(Optional rule_name As Variant, Optional on_date As Variant) As Variant
    WL_RULE = WorkloadAnswer("WL_RULE", Array(rule_name, on_date))
End Function

Public Function WL_RULES(Optional on_date As Variant) As Variant
    WL_RULES = WorkloadAnswer("WL_RULES", Array(on_date))
End Function

Public Function WL_EXPLAIN(Optional function_name As Variant, Optional argument1 As Variant, Optional argument2 As Variant, Optional argument3 As Variant, Optional argument4 As Variant, Optional argument5 As Variant, Optional argument6 As Variant) As Variant
    WL_EXPLAIN = WorkloadAnswer("WL_EXPLAIN", Array(function_name, argument1, argument2, argument3, argument4, argument5, argument6))
End Function

Public Function WL_WHY(Optional cell As Variant) As Variant
    WL_WHY = WorkloadWhy(cell)
End Function
