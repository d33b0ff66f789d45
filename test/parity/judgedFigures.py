"""The figures of an evaluation as their definitions in docs/results-files.md say, in numpy alone. See recompute.py."""

import hashlib
import math
from statistics import NormalDist

import numpy as np

ROUNDING = 1e-12  # growth below this is zero
BPS = 1e-4
NORMAL = NormalDist()


class Alea:
    """Johannes Baagoe's generator as seedrandom has it; a stream is seeded with the SHA-256 of its name in hex."""

    def __init__(self, name):
        self.n = 0xEFC8249D
        seed = hashlib.sha256(name.encode()).hexdigest()
        self.state = [self.mash(" ") for _ in range(3)]
        for i in range(3):
            self.state[i] -= self.mash(seed)
            if self.state[i] < 0:
                self.state[i] += 1
        self.carry = 1

    def mash(self, text):
        n = self.n
        for character in text:
            n += ord(character)
            h = 0.02519603282416938 * n
            n = int(h) & 0xFFFFFFFF
            h = (h - n) * n
            n = int(h) & 0xFFFFFFFF
            n += (h - n) * 2**32
        self.n = n
        return (int(n) & 0xFFFFFFFF) * 2**-32

    def next(self):
        s = self.state
        t = 2091639 * s[0] + self.carry * 2**-32
        self.carry = int(t)
        s[0], s[1], s[2] = s[1], s[2], t - self.carry
        return s[2]


def automatic_block_length(series, kind):
    """Politis and White (2004), corrected by Patton, Politis and White (2009)."""
    total, longest = sum(map(len, series)), max(map(len, series))
    ceiling = max(1.0, min(3 * math.sqrt(total), longest / 3))
    quiet = max(5, math.ceil(math.sqrt(math.log10(max(total, 2)))))
    max_lag = min(longest - 1, math.ceil(math.sqrt(total)) + quiet)
    covariance = np.zeros(max_lag + 1)
    for part in series:
        centered = part - part.mean()
        for lag in range(min(max_lag, len(part) - 1) + 1):
            covariance[lag] += centered[lag:] @ centered[: len(part) - lag] / total
    if not covariance[0] > 0:
        return 1.0
    band = 2 * math.sqrt(math.log10(max(total, 2)) / total) * covariance[0]
    loud = 0
    for lag in range(1, max_lag + 1):
        if lag - loud > quiet:
            break
        if abs(covariance[lag]) >= band:
            loud = lag
    lags = 2 * max(1, loud)
    g, spectrum = 0.0, covariance[0]
    for lag in range(1, min(lags, max_lag) + 1):
        weight = min(1, 2 * (1 - lag / lags))
        g += 2 * weight * lag * covariance[lag]
        spectrum += 2 * weight * covariance[lag]
    d = (2 if kind == "stationary" else 4 / 3) * spectrum**2
    length = math.cbrt(2 * g**2 / d * total) if d > 0 else math.inf
    return min(ceiling, max(1.0, length)) if math.isfinite(length) else ceiling


def resampled_means(series, bootstrap, block_bars, rng):
    """Means of `resamples` series, drawn in this order: resample, path, block (its start, then its length)."""
    total = sum(map(len, series))
    if block_bars is None:  # whole paths
        sums, lengths = [part.sum() for part in series], [len(part) for part in series]
        for _ in range(bootstrap["resamples"]):
            picked = [math.floor(rng.next() * len(series)) for _ in series]
            yield sum(sums[p] for p in picked) / sum(lengths[p] for p in picked)
        return
    running = [np.concatenate([[0.0], np.cumsum(np.tile(part, 2))]).tolist() for part in series]
    stay = math.log1p(-1 / block_bars) if block_bars > 1 else -math.inf
    is_circular, fixed = bootstrap["kind"] == "circular", max(1, math.floor(block_bars + 0.5))
    for _ in range(bootstrap["resamples"]):
        resampled = 0.0
        for part, sums in zip(series, running):
            length, covered = len(part), 0
            while covered < length:
                start = math.floor(rng.next() * length)
                drawn = fixed if is_circular else 1 + math.floor(math.log1p(-rng.next()) / stay)
                bars = min(drawn, length - covered)
                resampled += sums[start + bars] - sums[start]
                covered += bars
        yield resampled / total


def widened_tail(tail, units):
    """The normal tail that reaches as far as Student's t, by Cornish and Fisher's expansion."""
    n = max(4, units)
    z, v = NORMAL.inv_cdf(tail), n - 1
    t = (z + z * (z**2 + 1) / (4 * v) + z * ((5 * z**2 + 16) * z**2 + 3) / (96 * v**2)
         + z * (((3 * z**2 + 19) * z**2 + 17) * z**2 - 15) / (384 * v**3)
         + z * ((((79 * z**2 + 776) * z**2 + 1482) * z**2 - 1920) * z**2 - 945) / (92160 * v**4))
    return NORMAL.cdf(math.sqrt(n / (n - 1)) * t)


