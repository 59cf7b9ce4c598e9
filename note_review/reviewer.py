"""The conductor: note -> reading -> encounter -> checks -> findings -> risk -> review."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from note_review.checks import ALL_CHECKS
from note_review.drafts import with_pending
from note_review.encounter import Encounter
from note_review.engines.cascade import Cascade
from note_review.engines.fitted import Fitted
from note_review.engines.loading import load_fitted
from note_review.findings import Finding
from note_review.note import Note
from note_review.policy import Policy, load_fees, load_policy, payer_names, refuse_unknown
from note_review.present import present
from note_review.reading.assemble import assemble
from note_review.reading.page import read_page
from note_review.review import Review
from note_review.settings import Settings
from note_review.version import version_of

BATCH = 16


class Reviewer:
    """Reviews notes with one engine and one payer's policy.

    Parameters
    ----------
    settings
        Engine, payer and policy date.
    fitted
        An engine with what was fitted for it, instead of the shipped one that the settings name.

    Raises
    ------
    ModelError, PolicyError
        A model or policy file cannot be loaded.
    """

    def __init__(self, settings: Settings = Settings(), *, fitted: Fitted | Cascade | None = None) -> None:
        self.settings = settings
        self._fitted = fitted or load_fitted(settings.engine)
        self._shipped = frozenset(payer_names())
        self._fees = load_fees(settings.fees) if settings.fees else ()
        self._load = lru_cache(maxsize=512)(self._load_policy)
        self._load(settings.payer, settings.date)

    @property
    def version(self) -> str:
        """Engine, what was fitted for it, source and policy in one word: the same word means the same bytes out."""
        return version_of(self._fitted, self.policy, asked=self.settings.engine)

    @property
    def policy(self) -> Policy:
        """The policy that judges notes without a date of service."""
        return self._load(self.settings.payer, self.settings.date)

    def policy_for(self, payer: str | None) -> Policy:
        """Return the policy that judges a payer's notes without a date of service; of no payer, the settings' own.

        Raises
        ------
        SettingsError
            There is no such payer.
        """
        if payer is None or payer == self.policy.payer:
            return self.policy
        refuse_unknown(payer, own=self.policy.payer)
        return self._load(payer, self.settings.date)

    def review(self, note: Note) -> Review:
        """Review one note."""
        return next(self.pipe([note]))

    def pipe(self, notes: Iterable[Note]) -> Iterator[Review]:
        """Review notes in order, several at a time."""
        waiting = iter(notes)
        while batch := list(islice(waiting, BATCH)):
            for encounter, fitted in self._read(batch):
                yield self._judge(encounter, fitted)

    def read(self, notes: Sequence[Note]) -> list[Encounter]:
        """Read notes without judging them."""
        return [encounter for encounter, _ in self._read(notes)]

    def _read(self, notes: Sequence[Note]) -> Iterator[tuple[Encounter, Fitted]]:
        pages = [read_page(note) for note in notes]
        for page, (readings, fitted) in zip(pages, self._fitted.read(pages), strict=True):
            yield assemble(page, readings, fitted.calibration), fitted

    def findings(self, encounter: Encounter) -> tuple[list[Finding], Policy]:
        """Run every check on what was read, by the policy of the note's payer in force on the date of service.

        A payer that the note names and that does not ship is judged by the settings' payer.
        """
        payer = encounter.note.payer if encounter.note.payer in self._shipped else self.settings.payer
        policy = self._load(payer, encounter.date_of_service or self.settings.date)
        findings = (finding for check in ALL_CHECKS for finding in check(encounter, policy))
        return with_pending(findings, encounter.note), policy

    def _judge(self, encounter: Encounter, fitted: Fitted) -> Review:
        findings, policy = self.findings(encounter)
        return present(encounter, findings, model=fitted.risk, policy=policy, engine=fitted.engine, asked=self.settings.engine)

    def _load_policy(self, payer: str | None, date: datetime.date | None) -> Policy:
        return load_policy(payer=payer, date=date, edits=self.settings.edits, fees=self._fees)
