"""The months as dates write them."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_REST = ("uary", "ruary", "ch", "il", "", "e", "y", "ust", "t(?:ember)?|tember", "ober", "ember", "ember")
# No other word that begins alike: `3 marches`, `2 decreased`.
MONTH = rf"(?:{'|'.join(rf'{month}(?:{rest})?' for month, rest in zip(MONTHS, _REST, strict=True))})(?![a-z])\.?"
