"""TA-Lib's side of the features benchmark: the same columns over the same bars.

Line 1 of stdin is the work as JSON: a file of float64 columns open, high, low, close, volume one after another, and their
rows. Each further line asks for one round: the CPU milliseconds of each column as a user would compute it with TA-Lib and
NumPy, those of TA-Lib's calls alone, and the column's last value.
"""

import json
import sys
import time

import numpy as np
import talib


def main():
    work = json.loads(sys.stdin.readline())
    open_, high, low, close, volume = np.fromfile(work["file"]).reshape(5, work["rows"])

    def returns():
        y = np.log(close)
        return np.concatenate([[0.0], np.diff(y)])

    def obv_share(obv, total):
        return np.concatenate([np.full(20, np.nan), obv[20:] - obv[:-20]]) / total

    # Calls of TA-Lib, then what makes our column of their results.
    columns = {
        "smaDistance20": (lambda: talib.SMA(close, 20), lambda sma: close / sma - 1),
        "macd12-26-9:line": (lambda: talib.MACD(close, 12, 26, 9), lambda macd: [part / close for part in macd][0]),
        "adx14": (
            lambda: [f(high, low, close, 14) for f in (talib.ADX, talib.PLUS_DI, talib.MINUS_DI)],
            lambda parts: [part / 100 for part in parts][0],
        ),
        "rsi14": (lambda: talib.RSI(close, 14), lambda rsi: rsi / 50 - 1),
        "stochastic14-3-3:k": (
            lambda: talib.STOCH(high, low, close, 14, 3, 0, 3, 0),
            lambda parts: [part / 50 - 1 for part in parts][0],
        ),
        "williamsR14": (lambda: talib.WILLR(high, low, close, 14), lambda r: r / 50 + 1),
        "cci20": (lambda: talib.CCI(high, low, close, 20), lambda cci: cci / 100),
        "bollingerPosition20x2": (
            lambda: talib.BBANDS(close, 20, 2, 2),
            lambda bands: (close - bands[1]) / (bands[0] - bands[1]),
        ),
        "bollingerWidth20x2": (
            lambda: talib.BBANDS(close, 20, 2, 2),
            lambda bands: (bands[0] - bands[2]) / bands[1],
        ),
        "atr14": (lambda: talib.ATR(high, low, close, 14), lambda atr: atr / close),
        "emaDistance20": (lambda: (y := np.log(close), talib.EMA(y, 20)), lambda pair: pair[0] - pair[1]),
        "realizedVolatility20": (lambda: talib.STDDEV(returns(), 20), lambda deviation: deviation * np.sqrt(20 / 19)),
        "trendSlope20": (
            lambda: (talib.LINEARREG_SLOPE(np.log(close), 20), talib.STDDEV(returns(), 19)),
            lambda pair: pair[0] / pair[1] * np.sqrt(20),
        ),
        "volumeZScore20": (
            lambda: (talib.SMA(volume, 20), talib.STDDEV(volume, 20)),
            lambda pair: (volume - pair[0]) / pair[1],
        ),
        "drawdown100": (lambda: talib.MAX(close, 100), lambda highest: close / highest - 1),
        "obv20": (
            lambda: (talib.OBV(close, volume), talib.SUM(volume, 20)),
            lambda pair: obv_share(*pair),
        ),
    }

    def timed(f, *args):
        start = time.process_time()
        result = f(*args)
        return (time.process_time() - start) * 1000, result

    def round():
        report = {}
        for name, (calls, finish) in columns.items():
            calls_ms, result = timed(calls)
            finish_ms, values = timed(finish, result)
            report[name] = dict(ms=calls_ms + finish_ms, callsMs=calls_ms, last=float(values[-1]))
        return report

    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(round()), flush=True)


main()
