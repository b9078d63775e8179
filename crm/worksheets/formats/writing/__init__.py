"""The formats that worksheets are written in, by the ending of the file's name."""

from crm.worksheets.formats.writing.base import WriteFormat, write_whole
from crm.worksheets.formats.writing.csv import CsvFormat
from crm.worksheets.formats.writing.ods import OdsFormat
from crm.worksheets.formats.writing.xls import XlsFormat
from crm.worksheets.formats.writing.xlsx import XlsxFormat

__all__ = ["FORMATS", "CsvFormat", "WriteFormat", "write_whole"]

FORMATS: dict[str, WriteFormat] = {form.name: form for form in (CsvFormat(), XlsxFormat(), XlsFormat(), OdsFormat())}
