"""The HTTP door: the same calls over HTTP, no judging of its own. Importing it loads no web framework."""
