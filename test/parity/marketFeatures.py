"""Recipe of marketFeatures.json: reference values of features by TA-Lib and NumPy.

pip install numpy TA-Lib, then: python marketFeatures.py > marketFeatures.json
"""

import json

import numpy as np
import talib

rng = np.random.default_rng(20240101)
n = 240
close = np.round(100 * np.exp(np.cumsum(0.01 * rng.standard_t(4, n))), 2)
open_ = np.round(np.concatenate([[100.0], close[:-1]]) * (1 + 0.001 * rng.standard_normal(n)), 2)
high = np.round(np.maximum(open_, close) * (1 + 0.004 * rng.random(n)), 2)
low = np.round(np.minimum(open_, close) * (1 - 0.004 * rng.random(n)), 2)
volume = np.round(1000 * np.exp(0.5 * rng.standard_normal(n)), 3)
y = np.log(close)


def rolling(values, period, function):
    out = np.full(len(values), np.nan)
    for t in range(period - 1, len(values)):
        window = values[t - period + 1 : t + 1]
        if not np.isnan(window).any():
            out[t] = function(window)
    return out


returns = np.concatenate([[np.nan], np.diff(y)])
slope = talib.LINEARREG_SLOPE(y, 20)
upper, middle, _ = talib.BBANDS(close, 20, 2, 2)
net = np.concatenate([np.full(20, np.nan), np.abs(y[20:] - y[:-20])])
macd, macd_signal, macd_histogram = talib.MACD(close, 12, 26, 9)
stochastic_k, stochastic_d = talib.STOCH(high, low, close, 14, 3, 0, 3, 0)
typical = (high + low + close) / 3
range2, move2 = np.log(high / low) ** 2, np.log(close / open_) ** 2
variance = rolling(returns, 20, lambda w: np.var(w, ddof=1))


def exponential(values, decay, warmup):
    """pandas' ewm(alpha=1 - decay).mean() of values[1:]."""
    out = np.full(len(values), np.nan)
    for t in range(warmup, len(values)):
        weights = decay ** np.arange(t)
        out[t] = (values[t:0:-1] * weights).sum() / weights.sum()
    return out


def rank(window):
    """Where the newest stands among the others, -1 to 1."""
    others = window[:-1]
    return ((others < window[-1]).sum() - (others > window[-1]).sum()) / len(others)


obv = talib.OBV(close, volume)
balance = np.concatenate([np.full(20, np.nan), obv[20:] - obv[:-20]])
expected = {
    "smaDistance20": close / talib.SMA(close, 20) - 1,
    "macd12-26-9:line": macd / close,
    "macd12-26-9:signal": macd_signal / close,
    "macd12-26-9:histogram": macd_histogram / close,
    "adx14": talib.ADX(high, low, close, 14) / 100,
    "adx14:plusDi": talib.PLUS_DI(high, low, close, 14) / 100,
    "adx14:minusDi": talib.MINUS_DI(high, low, close, 14) / 100,
    "stochastic14-3-3:k": stochastic_k / 50 - 1,
    "stochastic14-3-3:d": stochastic_d / 50 - 1,
    "williamsR14": talib.WILLR(high, low, close, 14) / 50 + 1,
    "cci20": talib.CCI(high, low, close, 20) / 100,
    "bollingerWidth20x2": 2 * (upper - middle) / middle,
    "parkinson20": np.sqrt(rolling(range2 / (4 * np.log(2)), 20, np.mean)),
    "garmanKlass20": np.sqrt(rolling(range2 / 2 - (2 * np.log(2) - 1) * move2, 20, np.mean)),
    "ewmaVolatility0.94": np.sqrt(exponential(returns**2, 0.94, 12)),
    "obv20": balance / talib.SUM(volume, 20),
    "vwapDistance20": close / (talib.SUM(typical * volume, 20) / talib.SUM(volume, 20)) - 1,
    "volatilityRegime20of60": rolling(variance, 60, rank),
    "logReturn5": np.concatenate([np.full(5, np.nan), y[5:] - y[:-5]]),
    "trendSlope20": slope / rolling(returns, 19, np.std) * np.sqrt(20),
    "emaDistance20": y - talib.EMA(y, 20),
    "rsi14": talib.RSI(close, 14) / 50 - 1,
    "realizedVolatility20": rolling(returns, 20, lambda w: np.std(w, ddof=1)),
    "atr14": talib.ATR(high, low, close, 14) / close,
    "bollingerPosition20x2": (close - middle) / (upper - middle),
    "volumeZScore20": rolling(volume, 20, lambda w: (w[-1] - np.mean(w)) / np.std(w)),
    "drawdown50": close / talib.MAX(close, 50) - 1,
    "efficiencyRatio20": net / rolling(np.abs(returns), 20, np.sum),
}
plain = lambda values: [None if np.isnan(v) else float(v) for v in values]
print(
    json.dumps(
        {
            "recipe": "marketFeatures.py",
            "versions": {"numpy": np.__version__, "ta-lib": talib.__ta_version__.decode().split()[0]},
            "bars": {"open": plain(open_), "high": plain(high), "low": plain(low), "close": plain(close), "volume": plain(volume)},
            "expected": {name: plain(values) for name, values in expected.items()},
        }
    )
)
