"""The workbench's pages and what they send."""
