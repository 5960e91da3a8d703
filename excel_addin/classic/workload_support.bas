Attribute VB_Name = "WorkloadSupport"
' What every function and every button of the add-in stands on. Written by hand; the functions are generated beside it.
'
' No function shows a text where a result belongs: what goes wrong becomes the error value #VALUE!, and the reason is
' kept for WL_WHY. All words stand in the sheet of the add-in, never here: this text must mean the same under every
' code page.
Option Explicit
Option Private Module

Private Const ADDIN_MODULE As String = "excel_addin.addin"
Private Const BUTTONS_MODULE As String = "excel_addin.classic.buttons"
Private Const ERROR_MARK As String = "#VALUE! "
Private Const NO_SUCH_FILE As Long = 53
Private Const PLAIN_REASON As Long = vbObjectError + 4096
Private Const WORDS_RANGE As String = "D1:F{rows}"
Private Const MOST_KEPT As Long = 2000
Private Const MOST_LOOKED_AT As Long = 10000
Private Const QUIET_SECONDS As Long = 20

Private wordsTable As Variant
Private wordsColumn As Long

' Excel asks the Python process through this object. Fetching it reads the configuration, so it is fetched once.
Private server As Object

' Starting Python takes seconds. Where that failed, a sheet full of functions does not try again for each cell.
Private quietUntil As Date
Private quietReason As String

' The reasons, a ring: the oldest gives way. One cell may call several functions.
Private keptPlace(0 To MOST_KEPT - 1) As String
Private keptCall(0 To MOST_KEPT - 1) As String
Private keptFormula(0 To MOST_KEPT - 1) As String
Private keptReason(0 To MOST_KEPT - 1) As String
Private keptNext As Long
Private keptCount As Long

' ---------------------------------------------------------------- a function is called

' The result of a function, or the error value. The arguments are handed on unread: ranges as ranges.
Public Function WorkloadAnswer(ByVal functionName As String, arguments As Variant) As Variant
    Dim result As Variant
    Dim reason As String
    On Error GoTo failed
    reason = RefusedRange(arguments)
    If reason = "" Then
        result = FromPython(functionName, arguments)
        reason = ReasonIn(result)
    End If
    If reason = "" Then
        If keptCount > 0 Then Forget functionName, arguments
        WorkloadAnswer = result
        Exit Function
    End If
finish:
    On Error Resume Next
    Keep functionName, arguments, reason
    WorkloadAnswer = CVErr(xlErrValue)
    Exit Function
failed:
    reason = ReasonFor(Err.Number, Err.Description)
    Resume finish
End Function

' A range of several areas hands over its first one alone, which would lose cells unseen; a huge one takes minutes.
Private Function RefusedRange(arguments As Variant) As String
    Dim place As Long
    Dim cells As Double
    Dim most As Double
    For place = LBound(arguments) To UBound(arguments)
        If TypeName(arguments(place)) = "Range" Then
            If arguments(place).Areas.Count > 1 Then
                RefusedRange = Words("several_areas")
                Exit Function
            End If
            cells = cells + arguments(place).CountLarge
        End If
    Next place
    If cells < 100000 Then Exit Function
    most = CDbl(Words("most_cells"))
    If cells > most Then
        RefusedRange = Replace(Replace(Words("too_large"), "{0}", Grouped(cells)), "{1}", Grouped(most))
    End If
End Function

Private Function Grouped(ByVal number As Double) As String
    Dim digits As String
    digits = Format$(number, "0")
    Do While Len(digits) > 3
        Grouped = "," & Right$(digits, 3) & Grouped
        digits = Left$(digits, Len(digits) - 3)
    Loop
    Grouped = digits & Grouped
End Function

Private Function FromPython(ByVal functionName As String, arguments As Variant) As Variant
    Dim again As Boolean
    Dim errorNumber As Long
    Dim description As String
    again = Not server Is Nothing
    EnsureServer
    On Error GoTo failed
    FromPython = server.CallUDF(ADDIN_MODULE, (functionName), (arguments))
    Exit Function
