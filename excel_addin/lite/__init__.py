"""The functions in xlwings Lite, Python inside Excel with nothing to install: what a user puts there, made ready.

:func:`write_folder` writes all that can be dragged or pasted into xlwings Lite, with a page that says how;
:func:`write_workbook` puts the code into a copy of a workbook, which then carries the functions with it.
"""

from excel_addin.lite.folder import write_folder
from excel_addin.lite.workbook import code_in, write_workbook

__all__ = ["code_in", "write_folder", "write_workbook"]
