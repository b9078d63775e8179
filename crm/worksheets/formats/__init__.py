"""Files and rows: the formats of worksheets, reading and writing."""
