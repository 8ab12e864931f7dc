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


def scores(frame, unit):
    indexes = CARD["indexes"]
    score = np.zeros(len(frame), np.int64)
    for index, top in indexes["score"]["weights"].items():
        for metric, weight in indexes[index]["weights"].items():
            money = metric in ("gross_profit", "discount")
            score += top * weight * points(metric, frame[metric].to_numpy(), unit if money else 1)
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
    questions = {"Q1": q1, "Q1d": q1d, "Q2": q2, "Q3": q3}
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
