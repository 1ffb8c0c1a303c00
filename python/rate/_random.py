"""Where trials and networks get their numbers from: always the library, by a seed.

Without set_seed() every draw's seed comes from numpy.random, so numpy.random.seed() makes a script
repeat itself; with it the k-th trial is the k-th of that seed."""
import itertools
from typing import Optional

import numpy as np

from spikernn import c, key

_seed: Optional[int] = None
_trials = itertools.count()


def set_seed(seed: Optional[int]) -> None:
    """Every trial, network and lesion from now on follows from this seed, 0 to 2^53; None: from
    numpy.random. Networks made after it have this seed itself, as with `spikernn train --seed`."""
    global _seed, _trials
    _seed = None if seed is None else key(seed, c.SRNN_DOMAIN_USER, 0).seed
    _trials = itertools.count()


def new_seed() -> int:
    """For a network, a training or a lesion."""
    return int(np.random.randint(0, 2 ** 53, dtype=np.int64)) if _seed is None else _seed


def new_trial():
    """The key of the next trial."""
    if _seed is None:
        return key(new_seed(), c.SRNN_DOMAIN_USER, 0)
    return key(_seed, c.SRNN_DOMAIN_USER, next(_trials))


def trial_key(seed, fixed):
    """As the `seed` of generate_stimulus() says: False or None the next trial, True the next of
    `fixed` (a counter: the same trials again in the next run), a number the trial of that seed."""
    if seed is True:
        return key(0, c.SRNN_DOMAIN_USER, next(fixed))
    if seed is None or seed is False:
        return new_trial()
    return key(seed, c.SRNN_DOMAIN_USER, 0)
