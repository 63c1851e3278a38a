"""The doctor's answer: a `Diagnosis` with its `Finding`s, as text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..functions import Array
from ..network import Network
from ..recipe import Recipe
from ..recognise import Reading


@dataclass(frozen=True)
class Finding:
    """One mistake that was found.

    mistake: its slug. params: the parameters whose gradient it spoils. layer: where, or None for the whole network.
    exact: the mistake reproduces the learner's numbers to rounding. explanation, remedy: in words. taught_in: where.
    """

    mistake: str
    params: tuple[str, ...]
    layer: int | None
    exact: bool
    explanation: str
    remedy: str
    taught_in: str

    def __str__(self) -> str:
        parts = [self.explanation, self.remedy, f"Notebook {self.taught_in}." if self.taught_in else ""]
        return f"{self.mistake}: " + " ".join(part for part in parts if part)


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """What `diagnose` found. Prints as sentences.

    ok: nothing is wrong. wrong: the names of the parameters whose gradient is wrong. findings: the best first.
    network: what was recognised, or None. probes: what was tried, in words. notes: why right code may look wrong.
    failure: what kept the code from running, or "".
    yours, should_be: the two gradients by parameter, NaN where an entry is not known. reading: how the recognised
    network is laid out in your parameters. recipe: what makes your numbers of it, where a replaced term does.
    """

    wrong: tuple[str, ...]
    right: tuple[str, ...]
    findings: tuple[Finding, ...]
    network: Network | None
    probes: tuple[str, ...]
    recognised: str = ""
    notes: tuple[str, ...] = ()
    failure: str = ""
    yours: Mapping[str, Array] = field(default_factory=dict)
    should_be: Mapping[str, Array] = field(default_factory=dict)
    reading: Reading | None = None
    recipe: Recipe | None = None

    @property
    def ok(self) -> bool:
        """True when there is no finding: the code ran, and its gradient is right."""
        return not self.findings and not self.wrong and not self.failure

    @property
    def summary(self) -> str:
        """One line: which parameters are wrong, which are right."""
        if self.failure:
            return f"The code cannot be diagnosed: {self.failure}"
        if self.ok:
            return "Your gradient is right: it agrees with your loss."
        if not self.wrong:
            return "The numbers of your gradient are right, and yet something is wrong."
        return f"Wrong: {', '.join(self.wrong)}. Right: {', '.join(self.right) or 'none'}."

    @property
    def _lines(self) -> list[str]:
        lines = [self.summary, *(f"{i}. {finding}" for i, finding in enumerate(self.findings, start=1)), *self.notes]
        if self.recognised:
            lines.append(f"Your loss is that of {self.recognised}.")
        return lines

    def __str__(self) -> str:
        tried = "\n".join(f"- {probe}" for probe in self.probes)
        return "\n\n".join(self._lines) + (f"\n\nWhat was tried:\n{tried}" if tried else "")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        body = "".join(f"<p>{escape(line)}</p>" for line in self._lines[1:])
        tried = "".join(f"<li>{escape(probe)}</li>" for probe in self.probes)
        details = f"<details><summary>What was tried</summary><ul>{tried}</ul></details>"
        return f"<p><strong>{escape(self.summary)}</strong></p>{body}{details}"
