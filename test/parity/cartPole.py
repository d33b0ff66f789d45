"""Recipe of cartPole.json: episodes of Gymnasium's CartPole-v1, states as it shows them.

pip install gymnasium numpy, then: python cartPole.py > cartPole.json
"""

import json

import gymnasium
import numpy as np

env = gymnasium.make("CartPole-v1")
rng = np.random.default_rng(7)
episodes = []
for seed in range(4):
    state, _ = env.reset(seed=seed)
    start = env.unwrapped.state
    steps = []
    ended = False
    while not ended and len(steps) < 60:
        # Even seeds push mostly towards the side the pole falls to; odd ones at random, so that it falls.
        action = int(state[2] + 0.5 * state[3] > 0) if rng.random() < 0.8 * (seed % 2 == 0) else int(rng.integers(2))
        state, reward, terminated, truncated, _ = env.step(action)
        ended = bool(terminated or truncated)
        steps.append([action, *[float(v) for v in state], reward, int(terminated)])
    episodes.append({"start": [float(v) for v in start], "steps": steps})
print(json.dumps({"madeWith": f"gymnasium {gymnasium.__version__}, numpy {np.__version__}", "episodes": episodes}))
