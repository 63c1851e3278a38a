"""How fast is it, beside its peers? `make bench`, or `python -m benchmarks.speed NAME ...` for some of it.

    timing        the one function that times candidates in turns
    results       a row of a result, and the table
    machine       what it ran on, and the environment of a measurement
    cases         the networks and batches that are trained
    peers         nnkit, PyTorch and scikit-learn on a case
    by_hand       the loop that is posted, PyTorch by hand, the bare products
    training, optimisers, checks, doctor, growth        what is computed
    accuracy      what the networks that are timed learn
    imports, memory, notebooks, commands                what a learner waits for
    targets       the lines that we set ourselves
    plots         docs/speed.png and docs/growth.png

Every bench runs in a Python of its own. Candidates take turns, and only ratios of medians are worth quoting.
"""
