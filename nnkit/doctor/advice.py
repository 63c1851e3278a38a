"""For each mistake what to do about it and where it is taught: the catalogue's advice, and that for what is no term."""

from __future__ import annotations

from ..mistakes import CATALOGUE

ADVICE: dict[str, tuple[str, str]] = {
    slug: (mistake.remedy, mistake.taught_in) for slug, mistake in CATALOGUE.items()
} | {
    "different_loss": (
        "Decide which of the two losses you mean, and compute both the loss and its slope from it.",
        "02, section 7",
    ),
    "updated_weights": ("Compute every gradient first, then take all steps.", "06, section 5"),
    "transposed": ("Check the product with sizes that all differ: only one order fits.", "04, section 4"),
    "dot_vs_elementwise": (
        "Slope times slope is elementwise; input against delta is a matrix product, which sums over the examples.",
        "04, section 3",
    ),
    "bias_reduction": (
        "Sum the delta over the examples: axis 0 when they are rows, axis 1 when they are columns.",
        "04, section 3",
    ),
    "broadcast": (
        "Give predictions and labels the same shape before you subtract: y.reshape(a.shape).",
        "04, section 4",
    ),
    "regularisation": ("For λ Σ W² add 2 λ W, for ½ λ Σ W² add λ W, to just what the loss penalises.", "04, section 5"),
    "labels_misaligned": ("Keep each label with its example, and add up over all examples.", "06, section 4"),
    "stateful": ("Start from zeros in every call; keep nothing between calls.", "06, section 6"),
    "in_place": ("Work on a new array: X = X / 255 makes one, X /= 255 changes the caller's.", "06, section 6"),
    "not_finite": (
        "Compute the loss from z, or keep the logarithm's argument away from 0 and the exponent small.",
        "02, section 7",
    ),
    "wrong_shape": ("A gradient has one slope for every entry of its parameter, in the same place.", "04, section 4"),
    "missing_param": (
        "Return a dict with a gradient for every parameter, under the parameter's own name.",
        "06, section 2",
    ),
    "forward_ignores_params": ("Feed forward with the parameters that come in as an argument.", "05, section 8"),
    "unknown": ("", "06, section 4"),
}

LINEAR = "The layer is linear: its slope is 1, so leave the factor out."