def compare(own, lives, stream, bootstrap):
    """Per-bar log growth of an agent beyond the mean over the lives of a benchmark, with its interval."""
    series = [mine["growth"] - sum(life[p]["growth"] for life in lives) / len(lives) for p, mine in enumerate(own)]
    bars = sum(map(len, series))
    differing = int(sum((abs(part) > ROUNDING).sum() for part in series))
    if differing == 0:
        series = [np.zeros(len(part)) for part in series]
    is_whole = len(series) >= bootstrap["minPathsToResample"]
    automatic = bootstrap["blockBars"] == "auto"
    length = automatic_block_length(series, bootstrap["kind"]) if automatic else bootstrap["blockBars"]
    block_bars = None if is_whole else length
    units = len(series) if is_whole else bars / length
    means = np.array(list(resampled_means(series, bootstrap, block_bars, Alea(stream))))
    tail = widened_tail((1 - bootstrap["confidence"]) / 2, units)
    return {
        "bars": bars, "differingBars": differing, "confidence": bootstrap["confidence"],
        "meanExcessBps": sum(part.sum() for part in series) / bars / BPS,
        "lowerBps": np.quantile(means, tail) / BPS, "upperBps": np.quantile(means, 1 - tail) / BPS,
        "probabilityNotBetter": (means <= ROUNDING).mean(),
        "resampling": {"unit": "paths" if is_whole else "blocks", "blockBars": block_bars, "units": units},
    }


def ratio(value, spread):
    return None if spread is None or spread <= 1e-14 else value / spread


def deviation(values):
    return values.std(ddof=1) if len(values) > 1 else None


def perform(paths, trades, bars_per_year, start):
    """The figures of one life: a list of paths, each a dict of columns."""
    pooled = lambda read: np.concatenate([read(path) for path in paths])
    returns, growth = pooled(lambda p: p["return"]), pooled(lambda p: p["growth"])
    year = math.sqrt(bars_per_year)
    spread, downside = deviation(returns), math.sqrt(np.mean(np.minimum(returns, 0) ** 2))
    yearly = math.expm1(growth.mean() * bars_per_year)
    drawdown = min(path["drawdown"].min() for path in paths)
    sharpe = ratio(returns.mean(), spread)
    sortino = None if len(returns) < 2 else ratio(returns.mean(), downside)
    cost = lambda column: sum(path[column].sum() for path in paths) / (start * len(paths))
    kinds = {"fees": "feeCost", "spread": "spreadCost", "slippage": "slippageCost", "interest": "interestCost"}
    costs = {kind: cost(column) for kind, column in kinds.items()}
    closed = ~trades["isOpen"].astype(bool)
    return {
        "totalReturn": np.mean([path["equity"][-1] / start - 1 for path in paths]),
        "sharpe": None if sharpe is None else sharpe * year, "sortino": None if sortino is None else sortino * year,
        "calmar": None if drawdown > -1e-14 else yearly / -drawdown, "annualReturn": yearly,
        "annualVolatility": None if spread is None else spread * year, "maxDrawdown": drawdown,
        "turnover": pooled(lambda p: p["tradedNotional"]).sum() * bars_per_year / pooled(lambda p: p["equity"]).sum(),
        "costs": {**costs, "total": sum(costs.values()), "latency": cost("latencyCost"), "impact": cost("impactCost")},
        "trades": int(closed.sum()), "winRate": (trades["pnl"][closed] > 0).mean() if closed.any() else None,
        "exposure": np.mean(abs(pooled(lambda p: p["quantity"] * p["close"] / p["equity"]))),
        "bars": len(returns), "paths": len(paths),
    }


def per_regime(paths, bars_per_year):
    found = {}
    for regime in np.unique(np.concatenate([path["regime"] for path in paths]).astype(str)):
        parts = [path["return"][path["regime"] == regime] for path in paths]
        parts = [part for part in parts if len(part) > 0]
        returns = np.concatenate(parts)
        sharpe = ratio(returns.mean(), deviation(returns))
        found[regime] = {
            "totalReturn": np.mean([np.prod(1 + part) - 1 for part in parts]), "bars": len(returns),
            "sharpe": None if sharpe is None else sharpe * math.sqrt(bars_per_year),
        }
    return found


def deflated_sharpe(returns, trials, variance):
    """Bailey and Lopez de Prado (2014)."""
    sharpe, n = ratio(returns.mean(), deviation(returns)), len(returns)
    if sharpe is None:
        return None
    z = (returns - returns.mean()) / returns.std()
    scale = 1 - (z**3).mean() * sharpe + ((z**4).mean() - 1) / 4 * sharpe**2
    euler, best = 0.5772156649015329, 0.0
    if trials > 1:
        best = (1 - euler) * NORMAL.inv_cdf(1 - 1 / trials) + euler * NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    spread = 1 / (n - 1) if variance is None else variance
    return NORMAL.cdf((sharpe - math.sqrt(spread) * best) * math.sqrt(n - 1) / math.sqrt(scale)) if scale > 0 else None


def mean_over(lives):
    """Figures of a random trader: means over its lives, null where undefined in one."""
    if isinstance(lives[0], dict):
        return {name: mean_over([life[name] for life in lives]) for name in lives[0]}
    return None if any(value is None for value in lives) else sum(lives) / len(lives)


def thin(length, points):
    if length <= points:
        return range(length)
    return [math.floor(i * (length - 1) / (points - 1) + 0.5) for i in range(points)]
