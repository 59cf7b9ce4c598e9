"""Audit samples: drawn so that anybody can draw them again, and what a sample says of the whole."""
