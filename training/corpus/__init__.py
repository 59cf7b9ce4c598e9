"""The corpus tool: ``python -m training.corpus check|stats|agreement|disagreements|freeze|strip|export``."""
