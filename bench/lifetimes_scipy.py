"""The same fits and forecasts as `lifetimes` times, with numpy and scipy: what an analyst writes in an afternoon.

    lifetimes_scipy.py HISTORIES

HISTORIES is what `lifetimes --histories` wrote. BG/NBD by its likelihood on equal histories collapsed, minimised by
L-BFGS-B with numerical slopes from the logarithms of 1; P(alive); purchases of 52 weeks by scipy's hyp2f1 (Fader,
Hardie & Lee 2005, equations 6, 10 and 7). One run of each, on one thread.
"""

import sys
import time

import numpy
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1


def log_likelihood(logs, x, t_x, T, weights):
    r, alpha, a, b = numpy.exp(logs)
    common = gammaln(r + x) - gammaln(r) + r * numpy.log(alpha)
    staying = (gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x) - (r + x) * numpy.log(alpha + T))
    with numpy.errstate(divide="ignore"):
        leaving = numpy.where(x > 0, numpy.log(a) - numpy.log(b + numpy.maximum(x, 1) - 1) + gammaln(a + b) +
                              gammaln(b + x) - gammaln(b) - gammaln(a + b + x) - (r + x) * numpy.log(alpha + t_x),
                              -numpy.inf)
    return -(weights * (common + numpy.logaddexp(staying, leaving))).sum() / weights.sum()


def main():
    x, t_x, T = numpy.fromfile(sys.argv[1]).reshape(3, -1)
    begin = time.perf_counter()
    rows, weights = numpy.unique(numpy.column_stack((x, t_x, T)), axis=0, return_counts=True)
    found = minimize(log_likelihood, numpy.zeros(4), args=(*rows.T, weights), method="L-BFGS-B")
    fit = time.perf_counter() - begin
    r, alpha, a, b = numpy.exp(found.x)
    begin = time.perf_counter()
    alive = 1 / (1 + numpy.where(x > 0, a / (b + numpy.maximum(x, 1) - 1) *
                                 ((alpha + T) / (alpha + t_x)) ** (r + x), 0))
    p_alive = time.perf_counter() - begin
    begin = time.perf_counter()
    t = 52
    purchases = ((a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) *
                                              hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))) * alive)
    expected = time.perf_counter() - begin
    print(f"scipy: {x.size} customers, {len(weights)} distinct; {found.message}, log-likelihood "
          f"{-found.fun * x.size:.2f} after {found.nfev} evaluations")
    print(f"fit {fit:.2f} s, P(alive) {p_alive:.3f} s, purchases of 52 weeks {expected:.2f} s "
          f"(sum {purchases.sum():.1f})")


if __name__ == "__main__":
    main()
