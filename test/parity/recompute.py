"""Recomputes every figure and interval of a run's evaluation.json from its ledgers, fills and trades, and nothing else of ours.

    python recompute.py runs/<run>

Needs numpy, and pyarrow or duckdb. Prints how many figures were compared and the largest relative difference; exits with 1 where
one differs by more than 1e-9. Columns and definitions are those of docs/results-files.md. Resampling draws number by number, in
Python: tens of thousands of judged bars take minutes.
"""

import json
import math
import sys

import numpy as np
from judgedFigures import compare, deflated_sharpe, mean_over, per_regime, perform, thin

TOLERANCE = 1e-9
COSTS = ("feeCost", "spreadCost", "slippageCost", "latencyCost", "impactCost")


def read_parquet(path):
    """Columns of a file by name, as numpy arrays; null is NaN or None."""
    try:
        import pyarrow.parquet as parquet

        table = parquet.read_table(path)
        return {name: table[name].to_numpy() for name in table.column_names}
    except ImportError:
        import duckdb

        found = duckdb.sql(f"SELECT * FROM read_parquet('{path}')").fetchnumpy()
        return {name: unmasked(column) for name, column in found.items()}


def unmasked(column):
    if not np.ma.is_masked(column):
        return np.asarray(column)
    values = column.data.astype(object if column.dtype.kind in "OU" else float)
    values[column.mask] = None if values.dtype == object else np.nan
    return values


class Checker:
    """Counts what is compared, and keeps what differs."""

    def __init__(self):
        self.compared, self.worst, self.differences = 0, 0.0, []

    def close(self, what, found, stated, scale=None):
        """@param scale of the numbers that the two were added up from; their own, where absent"""
        if isinstance(found, dict):
            for name, value in found.items():
                self.close(f"{what}.{name}", value, stated.get(name, "missing"))
            return
        self.compared += 1
        if isinstance(found, (bool, str)) or found is None or stated is None or isinstance(stated, str):
            error = 0.0 if found == stated else 1.0
        else:
            error = abs(float(found) - float(stated)) / max(scale or 0, abs(float(stated)), 1e-3)
        self.worst = max(self.worst, error)
        if not error <= TOLERANCE:
            self.differences.append(f"{what}: stated {stated}, recomputed {found}")


class Books:
    """The three tables, cut into walks and paths."""

    def __init__(self, run, start):
        self.start = start
        self.tables = {name: read_parquet(f"{run}/{name}.parquet") for name in ("ledgers", "fills", "trades")}
        self.rows = {name: self.index(table) for name, table in self.tables.items()}

    @staticmethod
    def index(table):
        """Row numbers by walk and path, both in the order of the file."""
        found = {}
        keys = zip(*(table[name] for name in ("policy", "matchedTo", "costs", "replica", "path")), strict=True)
        for row, (policy, matched, costs, replica, path) in enumerate(keys):
            walk = (policy, matched if isinstance(matched, str) else None, costs, int(replica))
            found.setdefault(walk, {}).setdefault(path, []).append(row)
        return found

    def cut(self, name, walk, path=None):
        paths = self.rows[name].get(walk, {})
        rows = paths.get(path, []) if path is not None else [row for part in paths.values() for row in part]
        return {column: values[rows] for column, values in self.tables[name].items()}

    def walk(self, *walk):
        paths = [self.cut("ledgers", walk, path) for path in self.rows["ledgers"][walk]]
        for path in paths:
            before = np.concatenate([[self.start], path["equity"][:-1]])
            peak = np.maximum.accumulate(np.maximum(path["equity"], self.start))
            path["return"], path["growth"] = path["equity"] / before - 1, np.log(path["equity"] / before)
            path["drawdown"] = path["equity"] / peak - 1
        return paths

    def lives(self, agent):
        return sorted({walk[3] for walk in self.rows["ledgers"] if walk[:2] == ("random", agent)})


def check_books(books, checker):
    """Every account balances: bars, fills and trades tell the same story, to 1e-9 of what was turned over."""
    for walk, paths in books.rows["ledgers"].items():
        for path in paths:
            name = f"{' '.join(map(str, walk))} {path}"
            bars, fills = books.cut("ledgers", walk, path), books.cut("fills", walk, path)
            trades = books.cut("trades", walk, path)
            scale = books.start + bars["tradedNotional"].sum()
            interest = bars["interestCost"].sum()
            balance = bars["cash"] + bars["quantity"] * bars["close"] - bars["equity"]
            checker.close(f"{name}: cash and position are not the equity", abs(balance).max(), 0, scale)
            flow = (fills["writeOff"] - fills["quantity"] * fills["price"] - fills["feeCost"]).sum()
            checker.close(f"{name}: cash by fills", books.start + flow - interest, bars["cash"][-1], scale)
            for cost in COSTS:
                by_bar = np.bincount(fills["bar"].astype(int), fills[cost], len(bars["close"]))
                checker.close(f"{name}: {cost} by fills", abs(by_bar - bars[cost]).max(), 0, scale)
                checker.close(f"{name}: {cost} by trades", trades[cost].sum(), bars[cost].sum(), scale)
            checker.close(f"{name}: interest by trades", trades["interestCost"].sum(), interest, scale)
            checker.close(f"{name}: pnl of trades", trades["pnl"].sum(), bars["equity"][-1] - books.start, scale)
            is_long = trades["side"] == "long"
            exits = np.nan_to_num(trades["exitPrice"].astype(float))
            bought = trades["boughtQuantity"] * np.where(is_long, trades["entryPrice"], exits)
            sold = trades["soldQuantity"] * np.where(is_long, exits, trades["entryPrice"])
            held = trades["openQuantity"] * np.nan_to_num(trades["markPrice"].astype(float))
            pnl = sold - bought + held - trades["feeCost"] - trades["interestCost"] + trades["writeOff"]
            checker.close(f"{name}: pnl of each trade", np.abs(pnl - trades["pnl"]).max(initial=0), 0, scale)


