"""What the doctor says: findings in words, from the cases that explain the learner's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .advice import ADVICE, LINEAR
from .diagnosis import Finding
from .factors import readings
from .match import Piece, groups
from .search import Case, Search, conventional


def finding(
    slug: str, params: Sequence[str], layer: int | None, explanation: str, *, exact: bool = True, remedy: str = ""
) -> Finding:
    """A finding with the advice that belongs to its slug."""
    advice, taught_in = ADVICE[slug]
    return Finding(slug, tuple(dict.fromkeys(params)), layer, exact, explanation, remedy or advice, taught_in)


def and_list(names: Sequence[str]) -> str:
    """W1, b1 and W2."""
    unique = list(dict.fromkeys(names))
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def params_of(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The learner's names of the parameters that these pieces belong to."""
    return tuple(dict.fromkeys(name for piece in pieces for name in piece.params))


def findings_of(search: Search, cases: Sequence[Case]) -> list[Finding]:
    """Every finding of these cases, best first, without repetitions."""
    told: list[Finding] = []
    for case in cases:
        for new in _of_case(search, case):
            if not any(
                new.mistake == old.mistake and (new.layer == old.layer or new.params == old.params) for old in told
            ):
                told.append(new)
    return told[:6]


def _of_case(search: Search, case: Case) -> Iterator[Finding]:
    digits = f"agrees to {_digits(search, case)} digits"
    fits = case.match.fits.values()
    others = len(case.forms) > 1 or any(
        f.penalty == "other" or (f.factor != 1 and not conventional(case.forms, f.factor)) for f in fits
    )
    also = " This is one of several things that are off together." if others and case.forms else ""
    for form in case.forms:
        pieces = case.match.used
        only, names = _only(case), and_list(params_of(pieces))
        says = (
            form.says[0].lower() + form.says[1:] if not form.says[:2].isupper() and form.says[1:2] != "′" else form.says
        )
        layer = search.reading.net.activation(form.layer).name if form.layer else ""
        yield finding(
            form.slug,
            params_of(pieces),
            form.layer,
            remedy=LINEAR if (form.slug, layer) == ("activation_slope_extra", "identity") else "",
            explanation=f"Your {names} {_is(pieces)} exactly what you get when {says}{only} ({digits}).{also}",
        )
    yield from _factors(search, case, digits)
    yield from _penalties(search, case, digits)


def _is(pieces: Sequence[Piece]) -> str:
    return "is" if len(params_of(pieces)) == 1 else "are"


def _only(case: Case) -> str:
    if not case.match.spared or not case.match.used:
        return ""
    kinds = {piece.kind for piece in case.match.used}
    if kinds == {"W"} and all(p.kind == "b" for p in case.match.spared):
        return ", in the weights only"
    if kinds == {"b"} and all(p.kind == "W" for p in case.match.spared):
        return ", in the biases only"
    return f", in {and_list(params_of(case.match.used))} only"


def _digits(search: Search, case: Case) -> int:
    """To how many digits the explanation and the learner's numbers agree: 9, which were asked for, to 12.

    Beyond 12 digits machines differ.
    """
    chosen = case.forms if case.step is None else ()
    try:
        M = search.candidate(chosen) if case.step is None else None
    except (ValueError, IndexError):
        M = None
    if M is None:
        return 9
    evidence, worst = search.evidence, 1e-16
    for piece in evidence.pieces:
        own = case.match.fits[piece.name]
        if not own.plain:
            continue
        target = M if piece in case.match.used or not chosen else search.right
        gap = evidence.G[:, piece.at] - target[:, piece.at] - evidence.penalty[:, piece.at]
        worst = max(worst, float(np.linalg.norm(gap)) / max(float(np.linalg.norm(evidence.G[:, piece.at])), 1e-300))
    return int(np.clip(-np.log10(worst), -np.log10(evidence.tolerance), 12))


