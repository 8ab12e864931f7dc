"""The same columns, questions and answers in crmvalue and in other engines.

    bench/run --peers [--rows N] [--customers N] [--keys uniform|sequential|clustered|zipf] [--questions Q1d,Q3]
                      [--only crmvalue,duckdb,...] [--rounds N] [--threads N] [--apart] [--sessions N] [--json FILE]

Engines run in turn, round by round. With --apart one process is alive at a time, for lines that do not fit into all of
them at once: an engine then has all its rounds, or a part of them in each of some sessions.
"""

import argparse
import array
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SCORECARD = HERE.parent / "scorecard.json"
QUESTIONS = {
    "Q1": "count, first and last day, five sums per customer",
    "Q1d": "the same with distinct purchase days",
    "Q2": "six metrics to scores and tiers, from the summary",
    "Q3": "lines in, scores and tiers out, two windows",
    "Q4": "six metrics as percentiles, their mean in fifths",
    "Q5": "Q2's scores in fifths",
    "Q6": "twelve metrics as percentiles, entropy weights, natural breaks",
}
WIDTHS = {"Q1": 9, "Q1d": 10, "Q2": 3, "Q3": 3, "Q4": 3, "Q5": 3, "Q6": 3}  # columns of the answer
# Queries that an engine knows for a question; the first round finds out which is its best.
WAYS = {"duckdb": {"Q1d": 2, "Q3": 2, "Q4": 4, "Q5": 2},
        "clickhouse": {"Q1d": 3, "Q3": 3, "Q4": 4, "Q5": 2}}
# Our percentiles are lines of 64 knots, as a model file holds them; the others' are each customer's rank. So many points
# may a customer's mean differ by, and so many percent of the customers by a tier.
POINTS_APART, TIERS_APART = 1, 2
APART = {"Q4", "Q6"}
SUMMARY_QUESTIONS = {"Q2", "Q4", "Q5", "Q6"}
TWELVE_QUESTIONS = {"Q6"}  # these want metrics of their own beside the summary's
# The others have neither entropy weights nor natural breaks that are exact at such sizes.
ONLY_OF = {"Q6": ("crmvalue", "pandas")}
ENGINES = ["crmvalue", "duckdb", "clickhouse", "data.table", "pandas"]
EPOCH = datetime.date(1970, 1, 1)
ROW_BYTES, SUMMARY_BYTES = 48, 56
MEBIBYTE, GIBIBYTE = 2**20, 2**30