failed:
    errorNumber = Err.Number
    description = Err.Description
    If again And HasEnded(errorNumber) Then Resume startAnew
    Err.Raise errorNumber, , description
startAnew:
    On Error GoTo 0
    Restart
    FromPython = server.CallUDF(ADDIN_MODULE, (functionName), (arguments))
End Function

' Python as xlwings starts it and finds it again.
Private Sub EnsureServer()
    Dim interpreter As String
    If Not server Is Nothing Then Exit Sub
    If Now < quietUntil Then Err.Raise PLAIN_REASON, , quietReason
    On Error GoTo failed
    interpreter = GetConfig("INTERPRETER_WIN", "")
    If interpreter = "" Then Err.Raise PLAIN_REASON, , Words("not_installed")
    If Not FileExists(interpreter) Then Err.Raise PLAIN_REASON, , Replace(Words("no_interpreter"), "{0}", interpreter)
    SearchCurrentFolder False
    Set server = XLPy()
    SearchCurrentFolder True
    Exit Sub
failed:
    quietReason = ReasonFor(Err.Number, Err.Description)
    quietUntil = Now + TimeSerial(0, 0, QUIET_SECONDS)
    SearchCurrentFolder True
    Err.Raise PLAIN_REASON, , quietReason
End Sub

' Python has ended: let xlwings forget it, and start another.
Private Sub Restart()
    On Error Resume Next
    Set server = Nothing
    KillPy
    Restarts = Restarts + 1
    On Error GoTo 0
    EnsureServer
End Sub

' Python would import what lies in the folder from which a workbook was opened; it is told not to, while it starts.
Private Sub SearchCurrentFolder(ByVal allowed As Boolean)
    On Error Resume Next
    With CreateObject("WScript.Shell").Environment("PROCESS")
        If allowed Then
            .Remove "PYTHONSAFEPATH"
        Else
            .Item("PYTHONSAFEPATH") = "1"
        End If
    End With
End Sub

' Whether the Python process is gone, or no longer answers to this object: one may be started anew.
Private Function HasEnded(ByVal errorNumber As Long) As Boolean
    Select Case errorNumber
        Case 462, -2147023174, -2147023170, -2147023179, -2147417848, -2147418105, -2147418094, -2147023169
            HasEnded = True
    End Select
End Function

Private Function ReasonIn(result As Variant) As String
    Dim told As Variant
    If IsArray(result) Then
        On Error Resume Next
        If UBound(result, 1) > LBound(result, 1) Then Exit Function
        If UBound(result, 2) > LBound(result, 2) Then Exit Function
        told = result(LBound(result, 1), LBound(result, 2))
        If Err.Number <> 0 Then Exit Function
        On Error GoTo 0
    Else
        told = result
    End If
    If VarType(told) <> vbString Then Exit Function
    If Left$(told, Len(ERROR_MARK)) = ERROR_MARK Then ReasonIn = Mid$(told, Len(ERROR_MARK) + 1)
End Function

' What a failure means for the user; what a programmer would read of it is never shown.
Private Function ReasonFor(ByVal errorNumber As Long, ByVal description As String) As String
    Dim told As String
    Dim ends As Long
    If errorNumber = PLAIN_REASON Then
        ReasonFor = description
        Exit Function
    End If
    If InStr(description, "WorkloadError: ") > 0 Then
        told = Mid$(description, InStrRev(description, "WorkloadError: ") + Len("WorkloadError: "))
        ends = InStr(told, vbLf)
        If ends > 0 Then told = Left$(told, ends - 1)
        ReasonFor = Trim$(Replace(told, vbCr, ""))
    ElseIf errorNumber = NO_SUCH_FILE Or InStr(description, "Could not load xlwings") > 0 Then
        ReasonFor = Words("no_dll")
    ElseIf InStr(description, "No module named") > 0 Then
        ReasonFor = Words("no_module")
    ElseIf InStr(description, "Could not activate") > 0 Or InStr(description, "Could not create") > 0 Then
        ReasonFor = Words("no_start")
    Else
        ReasonFor = Replace(Words("failed"), "{0}", CStr(errorNumber))
    End If
