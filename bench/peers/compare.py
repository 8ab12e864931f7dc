"""The same columns, questions and answers in crmvalue and in other engines, in interleaved runs.

    bench/run --peers [--rows N] [--customers N] [--keys uniform|sequential|clustered|zipf] [--rounds N]
                      [--threads N] [--only crmvalue,duckdb,...] [--json FILE] [--apart]

--apart holds one engine beside crmvalue in memory at a time, for feeds that do not fit in all of them at once.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCORECARD = HERE.parent / "scorecard.json"
QUESTIONS = {
    "Q1": "count, first and last day, five sums per customer",
    "Q1d": "the same with distinct purchase days",
    "Q2": "six metrics to scores and tiers, from the summary",
    "Q3": "lines in, scores and tiers out, two windows",
}
# Queries that an engine knows for a question; the first round finds out which is its best.
WAYS = {"duckdb": {"Q1d": 2, "Q3": 2}, "clickhouse": {"Q1d": 3, "Q3": 3}}
EPOCH = datetime.date(1970, 1, 1)


def days(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run --peers", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, help="a tenth of the rows, unless said")
    parser.add_argument("--keys", choices=["uniform", "sequential", "clustered", "zipf"], default="uniform")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="runs that medians are taken of")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="engines, with commas between")
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    asked = parser.parse_args()
    asked.customers = asked.customers or asked.rows // 10
    return asked


# ---- Engines -------------------------------------------------------------------------------------------------------


def commands(asked, data):
    """Each engine that is installed, and how it is started."""
    modules = asked.folder / "peers"
    threads = str(asked.threads)
    found = {"crmvalue": [asked.folder / "bench" / "engine", "serve", data, threads]}
    node = shutil.which("node")
    for name, package in (("duckdb", "@duckdb/node-api"), ("clickhouse", "chdb")):
        if node and (modules / "node_modules" / package).is_dir():
            found[name] = [node, "--max-old-space-size=8192", HERE / f"{name}.mjs", data, modules, threads]
    for python in ("/usr/bin/python3", sys.executable):
        if "pandas" not in found and subprocess.run(
                [python, "-c", "import pandas"], capture_output=True, check=False).returncode == 0:
            found["pandas"] = [python, "-B", HERE / "pandas_engine.py", data]
    rscript = shutil.which("Rscript")
    if rscript and subprocess.run([rscript, "-e", "library(data.table)"], capture_output=True,
                                  check=False).returncode == 0:
        found["data.table"] = [rscript, "--vanilla", HERE / "datatable.R", data, threads]
    return {name: [str(word) for word in words] for name, words in found.items()
            if not asked.only or name in asked.only.split(",") or name == "crmvalue"}


class Engine:
    """A process that holds the columns in its own tables and answers line by line."""

    def __init__(self, name, command, environment, log):
        self.name = name
        with open(log, "w", encoding="utf-8") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True, env=environment)
        words = self.answer("ready")
        if words is None:
            raise SystemExit(f"{name} does not start; see {log}")
        self.version = words[-1]
        self.best = {}
        self.seconds = {question: [] for question in QUESTIONS}
        self.fresh = {question: [] for question in QUESTIONS}
        self.first = {}
        self.peak = {}
        self.same = {}

    def answer(self, wanted):
        """The rest of the next line that begins with a word; None where the process has ended."""
        for line in self.process.stdout:
            words = line.split()
            if words and words[0] == wanted:
                return words[1:]
            if words and words[0] == "failed":
                return None
        return None

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        answer = self.answer("done")
        if answer is None:
            raise SystemExit(f"{self.name} failed at: {' '.join(map(str, words))}")
        return answer

    def run(self, question, way=0, word="run"):
        self.forget_peak()
        seconds = float(self.ask(word, question, way)[0])
        self.peak[word, question] = max(self.peak.get((word, question), 0), self.read_peak())
        return seconds

    def probe(self, question):
        """The first run, of each way; the best is kept for all others."""
        ways = range(WAYS.get(self.name, {}).get(question, 1))
        took = [self.run(question, way) for way in ways]
        self.first[question] = took[0]
        self.best[question] = min(ways, key=took.__getitem__)
        self.peak.pop(("run", question))

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def read_peak(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


# ---- Runs ----------------------------------------------------------------------------------------------------------


def say(text):
    """Progress on a terminal: one line, drawn over itself; elsewhere only what each question took."""
    if sys.stderr.isatty():
        print(f"\r{text:<78.78}", end="", file=sys.stderr, flush=True)


def write_bands(folder):
    """The scorecard for engines that read no JSON."""
    card = json.loads(SCORECARD.read_text(encoding="utf-8"))
    weights = {metric: top * weight for index, top in card["indexes"]["score"]["weights"].items()
               for metric, weight in card["indexes"][index]["weights"].items()}
    lines = ["metric\tweight\tfrom\tpoints\tmissing"]
    for name, metric in card["metrics"].items():
        missing = metric.get("missing", {}).get("points", "NA")
        for band in metric["scale"]["bands"]:
            lines.append(f"{name}\t{weights[name]}\t{band.get('from', 'NA')}\t{band['points']}\t{missing}")
    (folder / "bands.tsv").write_text("\n".join(lines) + "\n", encoding="ascii")
    cuts = sorted(cut * 10000 for _, cut in card["tiers"]["cuts"] if cut is not None)
    (folder / "cuts.tsv").write_text("\n".join(["cut", *map(str, cuts)]) + "\n", encoding="ascii")


def same_bytes(left, right):
    with open(left, "rb") as one, open(right, "rb") as other:
        while True:
            a, b = one.read(1 << 22), other.read(1 << 22)
            if a != b:
                return False
            if not a:
                return True


def compare(ours, engine, question, data):
    """Whether an engine's last answer is ours, customer by customer, to the last digit."""
    paths = [data / f"answer_{each.name}" for each in (ours, engine)]
    for each, path in zip((ours, engine), paths):
        each.ask("write", question, path)
    engine.same[question] = paths[0].stat().st_size > 0 and same_bytes(*paths)
    for path in paths:
        path.unlink()