def _factors(search: Search, case: Case, digits: str) -> Iterator[Finding]:
    evidence = search.evidence
    live = [p for p in evidence.pieces if np.linalg.norm(evidence.G[:, p.at]) > evidence.floor(p)]
    dead = [p for p in evidence.pieces if case.match.fits[p.name].factor == 0]
    for factor, alike in groups(live, case.match.fits):
        names, one = and_list(params_of(alike)), len(params_of(alike)) == 1
        kinds = {p.kind for p in alike}
        everywhere = len(alike) == len(live)
        if everywhere and conventional(case.forms, factor):
            continue
        layer = alike[0].layer if len({p.layer for p in alike}) == 1 else None
        more = " as well" if case.forms else ""
        biases_alone = kinds == {"b"} and not everywhere
        if factor < 0:
            yield finding(
                "sign",
                params_of(alike),
                layer,
                f"Your {names} {'has' if one else 'have'} the opposite sign{more} ({digits}): every step goes uphill, "
                "or your update adds it.",
            )
        if np.isclose(abs(factor), 1, rtol=1e-9):
            continue
        told = readings(factor, search.sizes, search.other)[:3]
        if biases_alone and told[0].slug in ("summed_not_averaged", "averaged_twice"):
            how = "averaged" if abs(factor) < 1 else "summed"
            yield finding(
                "bias_reduction",
                params_of(alike),
                layer,
                f"The gradient of the biases alone is off, by the factor {told[0].symbol}: it is {how} over the "
                f"examples, and that of the weights is not ({digits}).",
                remedy="Treat the examples in db as in dW: the same sum, divided by N in both or in neither.",
            )
        for reading in told:
            be, it = ("is", "it") if one else ("are", "they")
            says = f"Your {names} {be} {abs(factor):.6g} times what {it} should be{more}"
            symbol = "" if reading.symbol == f"{factor:.6g}" else f": the factor is {reading.symbol}"
            yield finding(
                reading.slug,
                params_of(alike),
                layer,
                f"{says}{symbol} ({digits}). {_why(reading.slug, reading.symbol)}",
            )
            if reading.slug == "averaged_twice" and search.sizes.summed:
                yield finding(
                    "summed_not_averaged",
                    params_of(alike),
                    layer,
                    "The other way to see it: your gradient is that of the mean, and your loss is a sum.",
                )
        if biases_alone:
            yield finding(
                "bias_reduction",
                params_of(alike),
                layer,
                f"The biases alone are off by the factor {factor:.6g}: their delta is not added up as that of the "
                f"weights is ({digits}).",
            )
    if dead:
        gone = params_of(dead)
        layer = dead[0].layer if len({p.layer for p in dead}) == 1 else None
        lowest = [p for p in evidence.pieces if (p.layer or 0) <= max(q.layer or 0 for q in dead)]
        zeros = finding(
            "missing_param",
            gone,
            layer,
            f"Your {and_list(gone)} {'is' if len(gone) == 1 else 'are'} all zeros: no slope arrives there.",
        )
        if all(p in dead for p in lowest) and len(dead) < len(evidence.pieces):
            carried = finding(
                "delta_not_carried",
                gone,
                layer,
                f"Your {and_list(gone)} {'is' if len(gone) == 1 else 'are'} all zeros, and what is above is not: "
                "nothing is carried back to there.",
            )
            # One parameter alone was forgotten. Whole layers were not reached.
            yield from (zeros, carried) if len(gone) == 1 else (carried, zeros)
        else:
            yield zeros


def _why(slug: str, symbol: str) -> str:
    if slug == "summed_not_averaged":
        return "The gradient is added up over the examples (or outputs), and the loss is a mean."
    if slug == "averaged_twice":
        return "The gradient is divided by the number of examples (or outputs) once more than the loss."
    if symbol in ("2", "½"):
        return "It is the 2 of a square, or the ½ in front of it, in one of the two and not in the other."
    return "Loss and gradient differ by a constant: look for a learning rate, a ½ or a 1/K in one of the two."


def _penalties(search: Search, case: Case, digits: str) -> Iterator[Finding]:
    odd = [p for p in search.evidence.pieces if case.match.fits[p.name].penalty == "other"]
    if not odd:
        return
    penalty, n = search.reading.penalty, search.reading.n_examples
    own = "θ" if penalty.power == 2 else "sign(θ)"
    symbol = next((s for p in odd if (s := case.match.fits[p.name].symbol)), own)
    largest = float(np.max(penalty.mask[odd[0].at], initial=0.0)) or 1.0
    expected = penalty.coefficient * penalty.power * largest
    multiples = sorted({float(f"{case.match.fits[p.name].multiple:.6g}") for p in odd})
    names = params_of(odd)
    penalised = [bool(penalty.mask[p.at].any()) for p in odd]
    found = multiples[0]
    head = f"In your {and_list(names)} the penalty adds "
    if not penalty.coefficient:
        says = f"{head}{_many(multiples)} {symbol}, and your loss has no penalty"
    elif not any(penalised):
        says = f"{head}{_many(multiples)} {symbol}, and your loss does not penalise them"
    elif symbol != own:
        what = "to every entry" if symbol == "1" else symbol
        says = f"{head}{_many(multiples)} {what}; the slope of your penalty is {expected:.6g} {own}"
    elif abs(found) < 1e-9 * abs(expected):
        says = f"The slope of the penalty, {expected:.6g} {own}, is missing in your {and_list(names)}"
    else:
        ratio = found / expected
        partly = not all(bool(penalty.mask[p.at].all()) for p in odd)
        known = {
            0.5: "half of it",
            2.0: "twice as much",
            float(n): "N times as much",
            1 / n: "1/N of it",
            -1.0: "the opposite",
        }
        what = next(
            (words for value, words in known.items() if np.isclose(ratio, value, rtol=1e-6)),
            f"{ratio:.4g} times as much",
        )
        says = f"{head}{_many(multiples)} {symbol}; its slope is {expected:.6g} {own}, so that is {what}"
        if partly and np.isclose(ratio, 1, rtol=1e-6):
            says = f"{head}{_many(multiples)} {symbol} to every entry, and your loss leaves the bias among them out"
    layer = odd[0].layer if len({p.layer for p in odd}) == 1 else None
    yield finding("regularisation", names, layer, f"{says} ({digits}).")


def _many(multiples: Sequence[float]) -> str:
    return " or ".join(f"{m:.6g}" for m in multiples)
