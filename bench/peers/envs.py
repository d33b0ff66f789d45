"""The gyms' side of the env benchmark: gym-anytrading and Gym-Trading-Env over the same bars, features and episodes.

Line 1 of stdin is the work as JSON: columns of bars, static features (bars, 5), window, fee, interest, episode length,
actions. Each further line asks for one round: both gyms step through all actions; the reply is their rates.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from gym_anytrading.envs import StocksEnv
from gym_trading_env.environments import TradingEnv

# Gym-Trading-Env turns every warning of the process into an error; pandas' deprecations are none of a bench's business.
warnings.resetwarnings()
warnings.simplefilter("ignore")


class FiveFeatures(StocksEnv):
    """As its documentation says to extend it: other signal features, and the fee."""

    def __init__(self, features, fee, **options):
        self.given = features
        super().__init__(**options)
        self.trade_fee_bid_percent = self.trade_fee_ask_percent = fee

    def _process_data(self):
        prices, _ = super()._process_data()
        return prices, self.given[: len(prices)]


def rate(env, actions, seed):
    env.reset(seed=seed)
    start = time.perf_counter()
    for action in actions:
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    return len(actions) / (time.perf_counter() - start)


def main():
    work = json.loads(sys.stdin.readline())
    window, episode, fee = work["window"], work["episodeBars"], work["fee"]
    bars = {name: np.array(work["bars"][name]) for name in ("open", "high", "low", "close", "volume")}
    features = np.array(work["features"], dtype=np.float32).reshape(len(bars["close"]), -1)
    index = pd.date_range("2015-01-01", periods=len(features), freq="h")
    frame = pd.DataFrame(bars, index=index)
    anytrading = FiveFeatures(
        features=features,
        fee=fee,
        df=frame.rename(columns={"close": "Close"}),
        window_size=window,
        frame_bound=(window, window + episode),
    )
    for column in range(features.shape[1]):
        frame[f"feature_{column}"] = features[:, column]
    trading_env = TradingEnv(
        df=frame,
        positions=[-1, 0, 1],
        windows=window,
        trading_fees=fee,
        borrow_interest_rate=work["interest"],
        max_episode_duration=episode,
        verbose=0,
    )
    three = work["actions"]
    two = [action // 2 for action in three]  # gym-anytrading knows short and long only

    def round(seed):
        return dict(gymAnytrading=rate(anytrading, two, seed), gymTradingEnv=rate(trading_env, three, seed))

    round(0)
    print("ready", flush=True)
    for seed, _ in enumerate(sys.stdin):
        print(json.dumps(round(seed)), flush=True)


main()
