"""Random numbers that are the same on every machine."""

import random
from statistics import NormalDist


class Draws:
    """A stream of random numbers that stays the same on every platform and version.

    Only `random.Random.random()` is used, the one method whose sequence Python promises to keep; normal values
    and choices are derived from it here.
    """

    def __init__(self, seed, part):
        """Start the stream of one part of the case, so that changing one part leaves the others as they were."""
        self.uniform = random.Random(f"{seed}:{part}").random

    def chance(self, probability):
        """Return True with a probability (fraction)."""
        return self.uniform() < probability

    def choice(self, shares):
        """Return one key of a mapping of shares that add up to 1."""
        mark = self.uniform()
        for key, share in shares.items():  # noqa: B007 - the last key is returned, whatever rounding left of the mark
            mark -= share
            if mark < 0:
                break
        return key

    def whole(self, low, high):
        """Return an integer from low to high, both included, all equally likely."""
        return low + int(self.uniform() * (high - low + 1))

    def normal(self, mean=0.0, deviation=1.0):
        """Return a normal value."""
        return mean + deviation * NormalDist().inv_cdf(min(max(self.uniform(), 1e-9), 1 - 1e-9))

    def successes(self, trials, probability):
        """Return how many of a number of independent trials succeed."""
        return sum(self.chance(probability) for _ in range(trials))

    def sample(self, items, size):
        """Return a simple random sample of a list, in the list's order."""
        lucky = sorted(range(len(items)), key=[self.uniform() for _ in items].__getitem__)[:size]
        return [items[index] for index in sorted(lucky)]
