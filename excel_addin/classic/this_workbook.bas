Option Explicit

Private Sub Workbook_Open()
    WorkloadDescribe
End Sub
