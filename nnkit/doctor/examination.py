"""One examination, from the first call to the findings: what is asked in which order, and what each answer means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..functions import Array
from ..recipe import Recipe
from ..recognise import Reading, Sample, recognise, settings
from ..vectors import restore
from . import probes
from .answer import Answer
from .clock import OutOfTime
from .diagnosis import Diagnosis, Finding
from .explain import explain
from .numeric import Numeric, numeric_check
from .program import Program
from .trouble import CannotRun, NotFinite
from .verdict import Facts, is_its_gradient, wrong_params
from .words import and_list, finding

MOST_ON_RECOGNITION = 4.0  # seconds
MOST_ON_DIFFERENCES = 1.5
SETTINGS_COMPARED = 4


class Examination:
    """The learner's program under examination, and what is known of it so far."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.probes: list[str] = []
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self.changed: list[Finding] = []
        self.slices: dict[str, slice] = {}
        start = 0
        for name, array in program.params.items():
            self.slices[name] = slice(start, start + array.size)
            start += array.size
        self.n_examples = probes.count_examples(program)
        self.answer = Answer(program.params, self.n_examples)
        self.accumulates = False
        self.wrong: tuple[str, ...] = ()
        self.reading: Reading | None = None
        self.recipe: Recipe | None = None
        self.yours = self.should_be = np.full(start, np.nan)

    # --- the learner's functions --------------------------------------------------------------------------------------

    def loss(self, theta: Array) -> float:
        """The learner's loss."""
        return self.program.loss(theta)

    def gradient(self, theta: Array) -> Array:
        """The learner's gradient (P,), the loss called before it as a training loop would."""
        self.program.loss(theta)
        first = self.answer.read(self.program.grad(theta))
        return self.answer.read(self.program.grad(theta)) - first if self.accumulates else first

    # --- the order of questions ---------------------------------------------------------------------------------------

    def run(self) -> Diagnosis:
        """The diagnosis; when the time is over, as far as it has come."""
        try:
            return self._run()
        except OutOfTime:
            each = self.program.seconds / max(self.program.calls, 1)
            says = (
                f"the time was over after {self.program.calls} calls of your code, {each:.2g} seconds each. "
                "Give fewer examples or smaller layers: the mistake is the same."
            )
            if not self.wrong and not self.findings:
                return Diagnosis((), (), (), None, tuple(self.probes), failure=says[0].upper() + says[1:])
            if not self.findings:
                says = f"Your {and_list(self.wrong)} do not agree with your loss; {says}"
                self.findings.append(finding("unknown", self.wrong, None, says, exact=False))
            return self._diagnosis(self.wrong, self.reading)

    def _run(self) -> Diagnosis:
        program, theta = self.program, self.program.theta
        G = self._first_calls(theta)
        self._twice(theta, G)
        self._changed()
        if self.accumulates:
            G = self.gradient(theta)
        samples = probes.sample_losses(program, settings, self.probes)
        silent = probes.silent_params(program, samples)
        if silent == set(program.names) or probes.only_a_penalty(program, samples):
            return self._ignores(silent, G)
        noise = probes.float32_noise(samples.values)
        if noise:
            self.probes.append("Your loss is computed in float32. All comparisons are as coarse as that.")
        reading = self._recognise(Sample(samples.theta, samples.values, noise), frozenset(silent))
        numeric = self._numeric(theta, G, noise)
        if reading is not None and not is_its_gradient(self, reading, samples.theta, noise):
            reading = None
        self.yours, self.should_be = G, numeric.slopes if reading is None else reading.gradient(theta)
        self.reading, self.wrong = reading, tuple(name for name, ok in numeric.ok.items() if not ok)
        claims = self._gradients(samples.theta)
        facts = Facts(reading, theta, G, numeric, *claims, noise)
        self.wrong = wrong = wrong_params(self, facts)
        ignored = [name for name in silent if np.abs(np.nan_to_num(G[self.slices[name]])).max(initial=0) > 0]
        if ignored:
            self.findings.append(probes.ignores(ignored))
            wrong = tuple(dict.fromkeys((*wrong, *ignored)))
        to_explain = tuple(name for name in wrong if name not in ignored)
        if to_explain:
            self.findings += explain(self, facts, to_explain)
        elif reading is not None:
            self.notes += probes.why_it_looks_wrong(reading, theta, G)
        return self._diagnosis(wrong, reading)

    def _diagnosis(self, wrong: tuple[str, ...], reading: Reading | None) -> Diagnosis:
        spoilt = {name for found in self.answer.findings for name in found.params}
        wrong = tuple(name for name in self.program.names if name in wrong or (name in spoilt))
        right = tuple(name for name in self.program.names if name not in wrong)
        if self.program.printed.strip():
            first = self.program.printed.strip().splitlines()[0][:80]
            self.probes.append(f"Your code prints; it was kept quiet. Its first line: {first}")
        unique: list[Finding] = []
        known = [found for found in self.findings if found.mistake != "unknown"]
        open_ = [found for found in self.findings if found.mistake == "unknown"]
        if known and known[0].mistake == "different_loss":  # the change was seen, and may be the reason
            known = [*self.changed, *known]
        shapes = self.answer.findings
        if shapes and shapes[0].mistake == "wrong_shape":  # seen before any number is compared
            known = [shapes[0], *known]
        for found in [*known, *shapes, *self.changed, *open_]:
            if not any(
                f.mistake == found.mistake and f.params == found.params and f.layer == found.layer for f in unique
            ):
                unique.append(found)
        return Diagnosis(
            wrong,
            right,
            tuple(unique),
            reading.network if reading else None,
            tuple(self.probes),
            recognised=str(reading) if reading else "",
            notes=(*self.notes, *self.answer.notes),
            yours=restore(self.yours, self.program.params),
            should_be=restore(self.should_be, self.program.params),
            reading=reading,
            recipe=self.recipe,
        )

    def _first_calls(self, theta: Array) -> Array:
        program = self.program
        try:
            program.loss(theta)
        except NotFinite as trouble:
            cause = program.strictly("loss", theta)
            raise NotFinite(f"{trouble} First cause: {cause or 'unknown'}.") from None
        raw = program.grad(theta)
        self.answer.learn(raw)
        G = self.answer.read(raw)
        bad = [n for n in program.names if n not in self.answer.unreadable and not np.isfinite(G[self.slices[n]]).all()]
        if bad:
            cause = program.strictly("grad", theta)
            says = f"Your gradient of {and_list(bad)} holds NaN or infinity. First cause: {cause or 'unknown'}."
            raise NotFinite(says, tuple(bad))
        self.probes.append("Called your loss and gradient on copies.")
        return G

    def _twice(self, theta: Array, G: Array) -> None:
        state = probes.twice(self.program, self.answer, theta, G)
        outside = [f"{what} changes {and_list(names)}" for what, names in self.program.changed_outside.items() if names]
        if state.finding is not None:
            because = f" Your {and_list(outside)}, outside of its arguments." if outside else ""
            self.findings.append(replace(state.finding, explanation=state.finding.explanation + because))
        elif outside:
            self.notes.append(f"Your {and_list(outside)}, outside of its arguments; the numbers do not depend on it.")
        self.accumulates = state.accumulates
        self.probes.append(state.said)

    def _changed(self) -> None:
        for what, names in self.program.changed.items():
            if names and not self.changed:
                says = f"{what}(params, X, y) changes {and_list(names)} in place: the caller's own array is changed."
                self.changed.append(finding("in_place", [n for n in names if n in self.program.params], None, says))
        self.probes.append("Looked whether params, X or y were changed.")

    def _ignores(self, silent: set[str], G: Array) -> Diagnosis:
        names = tuple(self.program.names)
        self.findings.append(probes.ignores(names, only_penalty=silent != set(names)))
        return self._diagnosis(names if np.abs(np.nan_to_num(G)).max(initial=0) > 0 else (), None)

    def _recognise(self, sample: Sample, silent: frozenset[str]) -> Reading | None:
        reading = None
        if len(sample.values) >= 6:
            program, goes_on = self.program, self.program.clock.goes_on(MOST_ON_RECOGNITION)
            reading = recognise(sample, program.params, program.X, program.y, silent=silent, goes_on=goes_on)
        self.probes.append(
            f"Recognised your loss as that of {reading}."
            if reading
            else "No network of one to four layers that nnkit knows gives your losses, so no term could be named."
        )
        return reading

    def _numeric(self, theta: Array, G: Array, noise: float) -> Numeric:
        numeric = numeric_check(
            self.loss,
            theta,
            G,
            self.slices,
            seconds_per_call=self.seconds_per_call,
            noise=noise,
            tolerance=self.tolerance(noise),
            goes_on=self.program.clock.goes_on(MOST_ON_DIFFERENCES),
        )
        what = "a sample of the entries" if numeric.sampled else "every entry"
        self.probes.append(f"Compared {what} with central differences of your loss.")
        return numeric

    @property
    def seconds_per_call(self) -> float:
        """What one call of the learner's code takes."""
        return self.program.seconds / max(self.program.calls, 1) + 3e-5

    def tolerance(self, noise: float) -> float:
        """The relative error that counts as right."""
        return 1e-3 if noise else 1e-4 if self.answer.float32 else 1e-6

    def _gradients(self, thetas: Array) -> tuple[Array, Array]:
        """The learner's gradient at some of the settings: (T, P) settings and (T, P) gradients."""
        kept, claims = [], []
        for theta in thetas[1::2]:
            try:
                G = self.gradient(theta)
            except CannotRun:
                continue
            if np.isfinite(G[~np.isnan(self._readable())]).all():
                kept.append(theta)
                claims.append(G)
            if len(kept) == SETTINGS_COMPARED:
                break
        if kept:
            self.probes.append(f"Compared the gradient at {len(kept)} other settings of the parameters.")
        size = thetas.shape[1]
        return np.array(kept).reshape(-1, size), np.array(claims).reshape(-1, size)

    def _readable(self) -> Array:
        mask = np.zeros(self.program.theta.size)
        for name in self.answer.unreadable:
            mask[self.slices[name]] = np.nan
        return mask