End Function

' ---------------------------------------------------------------- the reasons

' The cell that asks; of an array formula its first one. Nothing where it is a program that asks.
Private Function AskingCell() As Object
    Set AskingCell = Nothing
    If TypeName(Application.Caller) = "Range" Then Set AskingCell = Application.Caller.Cells(1, 1)
End Function

Private Function PlaceOf(ByVal cell As Object) As String
    PlaceOf = cell.Address(True, True, xlA1, True)
End Function

' One call told from another of the same formula: where a function stands in it once, by its name, else by what it was
' given.
Private Function CallOf(ByVal functionName As String, arguments As Variant, ByVal formula As String) As String
    Dim place As Long
    Dim first As Long
    CallOf = functionName
    first = InStr(1, formula, functionName & "(", vbTextCompare)
    If InStr(first + 1, formula, functionName & "(", vbTextCompare) = 0 Then Exit Function
    For place = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(place)) Then
            CallOf = CallOf & "|" & PlaceOf(arguments(place))
        ElseIf IsError(arguments(place)) Or IsArray(arguments(place)) Then
            CallOf = CallOf & "|" & TypeName(arguments(place))
        Else
            CallOf = CallOf & "|" & Left$(CStr(arguments(place)), 200)
        End If
    Next place
End Function

Private Sub Keep(ByVal functionName As String, arguments As Variant, ByVal reason As String)
    Dim cell As Object
    Dim index As Long
    Dim place As String
    Dim formula As String
    Dim calledWith As String
    Set cell = AskingCell()
    If cell Is Nothing Then Exit Sub
    place = PlaceOf(cell)
    formula = cell.Formula
    calledWith = CallOf(functionName, arguments, formula)
    index = Found(place, calledWith)
    If index < 0 Then
        index = keptNext
        keptNext = (keptNext + 1) Mod MOST_KEPT
        If keptCount < MOST_KEPT Then keptCount = keptCount + 1
    End If
    keptPlace(index) = place
    keptCall(index) = calledWith
    keptFormula(index) = formula
    keptReason(index) = reason
End Sub

Private Sub Forget(ByVal functionName As String, arguments As Variant)
    Dim cell As Object
    Dim index As Long
    On Error Resume Next
    Set cell = AskingCell()
    If cell Is Nothing Then Exit Sub
    If Not IsKept(PlaceOf(cell)) Then Exit Sub
    index = Found(PlaceOf(cell), CallOf(functionName, arguments, cell.Formula))
    If index < 0 Then Exit Sub
    keptPlace(index) = ""
    keptCall(index) = ""
    keptFormula(index) = ""
    keptReason(index) = ""
End Sub

Private Function IsKept(ByVal place As String) As Boolean
    Dim index As Long
    For index = 0 To keptCount - 1
        If keptPlace(index) = place Then
            IsKept = True
            Exit Function
        End If
    Next index
End Function

Private Function Found(ByVal place As String, ByVal calledWith As String) As Long
    Found = -1
    Dim index As Long
    For index = 0 To keptCount - 1
        If keptPlace(index) = place Then
            If keptCall(index) = calledWith Then
                Found = index
                Exit Function
            End If
        End If
    Next index
End Function

' The reasons kept for a cell, as long as its formula is the one that failed.
Private Function ReasonAt(ByVal cell As Object) As String
    Dim index As Long
    Dim place As String
    Dim formula As String
    place = PlaceOf(cell)
    formula = cell.Formula
    For index = 0 To keptCount - 1
        If keptPlace(index) = place Then
            If keptFormula(index) = formula And InStr(ReasonAt, keptReason(index)) = 0 Then
                If ReasonAt <> "" Then ReasonAt = ReasonAt & vbLf
                ReasonAt = ReasonAt & keptReason(index)
            End If
        End If
    Next index
End Function

