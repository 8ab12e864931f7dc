"""pandas as one of the engines that are compared. It computes on one thread."""

import gc
import json
import os
import sys
import time

import numpy as np
import pandas as pd

LINES = [("customer", "i64"), ("day", "i32"), ("quantity", "i32"), ("revenue", "i64"), ("cost", "i64"),
         ("discount", "i64"), ("cost_to_serve", "i64")]
METRICS = ["gross_profit", "quantity", "discount", "recency", "growth", "purchase_days"]
SUMS = ["quantity", "revenue", "cost", "discount", "cost_to_serve"]
TYPES = {"i32": "<i4", "i64": "<i8", "f64": "<f8"}
AS_OF, WINDOW_AFTER, BEFORE_AFTER = (
    int(os.environ[name]) for name in ("BENCH_AS_OF", "BENCH_WINDOW_AFTER", "BENCH_BEFORE_AFTER"))
with open(os.environ["BENCH_SCORECARD"], encoding="utf-8") as text:
    CARD = json.load(text)


def column(folder, name, kind):
    return np.fromfile(f"{folder}/{name}.{kind}", TYPES[kind])


def points(metric, values, unit):
    card = CARD["metrics"][metric]
    bands = card["scale"]["bands"]
    cuts = np.array([band["from"] * unit for band in bands if "from" in band])
    found = np.array([band["points"] for band in bands])[np.searchsorted(cuts, values, side="right")]
    return np.where(np.isnan(values), card["missing"]["points"], found) if "missing" in card else found


def banded(frame, unit):
    """Without tiers."""
    indexes = CARD["indexes"]
    score = np.zeros(len(frame), np.int64)
    for index, top in indexes["score"]["weights"].items():
        for metric, weight in indexes[index]["weights"].items():
            money = metric in ("gross_profit", "discount")
            score += top * weight * points(metric, frame[metric].to_numpy(), unit if money else 1)
    return score


def scores(frame, unit):
    score = banded(frame, unit)
    cuts = [cut * 10000 for _, cut in CARD["tiers"]["cuts"][:-1]]
    tier = len(cuts) - np.searchsorted(np.array(cuts[::-1]), score, side="right")
    return pd.DataFrame({"customer": frame["customer"].to_numpy(), "score": score, "tier": tier})


def q1(lines, _):
    return lines.groupby("customer", sort=False).agg(
        lines=("day", "size"), first=("day", "min"), last=("day", "max"),
        **{name: (name, "sum") for name in SUMS}).reset_index()


def customer_days(lines, names):
    """Sums per customer and day: one grouping by both in one number."""
    both = lines["customer"].to_numpy() * 65536 + lines["day"].to_numpy()
    grouped = lines[names].groupby(both, sort=False)
    days = grouped.sum()
    days["lines"] = grouped.size()
    both = days.index.to_numpy()
    days["customer"] = both >> 16
    days["day"] = both & 65535
    return days


def q1d(lines, _):
    return customer_days(lines, SUMS).groupby("customer", sort=False).agg(
        lines=("lines", "sum"), first=("day", "min"), last=("day", "max"),
        **{name: (name, "sum") for name in SUMS}, purchase_days=("day", "size")).reset_index()


def q2(_, summary):
    return scores(summary, 1)


def fifths(summary, score):
    cuts = np.quantile(score, [0.2, 0.4, 0.6, 0.8])
    tier = 4 - np.searchsorted(cuts, score, side="right")
    return pd.DataFrame({"customer": summary["customer"].to_numpy(), "score": score, "tier": tier})


def q4(_, summary):
    """Percentiles: the share of customers below a value and half of those at it."""
    found = [(summary[name].rank(method="average") - 0.5) * (100 / summary[name].count()) for name in METRICS]
    total = sum(values.fillna(0).to_numpy() for values in found)
    return fifths(summary, 10000 * total / sum(values.notna().to_numpy() for values in found))


def q5(_, summary):
    return fifths(summary, banded(summary, 1))


RATIOS = [("gross_profit", "quantity"), ("discount", "quantity"), ("gross_profit", "purchase_days"),
          ("quantity", "purchase_days"), ("discount", "purchase_days"), ("recency", "purchase_days")]


def entropy_weights(columns):
    """1 - E of each column's shares in its sum, E being their entropy to the base of their number."""
    spread = []
    for values in columns:
        there = values[~np.isnan(values)]
        shares = there[there > 0] / there.sum()
        spread.append(1 + (shares * np.log(shares)).sum() / np.log(len(there)))
    return np.array(spread) / sum(spread)


def squares(ends, first, last):
    """About their means, of the distinct values first .. last - 1, from cumulated weights, sums and squares."""
    weight, total, squared = (cumulated[last] - cumulated[first] for cumulated in ends)
    return squared - total * total / weight


