"""nnkit: every gradient as a product of named terms.

The conventions, stated once and kept everywhere:

- Examples are rows: X (N, D), W_l (fan_in, fan_out), b_l (fan_out,), z_l = a_{l-1} W_l + b_l, a_l = f_l(z_l), a_0 = X.
- Layers count from 1, units and examples from 0: W1[0,2] leads from input 0 to unit 2 of layer 1.
- The batch loss C is the mean over the examples of C_n, the loss of one example, unless the loss's name ends in `_sum`.
- Slopes and deltas belong to one example's loss C_n. The factor 1/N enters once, in the batch sum that gives `grads`.
- Checks are made in float64 with central differences. Randomness enters as an `rng` argument.

Importing nnkit changes no global state and loads nothing, not even NumPy. Each public name is listed in `__init__.pyi`,
with the module it lives in, and that module is loaded when you first use the name.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
