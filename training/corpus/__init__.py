"""The corpus tool: ``python -m training.corpus check|twins|stats|agreement|export``."""
