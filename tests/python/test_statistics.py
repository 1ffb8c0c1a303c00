"""Rank tests and intervals against scipy, over random samples with and without ties, zeros, NaN."""
import unittest
import warnings
from ctypes import byref

import numpy as np
from scipy import stats

from spikernn import c, call, lib, pointer

RNG = np.random.default_rng(7)


def samples(n, kind):
    """Two of n values: 0 differ, 1 has ties, 2 has ties and values in both, 3 is all equal; each
    with a NaN now and then."""
    a, b = RNG.normal(size=n), RNG.normal(0.4, 1.5, size=n)
    if kind in (1, 2):
        a, b = np.round(a, kind == 1), np.round(b, kind == 1)
    if kind == 3:
        a, b = np.full(n, 0.25), np.full(n, 0.25)
    for x in (a, b):
        x[RNG.random(n) < 0.05] = np.nan
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def doubles(values):
    return np.ascontiguousarray(values, np.float64)


def scipy_signed_rank(d, exact):
    """What method "auto" does with ties depends on the version of scipy: it is asked for by name, of
    which the normal one has two."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return stats.wilcoxon(d, None, "wilcox", False, "two-sided", "exact" if exact else "approx")
        except ValueError:
            return stats.wilcoxon(d, None, "wilcox", False, "two-sided", "asymptotic")


def rank_test(function, *arrays):
    out = c.srnn_rank_test()
    call(function, *arrays, byref(out))
    return out


class RankTests(unittest.TestCase):
    def near(self, got, expected):
        self.assertTrue(abs(got - expected) <= 1e-10 * abs(expected) + 1e-300, (got, expected))

    def compare_pairs(self, a, b):
        t = rank_test(lib.srnn_signed_rank_test, pointer(a), pointer(b), len(a))
        d = np.round((a - b)[~np.isnan(a - b)], 11)  # of 0.3 - 0.2 and 0.2 - 0.1
        self.assertEqual(t.n, np.count_nonzero(d))
        if t.n == 0:
            self.assertTrue(np.isnan(t.p))
            return
        exact = len(d) <= 50 and len(np.unique(abs(d))) == len(d) and 0 not in d
        expected = scipy_signed_rank(d, exact)
        self.assertEqual(t.exact, exact)
        self.near(t.p, expected.pvalue)
        total = t.n * (t.n + 1) / 2
        self.assertEqual(min(t.statistic, total - t.statistic), expected.statistic)
        self.assertAlmostEqual(t.difference, np.median(d), 10)

    def compare_samples(self, a, b):
        t = rank_test(lib.srnn_rank_sum_test, pointer(a), len(a), pointer(b), len(b))
        a, b = a[~np.isnan(a)], b[~np.isnan(b)]
        self.assertEqual((t.n, t.m), (len(a), len(b)))
        if t.n == 0 or t.m == 0:
            self.assertTrue(np.isnan(t.p))
            return
        with np.errstate(all="ignore"):
            expected = stats.mannwhitneyu(a, b)
        self.near(t.p, expected.pvalue)
        self.assertEqual(t.statistic, expected.statistic)
        self.near(t.difference, np.median(np.subtract.outer(a, b)))

    def test_as_scipy(self):
        for n in list(range(13)) + [20, 50, 51, 60, 130]:
            for kind in range(4):
                for _ in range(3):
                    a, b = samples(n, kind)
                    with self.subTest(n=n, kind=kind, a=a, b=b):
                        self.compare_pairs(a, b)
                        self.compare_samples(a, b[:RNG.integers(0, n + 1)])
                        self.compare_samples(a[:RNG.integers(0, n + 1)], b)

    def test_holm(self):
        for n in (1, 2, 5, 40):
            p = doubles(np.round(RNG.random(n) ** 4, 2))
            order, so_far, expected = np.argsort(p), 0, np.empty(n)
            for rank, i in enumerate(order):
                so_far = expected[i] = max(so_far, min(1, (n - rank) * p[i]))
            call(lib.srnn_holm, pointer(p), n)
            np.testing.assert_allclose(p, expected, rtol=1e-15)


class Intervals(unittest.TestCase):
    def assert_half(self, half, freedom, error):
        """half an interval of 95 %: its t has that tail (of scipy 1.10 the tail has more exact
        digits than the quantile)."""
        self.assertLess(abs(2 * stats.t.sf(half / error, freedom) / 0.05 - 1), 1e-10, freedom)

    def test_of_the_mean(self):
        for n in (2, 3, 4, 7, 30, 100, 299, 300, 302, 1000, 20000):
            values, s = doubles(RNG.normal(size=n)), c.srnn_sample_summary()
            call(lib.srnn_sample_summary_of, pointer(values), n, byref(s))
            np.testing.assert_allclose((s.mean, s.sd, s.median), (
                values.mean(), values.std(ddof=1), np.median(values)), rtol=1e-9)
            self.assert_half((s.high - s.low) / 2, n - 1, values.std(ddof=1) / np.sqrt(n))

    def test_of_a_difference_of_means(self):
        low, high = c.c_double(), c.c_double()
        for n, m, sd in ((2, 2, 1), (2, 9, 0.1), (3, 40, 5), (100, 300, 0), (5000, 4000, 1)):
            lib.srnn_mean_difference(1, sd, n, 3, 2, m, byref(low), byref(high))
            a, b = sd ** 2 / n, 4 / m
            freedom = (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1))
            self.assert_half((high.value - low.value) / 2, freedom, np.sqrt(a + b))
            self.assertAlmostEqual((high.value + low.value) / 2, -2, 12)


if __name__ == "__main__":
    unittest.main()