def measure(engines, asked, data):
    ours = engines[0]
    for question in QUESTIONS:
        for engine in engines:
            say(f"{question}: {engine.name}, first run")
            engine.probe(question)
        for turn in range(asked.rounds):
            for engine in engines:
                say(f"{question}: {engine.name}, run {turn + 1} of {asked.rounds}")
                engine.seconds[question].append(engine.run(question, engine.best[question]))
            ours.fresh[question].append(ours.run(question, word="fresh"))
        ours.run(question)
        for engine in engines[1:]:
            say(f"{question}: {engine.name}, comparing its answer")
            compare(ours, engine, question, data)
        say("")
        took = (f"{engine.name} {statistics.median(engine.seconds[question]):.2f} s" for engine in engines)
        print(f"{question} done: {', '.join(took)}", file=sys.stderr, flush=True)


def measure_all(asked, data, environment):
    started = []
    found = commands(asked, data)
    for missing in sorted({"crmvalue", "duckdb", "clickhouse", "data.table", "pandas"} - set(found)):
        if not asked.only or missing in asked.only.split(","):
            print(f"{missing} is not installed; see bench/README.md", file=sys.stderr)
    log = asked.folder / "log"
    log.mkdir(exist_ok=True)

    def start(name):
        say(f"loading {name}")
        return Engine(name, found[name], environment, log / f"engine-{name}")

    if not asked.apart:
        started = [start(name) for name in found]
        measure(started, asked, data)
        for engine in started:
            engine.stop()
        return started
    ours = start("crmvalue")
    for name in list(found)[1:]:
        peer = start(name)
        measure([ours, peer], asked, data)
        peer.stop()
        started.append(peer)
    ours.stop()
    return [ours, *started]


# ---- The table -----------------------------------------------------------------------------------------------------


def row(question, name, first, seconds, ours, peak, same):
    return {"question": question, "engine": name, "first_seconds": first, "seconds": seconds, "ratio": seconds / ours,
            "peak_bytes": peak, "same": same}


def figures(engines):
    rows = []
    for question in QUESTIONS:
        ours = statistics.median(engines[0].seconds[question])
        fresh = statistics.median(engines[0].fresh[question])
        first, peak = engines[0].first[question], engines[0].peak
        rows.append(row(question, "crmvalue", first, ours, ours, peak["run", question], True))
        rows.append(row(question, "crmvalue, fresh memory", first, fresh, ours, peak["fresh", question], True))
        rows += [row(question, engine.name, engine.first[question], statistics.median(engine.seconds[question]), ours,
                     engine.peak["run", question], engine.same[question]) for engine in engines[1:]]
    return rows


def print_table(rows, engines, asked):
    versions = ", ".join(f"{engine.name} {engine.version}" for engine in engines)
    print(f"{asked.rows:,} lines of {asked.customers:,} customers, {asked.keys} keys, {asked.threads} threads, "
          f"medians of {asked.rounds} interleaved runs")
    print(f"{versions}\n")
    print(f"{'question':<9}{'engine':<24}{'first s':>9}{'median s':>10}{'of ours':>10}{'peak MiB':>11}  answer")
    for entry in rows:
        print(f"{entry['question']:<9}{entry['engine']:<24}{entry['first_seconds']:>9.3f}{entry['seconds']:>10.3f}{entry['ratio']:>9.2f}x"
              f"{entry['peak_bytes'] / 2**20:>11,.0f}  {'the same' if entry['same'] else 'ANOTHER'}")
    print()
    for question, text in QUESTIONS.items():
        print(f"{question:<4} {text}")


def main():
    asked = arguments()
    data = asked.folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "BENCH_AS_OF": str(days("2025-12-31")), "BENCH_WINDOW_AFTER": str(days("2024-12-31")),
        "BENCH_BEFORE_AFTER": str(days("2023-12-31")), "BENCH_SCORECARD": str(SCORECARD)}
    say("writing the columns")
    subprocess.run([asked.folder / "bench" / "engine", "write", data, str(asked.rows), str(asked.customers),
                    str(asked.seed), asked.keys], check=True)
    write_bands(data)
    engines = measure_all(asked, data, environment)
    rows = figures(engines)
    print_table(rows, engines, asked)
    path = asked.json or asked.folder / "peers.json"
    path.write_text(json.dumps({"rows": asked.rows, "customers": asked.customers, "keys": asked.keys,
                                "threads": asked.threads, "rounds": asked.rounds, "seed": asked.seed,
                                "versions": {engine.name: engine.version for engine in engines},
                                "ways": {engine.name: engine.best for engine in engines},
                                "figures": rows}, indent=1) + "\n", encoding="utf-8")
    return 0 if all(entry["same"] for entry in rows) else 1


sys.exit(main())
