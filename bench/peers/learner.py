"""PyTorch's side of the learner benchmark: double-DQN updates in eager mode on one thread.

Line 1 of stdin is the work as JSON: parameters (in, out), one batch, how often. Each further line asks for one round:
start from the given weights, warm up, time the updates, print the rate and the first losses.
"""

import json
import sys
import time

import torch


def main():
    work = json.loads(sys.stdin.readline())
    torch.set_num_threads(1)
    feeds = work["feeds"]
    batch = len(feeds["reward"])
    floats = lambda values: torch.tensor(values, dtype=torch.float32)
    state = floats(feeds["state"]).view(batch, -1)
    next_state = floats(feeds["nextState"]).view(batch, -1)
    action = torch.tensor(feeds["action"]).view(batch, 1)
    reward = floats(feeds["reward"]).view(batch, 1)
    bootstrap = floats(feeds["bootstrap"]).view(batch, 1)

    def build():
        layers = []
        given = [floats(p["values"]).view(p["shape"]) for p in work["parameters"]]
        for weight, bias in zip(given[0::2], given[1::2]):
            linear = torch.nn.Linear(*weight.shape)
            linear.weight.data, linear.bias.data = weight.T.contiguous(), bias.clone()
            layers += [linear, torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    def round():
        online, target = build(), build()
        optimizer = torch.optim.Adam(online.parameters(), lr=feeds["learningRate"])

        def update():
            with torch.no_grad():
                best = online(next_state).argmax(1, keepdim=True)
                wanted = reward + bootstrap * target(next_state).gather(1, best)
            loss = torch.nn.functional.smooth_l1_loss(online(state).gather(1, action), wanted)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return loss.item()

        losses = [update() for _ in range(work["warmUp"])]
        start = time.perf_counter()
        for _ in range(work["updates"]):
            update()
        rate = work["updates"] / (time.perf_counter() - start)
        return dict(updatesPerSecond=rate, losses=losses[: work["compared"]])

    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(round()), flush=True)


main()
