"""The documentation as one page made from the OpenAPI description: no script, nothing fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
code,pre{font:14px/1.45 ui-monospace,monospace}
pre{background:#f3f4f6;border:1px solid #d5d8dd;padding:.75rem;overflow:auto;max-height:24rem}
section{border-top:2px solid #d5d8dd;margin-top:2rem}
table{border-collapse:collapse;margin:.75rem 0;width:100%}
caption{text-align:left;font-weight:600}
th,td{border:1px solid #d5d8dd;padding:.3rem .5rem;text-align:left;vertical-align:top}
a{color:#0b4f9e}
:focus-visible{outline:3px solid #0b4f9e}
"""
_CODE = re.compile(r"``(.+?)``")
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_page(api: Mapping[str, Any]) -> str:
    """Return the page of an OpenAPI description."""
    environment = Environment(loader=PackageLoader("note_review.server"), autoescape=True, trim_blocks=True)
    environment.filters["coded"] = _coded
    routes = [
        {"method": method.upper(), "path": path, "operation": operation, "anchor": operation["operationId"]}
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
    ]
    return environment.get_template("docs.html").render(api=api, routes=routes, style=STYLE, shown=_shown)


def _coded(words: str) -> Markup:
    """Return a description as HTML: what stands between double backquotes is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(words))))


def _shown(value: Any) -> str:
    return value.rstrip() if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