' Why a cell shows an error; of a range, its first one with a reason. A call inside WL_WHY itself is asked for too.
Public Function WorkloadWhy(asked As Variant) As Variant
    Dim cell As Object
    Dim first As Object
    Dim looked As Long
    On Error GoTo failed
    WorkloadWhy = ""
    If TypeName(asked) = "Range" Then
        For Each cell In asked.Cells
            looked = looked + 1
            If looked > MOST_LOOKED_AT Then Exit Function
            If IsError(cell.Value) Then
                Set first = cell
                If cell.HasArray Then Set first = cell.CurrentArray.Cells(1, 1)
                WorkloadWhy = ReasonAt(first)
                If WorkloadWhy <> "" Then Exit Function
            End If
        Next cell
    ElseIf IsError(asked) Then
        Set cell = AskingCell()
        If Not cell Is Nothing Then WorkloadWhy = ReasonAt(cell)
    End If
    Exit Function
failed:
    WorkloadWhy = ""
End Function

' ---------------------------------------------------------------- words

' The words of the add-in's own sheet and the column of the language that the installation chose, read once.
Private Sub ReadWords()
    wordsTable = ThisWorkbook.Worksheets(1).Range(WORDS_RANGE).Value
    wordsColumn = 2
    If LCase$(GetConfig("LANG", "zh")) = "en" Then wordsColumn = 3
End Sub

Private Function Words(ByVal key As String) As String
    Dim row As Long
    If IsEmpty(wordsTable) Then ReadWords
    For row = LBound(wordsTable, 1) To UBound(wordsTable, 1)
        If wordsTable(row, 1) = key Then
            Words = wordsTable(row, wordsColumn)
            Exit Function
        End If
    Next row
End Function

' Descriptions for the function wizard. False where Excel is not ready for them yet.
Public Function WorkloadDescribed() As Boolean
    Dim row As Long
    On Error GoTo failed
    ReadWords
    For row = LBound(wordsTable, 1) To UBound(wordsTable, 1)
        If Left$(wordsTable(row, 1), 3) = "WL_" And InStr(wordsTable(row, 1), "/") = 0 Then Describe row
    Next row
    ThisWorkbook.Saved = True
    WorkloadDescribed = True
failed:
End Function

' A function stands in one row, its arguments in the next ones.
Private Sub Describe(ByVal row As Long)
    Dim functionName As String
    Dim helps() As String
    Dim many As Long
    Dim place As Long
    Dim macroName As String
    functionName = wordsTable(row, 1)
    macroName = "'" & ThisWorkbook.Name & "'!" & functionName
    Do While wordsTable(row + many + 1, 1) = functionName & "/" & (many + 1)
        many = many + 1
    Loop
    If many = 0 Then
        Application.MacroOptions Macro:=macroName, Description:=wordsTable(row, wordsColumn), _
            Category:=Words("category")
        Exit Sub
    End If
    ReDim helps(1 To many)
    For place = 1 To many
        helps(place) = wordsTable(row + place, wordsColumn)
    Next place
    Application.MacroOptions Macro:=macroName, Description:=wordsTable(row, wordsColumn), _
        Category:=Words("category"), ArgumentDescriptions:=helps
End Sub

' ---------------------------------------------------------------- the buttons

' Let Python do what a button asks, and show what it says; or the reason why it cannot.
Public Sub WorkloadPress(ByVal buttonName As String)
    Dim told As String
    Dim facts As Object
    On Error GoTo failed
    quietUntil = 0
    If Not Answers() Then Restart
    Set facts = server.Tuple(Application.Version, OfficeBits(), ThisWorkbook.FullName)
    told = server.Str(server.Call(server.Module(BUTTONS_MODULE), (buttonName), facts))
finish:
    On Error Resume Next
    If told = "" Then Exit Sub
    CreateObject("WScript.Shell").Popup told, 0, Words("title"), 64
    If Err.Number <> 0 Then MsgBox told, vbInformation
    Exit Sub
failed:
    told = ReasonFor(Err.Number, Err.Description)
    Resume finish
End Sub

Private Function Answers() As Boolean
    On Error GoTo failed
    EnsureServer
    server.Str ""
    Answers = True
failed:
End Function

Private Function OfficeBits() As String
    OfficeBits = "32"
    #If Win64 Then
        OfficeBits = "64"
    #End If
End Function
