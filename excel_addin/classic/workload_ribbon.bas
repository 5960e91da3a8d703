Attribute VB_Name = "WorkloadRibbon"
' What the ribbon and the clock call by name.
Option Explicit

Private tries As Long

Public Sub SelfCheck(control As IRibbonControl)
    WorkloadPress "self_check"
End Sub

Public Sub OpenSamples(control As IRibbonControl)
    WorkloadPress "open_samples"
End Sub

Public Sub OpenHelp(control As IRibbonControl)
    WorkloadPress "open_help"
End Sub

' Excel may refuse the descriptions while it is still starting; then they are offered again, a few times.
Public Sub WorkloadDescribe()
    If WorkloadDescribed() Then Exit Sub
    tries = tries + 1
    If tries > 5 Then Exit Sub
    Application.OnTime Now + TimeSerial(0, 0, 2), "'" & ThisWorkbook.Name & "'!WorkloadRibbon.WorkloadDescribe"
End Sub