def days(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def chosen(text, known):
    names = text.split(",")
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"there is no {name}; there are {', '.join(known)}")
    return names


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run --peers", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--modules", type=pathlib.Path,
                        help="where the npm packages are: build-bench/peers, unless said")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, help="a tenth of the rows, unless said")
    parser.add_argument("--keys", choices=["uniform", "sequential", "clustered", "zipf"], default="uniform")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="runs that medians are taken of")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--questions", type=lambda text: chosen(text, list(QUESTIONS)), default=list(QUESTIONS),
                        help="of Q1, Q1d, Q2 ..., with commas between")
    parser.add_argument("--only", type=lambda text: chosen(text, ENGINES), default=ENGINES,
                        help="engines, with commas between; crmvalue always takes part")
    parser.add_argument("--apart", action="store_true", help="one engine at a time")
    parser.add_argument("--sessions", type=int, default=1, help="with --apart: how often each engine is started")
    parser.add_argument("--json", type=pathlib.Path)
    asked = parser.parse_args()
    asked.customers = asked.customers or max(asked.rows // 10, 1)
    asked.modules = asked.modules or asked.folder / "peers"
    needed = {"lines": set(asked.questions) - SUMMARY_QUESTIONS, "summary": set(asked.questions) & SUMMARY_QUESTIONS,
              "twelve": set(asked.questions) & TWELVE_QUESTIONS}
    asked.tables = ",".join(table for table, questions in needed.items() if questions)
    return asked


# ---- Engines -------------------------------------------------------------------------------------------------------


def has_pandas(python):
    return subprocess.run([python, "-c", "import pandas"], capture_output=True, check=False).returncode == 0


def commands(asked, data):
    """Each engine that is asked for and installed, and how it is started."""
    threads = str(asked.threads)
    found = {"crmvalue": [asked.folder / "bench" / "engine", "serve", data, threads, asked.tables]}
    node = shutil.which("node")
    for name, package in (("duckdb", "@duckdb/node-api"), ("clickhouse", "chdb")):
        if node and (asked.modules / "node_modules" / package).is_dir():
            found[name] = [node, "--expose-gc", HERE / f"{name}.mjs", data, asked.modules, threads]
    rscript = shutil.which("Rscript")
    if rscript and subprocess.run([rscript, "-e", "library(data.table)"], capture_output=True,
                                  check=False).returncode == 0:
        found["data.table"] = [rscript, "--vanilla", HERE / "datatable.R", data, threads]
    for python in filter(has_pandas, ("/usr/bin/python3", sys.executable)):
        found.setdefault("pandas", [python, "-B", HERE / "pandas_engine.py", data])
    for missing in asked.only:
        if missing not in found:
            print(f"{missing} is not installed; see bench/README.md", file=sys.stderr)
    return {name: [str(word) for word in words] for name, words in found.items()
            if name in asked.only or name == "crmvalue"}


class Failure(Exception):
    """An engine has no answer; its text says why."""


class Engine:
    """An engine and its figures, over all processes in which it holds the columns in tables of its own and answers line
    by line. Times are in seconds, memory in bytes."""

    def __init__(self, name, command, environment, log):
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.process = None
        self.version = ""
        self.empty = self.table = self.loaded = 0
        self.best, self.first, self.peak, self.same, self.failed = {}, {}, {}, {}, {}
        self.seconds, self.fresh = {}, {}

    def start(self):
        say(f"loading {self.name}")
        with open(self.log, "a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                            text=True, env=self.environment)
        # where memory runs out, this process goes, and no other
        with contextlib.suppress(OSError):
            self.file("oom_score_adj").write_text("1000", encoding="ascii")
        version, empty, table = self.answer("ready")[-3:]
        self.version, self.empty, self.table = version, int(empty), int(table)
        self.loaded = self.status("VmRSS")

    def file(self, name):
        return pathlib.Path(f"/proc/{self.process.pid}/{name}")

    def status(self, key):
        lines = self.file("status").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key + ":")), 0)

    def answer(self, wanted):
        """The rest of the next line that begins with a word."""
        for line in self.process.stdout:
            words = line.split()
            if words and words[0] == wanted:
                return words[1:]
            if words and words[0] == "failed":
                raise Failure(" ".join(words[1:]) or "failed")
        status = self.process.wait()
        self.process = None
        raise Failure("killed, for want of memory as it seems" if status == -9 else f"ended with {status}")

    def ask(self, *words):
        if self.process is None:
            self.start()
        try:
            print(*words, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # the answer tells
        return self.answer("done")

    def run(self, question, way=0, word="run"):
        if self.process is None:
            self.start()
        self.file("clear_refs").write_text("5", encoding="ascii")
        seconds = float(self.ask(word, question, way)[0])
        self.peak[word, question] = max(self.peak.get((word, question), 0), self.status("VmHWM"))
        return seconds

    def probe(self, question):
        """The first run, of each way; the best is kept for all others."""
        ways = range(WAYS.get(self.name, {}).get(question, 1))
        word = "fresh" if self.name == "crmvalue" else "run"
        took = {}
        for way in ways:
            say(f"{question}: {self.name}, first run")
            try:
                took[way] = self.run(question, way, word)
            except Failure as failure:
                if way == ways[-1] and not took:
                    raise
                print(f"{question}: {self.name}, way {way}: {failure}", file=sys.stderr)
        self.best[question] = min(took, key=took.get)
        self.first[question] = took[self.best[question]]
        self.peak.pop((word, question))
        self.seconds[question], self.fresh[question] = [], []

    def turn(self, question):
        """One of the runs that the median is of. Ours come twice: in memory that the system has to hand out, and in
        memory that a run before has used; the others keep or give back memory as they do."""
        if self.name != "crmvalue":
            self.seconds[question].append(self.run(question, self.best[question]))
            return
        self.fresh[question].append(self.run(question, word="fresh"))
        try:
            self.run(question)
            self.seconds[question].append(self.run(question))
        except Failure as failure:
            print(f"{question}: crmvalue, in memory that it keeps: {failure}", file=sys.stderr)

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()
            self.process = None


# ---- Answers -------------------------------------------------------------------------------------------------------


def difference(ours, theirs, width):
    """Where two answers differ first, in words; None where they are the same."""
    size = 8 * width
    with open(ours, "rb") as one, open(theirs, "rb") as other:
        if ours.stat().st_size == 0 or ours.stat().st_size != theirs.stat().st_size:
            return f"{theirs.stat().st_size // size} customers, not {ours.stat().st_size // size}"
        while left := one.read(size << 16):
            right = other.read(size << 16)
            if left == right:
                continue
            at = next(i for i in range(0, len(left), 8) if left[i:i + 8] != right[i:i + 8])
            row = at // size * size
            values = [struct.unpack("<d", block[at:at + 8])[0] for block in (left, right)]
            customer = struct.unpack("<d", left[row:row + 8])[0]
            return f"customer {customer:.0f}, column {(at - row) // 8}: {values[1]!r}, not {values[0]!r}"
    return None


def differences_of_ranks(ours, theirs):
    """The same where percentiles are asked for: customers alike, scores near, nearly all tiers alike."""
    left, right = (array.array("d", path.read_bytes()) for path in (ours, theirs))
    if not left or len(left) != len(right) or left[0::3] != right[0::3]:
        return "other customers"
    apart = max(abs(one - other) for one, other in zip(left[1::3], right[1::3])) / 10000
    moved = 300 * sum(one != other for one, other in zip(left[2::3], right[2::3])) / len(left)
    near = apart <= POINTS_APART and moved <= TIERS_APART
    return None if near else f"scores up to {apart:.3f} points apart, {moved:.2f} % of the customers in another tier"


def keep_answer(engine, question, data):
    """Writes our answer, and holds another engine's against it, customer by customer, to the last digit."""
    path = data / f"answer-{engine.name}-{question}"
    ours = data / f"answer-crmvalue-{question}"
    say(f"{question}: {engine.name}, its answer")
    engine.ask("write", question, path)
    if engine.name == "crmvalue":
        return
    differs = (differences_of_ranks(ours, path) if question in APART else
               difference(ours, path, WIDTHS[question]))
    engine.same[question] = differs is None
    if differs:
        print(f"{question}: {engine.name} has another answer: {differs}", file=sys.stderr)
    path.unlink()


# ---- Runs ----------------------------------------------------------------------------------------------------------


def say(text):
    """Progress on a terminal: one line, drawn over itself; elsewhere only what each question took."""
    if sys.stderr.isatty():
        print(f"\r{text:<78.78}", end="", file=sys.stderr, flush=True)


def tell(question, engines):
    say("")
    took = (f"{engine.name} {statistics.median(engine.seconds[question]):.2f} s" if engine.seconds.get(question)
            else f"{engine.name}: {engine.failed.get(question, 'no answer')}" for engine in engines)
    print(f"{question} done: {', '.join(took)}", file=sys.stderr, flush=True)


def try_to(work, engine, question, *more):
    """Does something with an engine; where it fails, notes why, and the engine has no figures for that question."""
    if engine.name not in ONLY_OF.get(question, ENGINES):
        engine.failed.setdefault(question, "not asked")
    if question in engine.failed:
        return
    try:
        work(engine, question, *more)
    except Failure as failure:
        if engine.name == "crmvalue":
            raise SystemExit(f"crmvalue failed at {question}: {failure}; see {engine.log}") from failure
        engine.failed[question] = str(failure)
        engine.seconds.pop(question, None)


def measure_together(engines, asked, data):
    """All engines alive, in turn."""
    for engine in engines:
        start(engine)
    for question in asked.questions:
        for engine in engines:
            try_to(Engine.probe, engine, question)
        for number in range(asked.rounds):
            for engine in engines:
                say(f"{question}: {engine.name}, run {number + 1} of {asked.rounds}")
                try_to(Engine.turn, engine, question)
        for engine in engines:
            try_to(keep_answer, engine, question, data)
        tell(question, engines)
    for engine in engines:
        engine.stop()


def session(engine, question, data, rounds, first):
    """What one process does for a question."""
    if first:
        engine.probe(question)
    for number in range(rounds):
        say(f"{question}: {engine.name}, run {number + 1} of {rounds}")
        engine.turn(question)
    if first:
        keep_answer(engine, question, data)


def measure_apart(engines, asked, data):
    """One engine alive at a time."""
    for number in range(asked.sessions):
        for engine in engines:
            start(engine)
            for question in asked.questions:
                try_to(session, engine, question, data, asked.rounds, number == 0)
                tell(question, [engine])
            engine.stop()


def start(engine):
    try:
        engine.start()
    except Failure as failure:
        raise SystemExit(f"{engine.name} does not start: {failure}; see {engine.log}") from failure


def available_bytes():
    lines = pathlib.Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def measure(asked, data, environment):
    log = asked.folder / "log"
    log.mkdir(exist_ok=True)
    found = commands(asked, data)
    # lines in and an answer on the way take about five times the lines
    if not asked.apart and len(found) * 5 * asked.rows * ROW_BYTES > available_bytes():
        print("There is not memory enough for all engines at once: one at a time.", file=sys.stderr)
        asked.apart = True
    engines = []
    for name, command in found.items():
        path = log / f"engine-{name}"
        path.unlink(missing_ok=True)
        engines.append(Engine(name, command, environment, path))
    try:
        (measure_apart if asked.apart else measure_together)(engines, asked, data)
    finally:
        for engine in engines:
            if engine.process is not None:
                engine.process.kill()
                engine.process.wait()
    return engines


# ---- What they read ------------------------------------------------------------------------------------------------


def check_disk(asked):
    """Columns, once more as ClickHouse reads them, and two answers a question."""
    answers = sum(16 * WIDTHS[question] for question in asked.questions)
    needed = 2 * asked.rows * ROW_BYTES + asked.customers * (2 * SUMMARY_BYTES + answers)
    free = shutil.disk_usage(asked.folder).free
    if needed > free:
        raise SystemExit(f"{asked.folder}: {free / GIBIBYTE:.1f} GiB of disk are free, not {needed / GIBIBYTE:.1f}")


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


def write_columns(asked, data):
    say("writing the columns")
    subprocess.run([asked.folder / "bench" / "engine", "write", data, str(asked.rows), str(asked.customers),
                    str(asked.seed), asked.keys, asked.tables], check=True)
    write_bands(data)


# ---- The tables ----------------------------------------------------------------------------------------------------


def row(question, engine, name, word, seconds):
    return {"question": question, "engine": name, "first_seconds": engine.first[question],
            "seconds": statistics.median(seconds), "runs": sorted(seconds), "peak_bytes": engine.peak[word, question],
            "same": engine.same.get(question, True)}


def figures(engines, questions):
    """A row for each question and engine that answered it, ours twice."""
    rows = []
    for question in questions:
        own, *peers = engines
        if own.seconds[question]:
            rows.append(row(question, own, "crmvalue", "run", own.seconds[question]))
        rows.append(row(question, own, "crmvalue, fresh memory", "fresh", own.fresh[question]))
        rows += [row(question, peer, peer.name, "run", peer.seconds[question]) for peer in peers
                 if peer.seconds.get(question)]
    return rows


def ratios(rows, questions):
    """Ours against DuckDB and the fastest other engine, question by question. Our peak is that in fresh memory: the
    other is what the process keeps on purpose."""
    found = []
    for question in questions:
        of = {entry["engine"]: entry for entry in rows if entry["question"] == question}
        fresh = of.pop("crmvalue, fresh memory")
        warm = of.pop("crmvalue", fresh)
        duckdb, best = of.get("duckdb"), min(of.values(), key=lambda entry: entry["seconds"], default=None)
        lowest = min(of.values(), key=lambda entry: entry["peak_bytes"], default=None)
        entry = {"question": question}
        for name, peer in (("duckdb", duckdb), ("best", best)):
            if peer:
                entry |= {f"{name}_engine": peer["engine"], f"{name}_to_warm": peer["seconds"] / warm["seconds"],
                          f"{name}_to_fresh": peer["seconds"] / fresh["seconds"]}
        if duckdb:
            entry["peak_to_duckdb"] = fresh["peak_bytes"] / duckdb["peak_bytes"]
        if lowest:
            entry |= {"lowest_peak_engine": lowest["engine"],
                      "peak_to_lowest": fresh["peak_bytes"] / lowest["peak_bytes"]}
        found.append(entry)
    return found


def print_runs(rows, engines):
    print(f"{'question':<9}{'engine':<24}{'first s':>9}{'median s':>10}{'of ours':>10}{'of DuckDB':>11}{'peak MiB':>11}"
          "  answer")
    for question in dict.fromkeys(entry["question"] for entry in rows):
        of = [entry for entry in rows if entry["question"] == question]
        duckdb = next((entry["seconds"] for entry in of if entry["engine"] == "duckdb"), None)
        for entry in of:
            to_duckdb = f"{entry['seconds'] / duckdb:>10.2f}x" if duckdb else f"{'':>11}"
            print(f"{entry['question']:<9}{entry['engine']:<24}{entry['first_seconds']:>9.4f}{entry['seconds']:>10.4f}"
                  f"{entry['seconds'] / of[0]['seconds']:>9.2f}x{to_duckdb}{entry['peak_bytes'] / MEBIBYTE:>11,.0f}"
                  f"  {'the same' if entry['same'] else 'ANOTHER'}")
        for engine in engines:
            if question in engine.failed:
                print(f"{question:<9}{engine.name:<24} no answer: {engine.failed[question]}")


def print_memory(engines):
    print(f"\n{'memory, MiB':<33}{'empty':>9}{'tables':>10}{'loaded':>10}")
    for engine in engines:
        print(f"{'':<9}{engine.name:<24}{engine.empty / MEBIBYTE:>9,.0f}{engine.table / MEBIBYTE:>10,.0f}"
              f"{engine.loaded / MEBIBYTE:>10,.0f}")


def print_ratios(found):
    print(f"\n{'':<9}{'DuckDB takes':>22}{'':>4}{'the best other takes':>22}{'':<13}{'our peak, of':>22}")
    print(f"{'question':<9}{'of warm':>11}{'of fresh':>11}{'':>4}{'of warm':>11}{'of fresh':>11}  {'engine':<11}"
          f"{'DuckDB':>11}{'lowest':>11}  engine")

    def cell(entry, key, form):
        return f"{form.format(entry[key]):>11}" if key in entry else f"{'':>11}"

    for entry in found:
        duckdb, best = (cell(entry, f"{name}_to_warm", "{:.2f}x") + cell(entry, f"{name}_to_fresh", "{:.2f}x")
                        for name in ("duckdb", "best"))
        print(f"{entry['question']:<9}{duckdb}    {best}  "
              f"{entry.get('best_engine', ''):<11}{cell(entry, 'peak_to_duckdb', '{:.0%}')}"
              f"{cell(entry, 'peak_to_lowest', '{:.0%}')}  {entry.get('lowest_peak_engine', '')}")


def print_all(rows, found, engines, asked):
    how = f"{asked.rounds} interleaved runs"
    if asked.apart:
        how = f"{asked.sessions * asked.rounds} runs in {asked.sessions} sessions, one engine at a time"
    print(f"{asked.rows:,} lines of {asked.customers:,} customers, {asked.keys} keys, {asked.threads} threads, "
          f"medians of {how}")
    print(", ".join(f"{engine.name} {engine.version}" for engine in engines) + "\n")
    print_runs(rows, engines)
    print_memory(engines)
    if len(engines) > 1:
        print_ratios(found)
    print()
    for question in asked.questions:
        print(f"{question:<4} {QUESTIONS[question]}")


def write_json(rows, found, engines, asked):
    path = asked.json or asked.folder / "peers.json"
    whole = {name: getattr(asked, name) for name in
             ("rows", "customers", "keys", "threads", "rounds", "apart", "sessions", "seed")}
    whole["engines"] = [{"engine": engine.name, "version": engine.version, "ways": engine.best, "failed": engine.failed,
                         "empty_bytes": engine.empty, "table_bytes": engine.table, "loaded_bytes": engine.loaded}
                        for engine in engines]
    whole |= {"figures": rows, "ratios": found}
    path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def main():
    asked = arguments()
    check_disk(asked)
    environment = os.environ | {
        "BENCH_AS_OF": str(days("2025-12-31")), "BENCH_WINDOW_AFTER": str(days("2024-12-31")),
        "BENCH_BEFORE_AFTER": str(days("2023-12-31")), "BENCH_SCORECARD": str(SCORECARD),
        "BENCH_TABLES": asked.tables}
    with tempfile.TemporaryDirectory(prefix="data-", dir=asked.folder) as data:
        write_columns(asked, pathlib.Path(data))
        engines = measure(asked, pathlib.Path(data), environment)
    rows = figures(engines, asked.questions)
    found = ratios(rows, asked.questions)
    print_all(rows, found, engines, asked)
    write_json(rows, found, engines, asked)
    return 0 if all(entry["same"] for entry in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
