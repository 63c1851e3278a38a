"""One examination, from the first call to the findings: what is asked in which order, and what each answer means."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from ..functions import Array
from ..recognise import Reading, Sample, recognise, settings
from . import probes
from .answer import Answer
from .diagnosis import Diagnosis, Finding
from .match import Evidence, Piece
from .numeric import STEP, Numeric, numeric_check, slope_along
from .program import CannotRun, NotFinite, Program
from .search import Search, best_of
from .steps import stepped_cases
from .templates import template_findings
from .words import and_list, finding, findings_of

PATIENT = 2.0  # seconds without a word
SETTINGS_COMPARED = 4
ONE_MISTAKE = 1.05  # the cost of an explanation that takes one mistake and nothing else
ONE_AND_MORE = 1.9  # and of one that takes a factor or an exception as well


class Examination:
    """The learner's program under examination, and what is known of it so far."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.probes: list[str] = []
        self.notes: list[str] = []
        self.findings: list[Finding] = []
        self.changed: list[Finding] = []
        self.started = time.monotonic()
        self.slices: dict[str, slice] = {}
        start = 0
        for name, array in program.params.items():
            self.slices[name] = slice(start, start + array.size)
            start += array.size
        self.n_examples = probes.count_examples(program)
        self.answer = Answer(program.params, self.n_examples)
        self.accumulates = False

    # --- the learner's functions --------------------------------------------------------------------------------------

    def loss(self, theta: Array) -> float:
        """The learner's loss; past two seconds a line says that it goes on."""
        if time.monotonic() - self.started > PATIENT and not self.program.seed:
            self.started = np.inf
            print("The doctor is still examining: your loss is called many times.", file=sys.stderr, flush=True)
        return self.program.loss(theta)

    def gradient(self, theta: Array) -> Array:
        """The learner's gradient (P,), the loss called before it as a training loop would."""
        self.program.loss(theta)
        first = self.answer.read(self.program.grad(theta))
        return self.answer.read(self.program.grad(theta)) - first if self.accumulates else first

    # --- the order of questions ---------------------------------------------------------------------------------------

    def run(self) -> Diagnosis:
        """The diagnosis."""
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
        if reading is not None and not self._agrees(reading, samples.theta, noise):
            reading = None
        claims = self._gradients(samples.theta)
        wrong = self._wrong(reading, theta, G, numeric, claims, noise)
        ignored = [name for name in silent if np.abs(np.nan_to_num(G[self.slices[name]])).max(initial=0) > 0]
        if ignored:
            self.findings.append(probes.ignores(ignored))
            wrong = tuple(dict.fromkeys((*wrong, *ignored)))
        to_explain = tuple(name for name in wrong if name not in ignored)
        if to_explain:
            self.findings += self._explain(reading, to_explain, claims, theta, G, numeric, noise)
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
        for found in [*known, *self.answer.findings, *open_, *self.changed]:
            if not any(
                f.mistake == found.mistake and f.params == found.params and f.layer == found.layer for f in unique
            ):
                unique.append(found)
        return Diagnosis(
            wrong, right, tuple(unique), reading.network if reading else None, tuple(self.probes),
            recognised=str(reading) if reading else "", notes=(*self.notes, *self.answer.notes),
        )  # fmt: skip

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
            raise NotFinite(
                f"Your gradient of {and_list(bad)} holds NaN or infinity. First cause: {cause or 'unknown'}."
            )
        self.probes.append("Called your loss and gradient on copies.")
        return G

    def _twice(self, theta: Array, G: Array) -> None:
        state = probes.twice(self.program, self.answer, theta, G)
        if state.finding is not None:
            self.findings.append(state.finding)
        self.accumulates = state.accumulates
        self.probes.append(state.said)

    def _changed(self) -> None:
        for what, names in self.program.changed.items():
            if names and not self.changed:
                says = f"{what}(params, X, y) changes {and_list(names)} in place: the caller's own array is another one after it."
                self.changed.append(finding("in_place", [n for n in names if n in self.program.params], None, says))
        self.probes.append("Looked whether params, X or y were changed.")

    def _ignores(self, silent: set[str], G: Array) -> Diagnosis:
        names = tuple(self.program.names)
        self.findings.append(probes.ignores(names, only_penalty=silent != set(names)))
        return self._diagnosis(names if np.abs(np.nan_to_num(G)).max(initial=0) > 0 else (), None)

    def _recognise(self, sample: Sample, silent: frozenset[str]) -> Reading | None:
        reading = None
        if len(sample.values) >= 6:
            reading = recognise(sample, self.program.params, self.program.X, self.program.y, silent=silent)
        self.probes.append(
            f"Recognised your loss as that of {reading}." if reading
            else "No network of one to four layers that nnkit knows gives your losses, so no term could be named from it."
        )  # fmt: skip
        return reading

    def _numeric(self, theta: Array, G: Array, noise: float) -> Numeric:
        seconds = self.program.seconds / max(self.program.calls, 1)
        numeric = numeric_check(
            self.loss,
            theta,
            G,
            self.slices,
            seconds_per_call=seconds + 3e-5,
            noise=noise,
            tolerance=self._tolerance(noise),
        )
        what = "a sample of the entries" if numeric.sampled else "every entry"
        self.probes.append(f"Compared {what} with central differences of your loss.")
        return numeric

    def _tolerance(self, noise: float) -> float:
        return 1e-3 if noise else 1e-4 if self.answer.float32 else 1e-6

    def _agrees(self, reading: Reading, thetas: Array, noise: float) -> bool:
        """The reading's gradient is the slope of the learner's loss, along two random directions: a last doubt removed."""
        rng = np.random.default_rng(3)
        for theta in thetas[:2]:
            direction = rng.normal(size=theta.size)
            direction /= np.linalg.norm(direction)
            slope, right = slope_along(self.loss, theta, direction), float(reading.gradient(theta) @ direction)
            if abs(slope - right) > 1e-4 * float(np.linalg.norm(reading.gradient(theta))) + 1e-6 + noise / STEP:
                return False
        return True

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

    def _wrong(
        self, reading: Reading | None, theta: Array, G: Array, numeric: Numeric, claims: tuple[Array, Array], noise: float
    ) -> tuple[str, ...]:  # fmt: skip
        """The parameters whose gradient is wrong, here or at another setting."""
        tolerance = self._tolerance(noise)
        rights: list[tuple[Array, Array]] = []
        readings = [] if reading is None else [reading, reading.without_epsilon()]
        with np.errstate(all="ignore"):
            here = [r.gradient(theta) for r in readings]
            for t, claim in zip(*claims):
                rights.append((claim, np.array([r.gradient(t) for r in readings])))
        wrong = []
        for name, where in self.slices.items():
            if name in self.answer.unreadable:
                continue
            right_here = numeric.ok[name] or any(_same(G[where], r[where], tolerance, r) for r in here)
            if readings:
                elsewhere = all(any(_same(c[where], r[where], tolerance, r) for r in rs) for c, rs in rights)
            else:
                elsewhere = self._numeric_elsewhere(name, claims, noise)
            if not (right_here and elsewhere):
                wrong.append(name)
                if right_here:
                    self.notes.append(
                        f"{name} is right at your parameters and wrong at others: check at a second point."
                    )
        return tuple(wrong)

    def _numeric_elsewhere(self, name: str, claims: tuple[Array, Array], noise: float) -> bool:
        """Without a network: one more setting, numerically."""
        seconds = self.program.seconds / max(self.program.calls, 1) + 3e-5
        for theta, claim in list(zip(*claims))[:1]:
            numeric = numeric_check(
                self.loss, theta, claim, {name: self.slices[name]}, seconds_per_call=seconds, noise=noise,
                tolerance=10 * self._tolerance(noise), budget=0.5 / len(self.slices),
            )  # fmt: skip
            if not numeric.ok[name]:
                return False
        return True

    def _explain(
        self, reading: Reading | None, wrong: tuple[str, ...], claims: tuple[Array, Array], theta: Array, G: Array,
        numeric: Numeric, noise: float,
    ) -> list[Finding]:  # fmt: skip
        exact = 1e-3 if noise else 2e-5 if self.answer.float32 else 1e-9
        other = probes.factor_with_fewer(self, theta, G, wrong)
        found: list[Finding] = []
        if reading is not None and len(claims[0]):
            plain = reading.without_epsilon()
            for variant in (plain, reading) if plain is not reading else (reading,):
                search = Search(variant, self._evidence(variant, claims, exact), other)
                cases = search.singles()
                if min((case.cost for case in cases), default=np.inf) > ONE_MISTAKE:
                    cases += stepped_cases(search)
                if min((case.cost for case in cases), default=np.inf) > ONE_AND_MORE:
                    cases += search.pairs()
                cases = best_of(cases)
                found = findings_of(search, cases)
                self.probes.append(
                    f"Tried every form of every mistake in the catalogue; {len(cases)} give your numbers."
                )
                if found:
                    return found
        found = template_findings(self, reading, wrong, claims, theta, G, numeric, other)
        if found:
            return found
        why = "the network was recognised, but no mistake or pair of mistakes of the catalogue gives your numbers" if reading else (
            "the network behind your loss was not recognised")  # fmt: skip
        return [
            finding("unknown", wrong, None, f"Your {and_list(wrong)} do not agree with your loss; {why}.", exact=False)
        ]

    def _evidence(self, reading: Reading, claims: tuple[Array, Array], tolerance: float) -> Evidence:
        thetas, G = claims
        pieces = []
        for name, at in reading.layout.at.items():
            owner = reading.layout.owner[name].split(", part")[0]
            positions = np.unique(at)
            if not np.isnan(G[:, positions]).any():
                pieces.append(Piece(name, owner, positions, name[0], int(name[1:])))
        penalty = np.array([reading.penalty.slope(theta) for theta in thetas])
        signs = np.sign(thetas) if reading.penalty.power == 1 else None
        return Evidence(tuple(pieces), thetas, np.nan_to_num(G), penalty, tolerance, signs)


def _same(claim: Array, right: Array, tolerance: float, everything: Any) -> bool:
    """Equal to `tolerance` of the parameter's own size, or to rounding of the whole gradient's."""
    gap = float(np.linalg.norm(claim - right))
    return gap <= tolerance * float(np.linalg.norm(right)) + 1e-12 * float(np.linalg.norm(everything)) + 1e-300
