"""Files and rows: what a worksheet is written in, read and written."""
