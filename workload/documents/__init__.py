"""Documents show: tables for a terminal, CSV, Markdown, xlsx, and JSON. They compute nothing."""
