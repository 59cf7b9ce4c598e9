"""A drawing: rectangles, lines and words put at places, every word escaped, every drawing with a sentence for who cannot see it."""

from __future__ import annotations

import math

from markupsafe import Markup, escape

INK, SOFT, LINE, PAPER = "#1f2933", "#5f6c7b", "#cfd8e0", "#ffffff"
HIGH, MODERATE, LOW = "#a3262a", "#e8a33d", "#9fb8cc"
BLUE, GREEN, GREY = "#2f5d8a", "#3f7d5a", "#b8c2cc"
LEVELS = {"high": HIGH, "moderate": MODERATE, "low": LOW}
FONT = "Inter, 'Segoe UI', 'DejaVu Sans', sans-serif"


class Drawing:
    """An inline SVG under way; coordinates are in pixels of its own width and height."""

    def __init__(self, width: float, height: float, said: str) -> None:
        self._parts = [
            f'<svg role="img" aria-label="{escape(said)}" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" '
            f'height="{_n(height)}" xmlns="http://www.w3.org/2000/svg" font-family="{FONT}">'
        ]

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, title: str = "", radius: float = 0) -> None:
        """Draw a filled rectangle; ``title`` shows where a pointer rests on it."""
        inside = f"<title>{escape(title)}</title>" if title else ""
        round_ = f' rx="{_n(radius)}"' if radius else ""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(0, width))}" height="{_n(max(0, height))}" fill="{fill}"{round_}>{inside}</rect>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE, *, width: float = 1, dashed: bool = False
    ) -> None:
        """Draw a line."""
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}" stroke-width="{_n(width)}"{dash}/>'
        )

    def path(
        self, points: list[tuple[float, float]], colour: str, *, fill: str = "none", dashed: bool = False, width: float = 1.5
    ) -> None:
        """Draw a line through points, or the area that they enclose."""
        way = " ".join(f"{'M' if i == 0 else 'L'}{_n(x)} {_n(y)}" for i, (x, y) in enumerate(points))
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self._parts.append(f'<path d="{way}" fill="{fill}" stroke="{colour}" stroke-width="{_n(width)}"{dash}/>')

    def dot(self, x: float, y: float, radius: float, fill: str, *, title: str = "") -> None:
        """Draw a dot with a thin rim of paper, so that dots that touch stay apart."""
        inside = f"<title>{escape(title)}</title>" if title else ""
        self._parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{PAPER}" stroke-width="1">{inside}</circle>'
        )

    def text(
        self, x: float, y: float, words: object, *, size: float = 12, anchor: str = "start", colour: str = INK, bold: bool = False
    ) -> None:
        """Write words; ``anchor`` is start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(str(words))}</text>'
        )

    def done(self) -> Markup:
        """Return the drawing."""
        return Markup("".join(self._parts) + "</svg>")


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def clip(words: str, length: int) -> str:
    """Return words cut to a length, with an ellipsis where they were longer."""
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def mixed(share: float, low: tuple[int, int, int] = (238, 243, 247), high: tuple[int, int, int] = (47, 93, 138)) -> str:
    """Return a colour between two, for a share from 0 to 1."""
    share = max(0.0, min(1.0, share))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(low, high, strict=True))


def ticks(most: float, *, wanted: int = 5) -> list[float]:
    """Return round numbers from 0 to the first at or above ``most``, about ``wanted`` of them, for an axis."""
    if most <= 0:
        return [0.0, 1.0]
    magnitude = 10.0 ** math.floor(math.log10(most / wanted))
    step = next(magnitude * times for times in (1, 2, 2.5, 5, 10, 20) if magnitude * times * wanted >= most)
    return [step * number for number in range(math.ceil(most / step - 1e-9) + 1)]
