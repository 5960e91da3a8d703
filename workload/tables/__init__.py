"""Tables in, records out: sheets and CSV files, their headers, their cells, and all of their faults at once."""
