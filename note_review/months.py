"""The months as dates write them."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A misspelt month ends as it should (`Febuary`, `Septmber`); other words that begin alike do not: `3 marches`, `2 decreased`.
_REST = (
    "[a-z]*y",
    "[a-z]*y",
    "ch|hc",
    "[il]{1,3}",
    "",
    "e",
    "l?[yi]",
    "[a-z]{0,2}st",
    "t|t?e?m[a-z]*|[a-z]*b[a-z]*r",
    *3 * ("e?m[a-z]*|[a-z]*b[a-z]*r",),
)
MONTH = rf"(?:{'|'.join(rf'{month}(?:{rest})?' for month, rest in zip(MONTHS, _REST, strict=True))})(?![a-z])\.?"
