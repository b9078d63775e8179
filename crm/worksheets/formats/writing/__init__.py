"""The formats that worksheets are written in, by the ending of the file's name."""

from crm.worksheets.formats.writing.base import Format, write_whole
from crm.worksheets.formats.writing.csv import Csv
from crm.worksheets.formats.writing.ods import Ods
from crm.worksheets.formats.writing.xls import Xls
from crm.worksheets.formats.writing.xlsx import Xlsx

__all__ = ["FORMATS", "Csv", "Format", "write_whole"]

FORMATS: dict[str, Format] = {form.name: form for form in (Csv(), Xlsx(), Xls(), Ods())}