def check_gates(name, agent, holding, gates, checker):
    """Value and answer of every gate but formulas."""
    comparisons = {one["benchmark"]: one for one in agent["comparisons"]}
    has_traded, stressed = agent["test"]["turnover"] > 0, agent["stressed"]
    for gate, verdict in zip(gates, agent["gates"], strict=True):
        kind, limit = gate["kind"], gate.get("limit")
        value, is_above = None, True
        if kind in ("beatsBuyAndHold", "beatsRandom"):
            one = comparisons["buyAndHold" if kind == "beatsBuyAndHold" else "random"]
            value, limit = (one["lowerBps"] if one["differingBars"] > 0 else None), limit + 1e-8
        elif kind == "positiveAfterP90":
            excess = gate["measure"] == "excessReturn"
            is_measured = stressed["turnover"] > 0 and not (excess and comparisons["buyAndHold"]["differingBars"] == 0)
            base = holding["stressed"]["totalReturn"] if excess else 0
            value, limit = (stressed["totalReturn"] - base if is_measured else None), limit + 1e-12
        else:
            is_above = False
            worst = [regime[gate["measure"]] for label, regime in agent["perRegime"].items() if label != "unknown"
                     and (gate.get("regimes") is None or label in gate["regimes"])] if kind == "perRegime" else []
            figures = {"maxDrawdown": agent["test"]["maxDrawdown"], "deflatedSharpe": agent["deflatedSharpe"],
                       "minTrades": agent["test"]["trades"] or None, "perRegime": min(worst, default=None)}
            value = figures[kind] if has_traded and kind in figures else None
        passed = value is not None and (value > limit if is_above else value >= limit)
        checker.close(f"{name}: gate {kind}", value, verdict["value"])
        checker.close(f"{name}: gate {kind} passed", bool(passed), verdict["passed"])


def check_curve(curve, lives, checker):
    """Mean equity and drawdown over paths on the clock of the longest; a path that is over keeps its last."""
    longest = max((path["equity"] for path in lives[0]), key=len)
    for column in ("equity", "drawdown"):
        series = [path[column] for paths in lives for path in paths]
        points = [np.mean([values[min(bar, len(values) - 1)] for values in series]) for bar in thin(len(longest), 400)]
        checker.close(f"curve {curve['name']}: points", len(points), len(curve[column]))
        worst = np.abs(np.array(points) - np.array(curve[column])).max()
        checker.close(f"curve {curve['name']}: {column}", worst, 0, np.abs(points).max())


def main(run):
    with open(f"{run}/evaluation.json") as file:
        evaluation = json.load(file)
    with open(f"{run}/config.json") as file:
        config = json.load(file)
    judging, year, start = config["evaluation"], evaluation["barsPerYear"], evaluation["startEquity"]
    books, checker = Books(run, start), Checker()
    check_books(books, checker)
    figures = lambda walk: perform(books.walk(*walk), books.cut("trades", walk), year, start)
    benchmarks = {one["name"]: one for one in evaluation["benchmarks"]}
    curves = {curve["name"]: curve for curve in evaluation["curves"]}
    for judged in [*evaluation["agents"], *evaluation["benchmarks"]]:
        name, agent = judged["name"], judged.get("matchedTo")
        walks = [(name, None)] if agent is None else [("random", agent)]
        lives = [0] if agent is None else books.lives(agent)
        for part, costs in (("test", "sample"), ("stressed", "p90")):
            found = mean_over([figures((*walks[0], costs, life)) for life in lives])
            checker.close(f"{name}: {part}", found, judged[part])
        paths = [books.walk(*walks[0], "sample", life) for life in lives]
        checker.close(f"{name}: regimes", mean_over([per_regime(life, year) for life in paths]), judged["perRegime"])
        check_curve(curves[name], paths, checker)
    for agent in evaluation["agents"]:
        name, own = agent["name"], books.walk(agent["name"], None, "sample", 0)
        for stated in agent["comparisons"]:
            rival, life_numbers = (stated["benchmark"], None), [0]
            if stated["benchmark"] == "random":
                rival, life_numbers = ("random", name), books.lives(name)
            lives = [books.walk(*rival, "sample", life) for life in life_numbers]
            stream = f"{config['seed']}/judge/bootstrap/{name}/{stated['benchmark']}"
            checker.close(f"{name}: stream", stream, stated["resampling"]["stream"])
            found = compare(own, lives, stream, judging["bootstrap"])
            checker.close(f"{name} against {stated['benchmark']}", found, stated)
        returns = np.concatenate([path["return"] for path in own])
        deflated = deflated_sharpe(returns, evaluation["trials"], evaluation["trialSharpeVariance"])
        checker.close(f"{name}: deflated Sharpe ratio", deflated, agent["deflatedSharpe"])
        check_gates(name, agent, benchmarks["buyAndHold"], judging["gates"], checker)
        sample = next(one for one in evaluation["samples"] if one["agent"] == name)
        first = own[0]
        for column, values in (("equity", first["equity"]), ("position", first["quantity"] * first["close"] / first["equity"])):
            points = values[list(thin(len(values), 2000))]
            checker.close(f"{name}: {column} of a path", np.abs(points - np.array(sample[column])).max(), 0, np.abs(points).max())
    print(json.dumps({"compared": checker.compared, "worst": checker.worst, "differences": checker.differences[:20]}))
    return 1 if checker.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
