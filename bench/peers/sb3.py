"""Stable-Baselines3 on Gym-Trading-Env: the other side of the ppo and dqn benchmarks, on one thread.

Line 1 of stdin is the work as JSON: closes and features, widths, how many steps. Each further line asks for one round:
a new learner, a warm-up, then the timed steps, whose rate is printed.
"""

import json
import sys
import time

import numpy as np
import pandas as pd
import torch
from gym_trading_env.environments import TradingEnv
from stable_baselines3 import DQN, PPO
from stable_baselines3.common.vec_env import DummyVecEnv


def main():
    work = json.loads(sys.stdin.readline())
    torch.set_num_threads(1)
    close = np.array(work["close"])
    features = np.array(work["features"], dtype=np.float32).reshape(len(close), work["numFeatures"])
    frame = pd.DataFrame({f"feature_{i}": column for i, column in enumerate(features.T)})
    frame.index = pd.date_range("2020-01-01", periods=len(close), freq="h")
    for column in ("open", "high", "low", "close"):
        frame[column] = close

    def make_env():
        return TradingEnv(
            df=frame.copy(),
            positions=[-1, 0, 1],
            trading_fees=0.0005,
            max_episode_duration=work["episodeBars"],
            verbose=0,
        )

    def make_learner():
        env = DummyVecEnv([make_env] * work["numEnvs"])
        hidden = work["hidden"]
        if work["algorithm"] == "ppo":
            net = dict(pi=hidden, vf=hidden)
            learner = PPO("MlpPolicy", env, policy_kwargs=dict(net_arch=net), device="cpu", seed=1)
            return learner, learner.n_steps * work["numEnvs"]
        learner = DQN(
            "MlpPolicy",
            env,
            policy_kwargs=dict(net_arch=hidden),
            batch_size=64,
            train_freq=4,
            buffer_size=100_000,
            learning_starts=work["learningStarts"],
            target_update_interval=1000,
            device="cpu",
            seed=1,
        )
        return learner, work["learningStarts"]

    def round():
        learner, warm_up = make_learner()
        learner.learn(warm_up)
        start = time.perf_counter()
        learner.learn(work["steps"], reset_num_timesteps=False)
        return dict(stepsPerSecond=work["steps"] / (time.perf_counter() - start))

    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(round()), flush=True)


main()
