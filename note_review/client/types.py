"""What the server answers beside reviews."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel


class JobStatus(BaseModel):
    """How a job stands; its reviews are kept until ``expires``."""

    id: str
    state: Literal["waiting", "running", "done"]
    notes: int
    reviewed: int
    failed: int
    created: datetime.datetime
    ended: datetime.datetime | None
    expires: datetime.datetime | None
