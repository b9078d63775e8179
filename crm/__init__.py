"""The site: schema editor, records, rules, worksheets, people and jobs."""
