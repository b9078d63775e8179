"""What a comparison of a rule means: its texts become typed values, its operators conditions over a column."""