def best_splits(ends, before, count):
    """For each number of values the last split that leaves the least squares: by halves, as the best splits ascend."""
    least, split = np.full(count + 1, np.inf), np.zeros(count + 1, np.int64)
    pending = [(np.array([1]), np.array([count + 1]), np.array([1]), np.array([count]))]
    while pending:
        begin, end, low, high = pending.pop()
        middle = (begin + end) // 2
        top = np.minimum(high, middle - 1)
        asked = top >= low
        if asked.any():
            begins, lengths = low[asked], (top - low + 1)[asked]
            starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
            candidates = np.arange(lengths.sum()) - np.repeat(starts - begins, lengths)
            costs = before[candidates] + squares(ends, candidates, np.repeat(middle[asked], lengths))
            found = np.minimum.reduceat(costs, starts)
            hits = np.flatnonzero(costs == np.repeat(found, lengths))
            firsts = hits[np.searchsorted(hits, starts)]
            least[middle[asked]], split[middle[asked]] = found, candidates[firsts]
        best = np.where(asked, split[middle], low)
        begin, end, low, high = (np.concatenate(pair) for pair in (
            (begin, middle + 1), (middle, end), (low, best), (np.where(asked, best, high), high)))
        some = begin < end
        if some.any():
            pending.append(tuple(part[some] for part in (begin, end, low, high)))
    return least, split


def natural_breaks(values, classes):
    """The lowest values of all classes but the first, ascending (Fisher 1958), exactly but for doubles' rounding."""
    distinct, counts = np.unique(values, return_counts=True)
    centred = distinct - values.mean()
    ends = [np.concatenate(([0.0], np.cumsum(part))) for part in (counts, counts * centred, counts * centred ** 2)]
    count = len(distinct)
    least = np.full(count + 1, np.inf)
    least[1:] = squares(ends, 0, np.arange(1, count + 1))
    splits = []
    for _ in range(classes - 1):
        least, split = best_splits(ends, least, count)
        splits.append(split)
    cuts, at = [], count
    for split in reversed(splits):
        at = split[at]
        cuts.append(distinct[at])
    return np.array(cuts[::-1])


def q6(_, summary):
    columns = [summary[name] for name in METRICS]
    columns += [summary[one] / summary[other].where(summary[other] != 0) for one, other in RATIOS]
    found = [((values.rank(method="average") - 0.5) * (100 / values.count())).to_numpy() for values in columns]
    total, there = np.zeros(len(summary)), np.zeros(len(summary))
    for weight, values in zip(entropy_weights(found), found):
        known = ~np.isnan(values)
        total += np.where(known, values, 0) * weight
        there += known * weight
    score = np.rint(1e6 * total / there)
    tier = 4 - np.searchsorted(natural_breaks(score, 5), score, side="right")
    return pd.DataFrame({"customer": summary["customer"].to_numpy(), "score": score / 100, "tier": tier})


def q3(lines, _):
    days = customer_days(lines, ["quantity", "revenue", "cost", "discount"])
    now = (days["day"] > WINDOW_AFTER).to_numpy()
    before = (days["day"] > BEFORE_AFTER).to_numpy() & ~now
    days["gross_profit"] = (days["revenue"] - days["cost"]) * now
    days["quantity"] *= now
    days["discount"] *= now
    days["past"] = days["revenue"] * before
    days["now"] = days["revenue"] * now
    frame = days.groupby("customer", sort=False).agg(
        gross_profit=("gross_profit", "sum"), quantity=("quantity", "sum"), discount=("discount", "sum"),
        last=("day", "max"), now=("now", "sum"), past=("past", "sum"), purchase_days=("day", "size")).reset_index()
    frame["recency"] = AS_OF - frame["last"]
    past = frame["past"].to_numpy()
    frame["growth"] = np.where(past > 0, (frame["now"].to_numpy() - past) / np.where(past > 0, past, 1), np.nan)
    return scores(frame, 100)


def resident():
    """What this process takes, in bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))


def load(folder):
    tables = os.environ["BENCH_TABLES"].split(",")
    lines = summary = None
    if "lines" in tables:
        lines = pd.DataFrame({name: column(folder, name, kind) for name, kind in LINES}, copy=False)
    if "summary" in tables:
        summary = pd.DataFrame({name: column(folder, f"summary_{name}", "f64") for name in METRICS}, copy=False)
        summary["customer"] = column(folder, "summary_customer", "i64")
    return lines, summary


def answer_one(question, lines, summary):
    """Prints what it took; gives the answer, or None where there is no memory for it."""
    gc.collect()
    begin = time.perf_counter()
    try:
        answer = question(lines, summary)
    except MemoryError as error:
        print(f"failed {error}", flush=True)
        return None
    print(f"done {time.perf_counter() - begin:.6f}", flush=True)
    return answer


def main():
    empty = resident()
    lines, summary = load(sys.argv[1])
    held = sum(int(table.memory_usage().sum()) for table in (lines, summary) if table is not None)
    questions = {"Q1": q1, "Q1d": q1d, "Q2": q2, "Q3": q3, "Q4": q4, "Q5": q5, "Q6": q6}
    answer = None
    print("ready pandas", pd.__version__, empty, held, flush=True)
    for request in sys.stdin:
        word, question, *rest = request.split()
        if word == "write":
            answer.sort_values("customer").to_numpy(np.float64).tofile(rest[0])
            print("done", flush=True)
        else:
            answer = None
            answer = answer_one(questions[question], lines, summary)


main()
