#!/usr/bin/env python3
"""Random books of small companies through the library and through a slow exact reference: the same figures.

    books.py LIBRARY EXAMPLES [BOOKS [SEED]]

A book has customers in groups, with aliases and dealers, in three currencies; sales, returns, rebates, freight, cancelled
documents; receivables; survey answers; batches that are replaced and withdrawn; customers who are erased. On its way into
the ledger it is dealt out to shards and merged, or saved and loaded, by chance.
"""

import datetime
import json
import math
import os
import random
import sys
import tempfile

LIBRARY, EXAMPLES = sys.argv[1:3]
BOOKS = int(sys.argv[3]) if len(sys.argv) > 3 else 400
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
os.environ["CRMVALUE_LIBRARY"] = LIBRARY
sys.dont_write_bytecode = True
sys.path.insert(0, EXAMPLES)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import crmvalue
from reference import Book

START = datetime.date(2022, 1, 1)
KEYS = [f"C{number}" for number in range(1, 9)]
SHARDS = 3


def some_day(chance, days=900):
  return START + datetime.timedelta(chance.randrange(days))


def amount(chance, most=200_000):
  cents = chance.choice([0, 1, 5, chance.randrange(most), chance.randrange(most)])
  return f"{cents // 100}.{cents % 100:02}"


# ---- What a book is made of

def transaction(chance):
  kind = chance.choices(["sale", "return", "rebate", "cost", "adjustment", "void"], [10, 2, 1, 1, 1, 1])[0]
  return {"customer": chance.choice(KEYS), "date": some_day(chance), "kind": kind, "quantity": chance.randrange(1, 20),
          "revenue": amount(chance), "cost": None if chance.random() < .15 else amount(chance),
          "discount": amount(chance, 5000), "cost_to_serve": amount(chance, 3000),
          "currency": chance.choices(["EUR", "USD", "JPY"], [8, 1, 1])[0]}


def receivable(chance):
  day = some_day(chance)
  due = day + datetime.timedelta(chance.randrange(0, 60))
  paid = None if chance.random() < .2 else due + datetime.timedelta(chance.randrange(-40, 200))
  return {"customer": chance.choice(KEYS), "amount": chance.choice(["", "", "", "-"]) + amount(chance),
          "date": None if chance.random() < .1 else day, "due": due, "paid": paid,
          "currency": chance.choices(["EUR", "USD", "JPY"], [8, 1, 1])[0]}


def event(chance):
  return {"customer": chance.choice(KEYS), "date": some_day(chance), "event": chance.choice(["survey", "survey", "call"]),
          "value": None if chance.random() < .2 else f"{chance.randrange(0, 500) / 100:.2f}", "text": None}


def batch(chance):
  return {"transactions": [transaction(chance) for _ in range(chance.randrange(0, 16))],
          "receivables": [receivable(chance) for _ in range(chance.randrange(0, 8))],
          "events": [event(chance) for _ in range(chance.randrange(0, 5))]}


def relations(chance):
  """Aliases, dealers and parents point to later keys only, so that there is no cycle."""
  table = {}
  for place, key in enumerate(KEYS):
    later = KEYS[place + 1:]
    what = chance.random()
    row = dict.fromkeys(("alias_of", "parent", "dealer", "dealer_share"))
    if later and what < .12:
      row["alias_of"] = chance.choice(later)
    elif later:
      if what < .4:
        row["parent"] = chance.choice(later)
      elif what < .45:
        row["parent"] = key
      if chance.random() < .2:
        row["dealer"], row["dealer_share"] = chance.choice(later), chance.choice(["0", "100", "30", "33.333", "12.5"])
    table[key] = row
  return table


def some_window(chance):
  first = some_day(chance, 700)
  return chance.choice([{"days": chance.randrange(1, 500)}, {"months": chance.randrange(1, 18)},
                        {"from": first.isoformat(), "to": (first + datetime.timedelta(chance.randrange(0, 400))).isoformat()}])


def some_interest(chance):
  starts = sorted({some_day(chance) for _ in range(chance.randrange(0, 3))})
  return [(start, chance.choice(["0.06", "0", "0.085", "0.123456"])) for start in [None, *starts]]


def some_rates(chance):
  return sorted({day: f"{chance.randrange(1, 20000) / 10000:.4f}"
                 for day in (START, some_day(chance), some_day(chance))}.items())


def model_of(window, interest, days_in_year, quoted):
  rates = [{"rate": float(rate)} | ({"from": start.isoformat()} if start else {}) for start, rate in interest]
  sums = {name: {"sum": name} for name in ("revenue", "quantity", "discount", "gross_profit", "finance_cost",
                                           "cost_to_serve", "contribution")}
  metrics = sums | {
      "marketing_cost": {"sum": ["discount", "finance_cost"]}, "growth": {"growth": "revenue"},
      "purchase_days": {"count": "purchase_days"}, "recency": {"recency": "days"},
      "overdue_amount": {"overdue": "amount"}, "overdue_days": {"overdue": "days"}, "open": {"receivables": "open"},
      "days_late": {"receivables": "days_late"}, "dso": {"receivables": "days_sales_outstanding"},
      "surveys": {"event": ["survey", "count"]}, "survey_sum": {"event": ["survey", "sum"]},
      "survey_mean": {"event": ["survey", "mean"]}, "satisfaction": {"event": ["survey", "last"]},
      "satisfaction_age": {"event": ["survey", "age"]}, "satisfaction_last_age": {"event": ["survey", "last_age"]}}
  columns = {"customers": ("customer", "parent", "alias_of", "dealer", "dealer_share"),
             "transactions": ("customer", "date", "kind", "quantity", "revenue", "cost", "discount", "cost_to_serve",
                              "currency"),
             "receivables": ("customer", "amount", "date", "due", "paid", "currency"),
             "events": ("customer", "date", "event", "value", "text"), "rates": ("currency", "date", "rate")}
  mapped = {feed: {name: name for name in names} for feed, names in columns.items()}
  mapped["rates"]["quoted"] = quoted
  return crmvalue.Model(json.dumps({
      "crmvalue": 1, "money": {"currency": "EUR"}, "input": mapped, "window": window, "metrics": metrics,
      "finance_cost": {"yearly_rate": rates, "days_in_year": days_in_year}}))


# ---- Into the library

def as_columns(rows, names):
  return {name: [None if row[name] is None else str(row[name]) for row in rows] for name in names}


def tables(content):
  names = {"transactions": ("customer", "date", "kind", "quantity", "revenue", "cost", "discount", "cost_to_serve",
                            "currency"),
           "receivables": ("customer", "amount", "date", "due", "paid", "currency"),
           "events": ("customer", "date", "event", "value", "text")}
  return {feed: as_columns(content[feed], names[feed]) for feed in names}


def part(content, keys):
  return {feed: [row for row in rows if row["customer"] in keys] for feed, rows in content.items()}


def give_rates(ledger, rates):
  rows = [(currency, str(day), rate) for currency, known in rates.items() for day, rate in known]
  ledger.rates(**dict(zip(("currency", "date", "rate"), map(list, zip(*rows)))))


def new_ledger(model, rates):
  ledger = crmvalue.Ledger(model)
  give_rates(ledger, rates)
  return ledger


def fill(chance, model, book, rates, folder):
  """Feeds the library and the reference the same, corrections and all."""
  content = {f"batch {number}": batch(chance) for number in range(chance.randrange(1, 4))}
  sharded = chance.random() < .3
  shards = [new_ledger(model, rates) for _ in range(SHARDS if sharded else 1)]
  for name, rows in content.items():
    for number, shard in enumerate(shards):
      keys = [key for place, key in enumerate(KEYS) if place % len(shards) == number]
      shard.take(name, **tables(part(rows, keys)))
    book.take(name, rows)
  chance.shuffle(shards)
  ledger = shards[0]
  for shard in shards[1:]:
    ledger.merge(shard)
  for _ in range(chance.randrange(0, 4)):
    correct(chance, ledger, book, rates)
  if chance.random() < .3:
    path = os.path.join(folder, "ledger.crmv")
    ledger.save(path)
    ledger = crmvalue.Ledger(model, path)
  return ledger


def correct(chance, ledger, book, rates):
  what = chance.random()
  if what < .4 and book.batches:
    name, rows = chance.choice(list(book.batches)), batch(chance)
    give_rates(ledger, rates)
    ledger.take(name, **tables(rows), replace=True)
    book.take(name, rows)
  elif what < .7 and book.batches:
    name = chance.choice(list(book.batches))
    ledger.withdraw(name)
    book.withdraw(name)
  else:
    key = chance.choice(KEYS)
    held = any(row["customer"] == key and row.get("kind") != "void" for feed in ("transactions", "receivables", "events")
               for row in book.rows(feed))
    try:
      ledger.erase(key)
    except crmvalue.Error:
      assert not held, f"{key} cannot be erased"
    book.erase(key)


# ---- Side by side

def same(found, expected):
  if expected is None:
    return math.isnan(found)
  return found == float(expected) or math.isclose(found, float(expected), rel_tol=1e-15)


EXACT = {"revenue", "quantity", "discount", "gross_profit", "finance_cost", "marketing_cost", "cost_to_serve",
         "contribution", "overdue_amount", "overdue_days", "open", "purchase_days", "recency", "surveys", "survey_sum",
         "satisfaction", "satisfaction_age", "satisfaction_last_age"}


def compare(seed, scores, book, table, as_of, window):
  expected_rows = {}
  for key in {book.top(key, table) for key in KEYS}:
    expected_rows[key] = book.metrics(key, table, as_of, window)
  assert sorted(expected_rows) == scores.keys, f"book {seed}: customers {scores.keys}, expected {sorted(expected_rows)}"
  for name in next(iter(expected_rows.values())):
    found = scores.numbers(name)
    for row, key in enumerate(scores.keys):
      expected = expected_rows[key][name]
      ok = same(found[row], expected)
      if name in EXACT and expected is not None:
        ok = found[row] == float(expected)
      assert ok, f"book {seed}: {name} of {key} is {found[row]}, expected {expected}"
  return len(expected_rows) * len(next(iter(expected_rows.values())))


def one_book(seed, folder):
  chance = random.Random(seed)
  quoted, window, interest = chance.choice(["home", "foreign"]), some_window(chance), some_interest(chance)
  days_in_year, as_of = chance.choice([360, 365]), some_day(chance)
  rates = {currency: some_rates(chance) for currency in ("USD", "JPY")}
  book = Book(rates, quoted == "foreign", interest, days_in_year)
  model = model_of(window, interest, days_in_year, quoted)
  ledger, table = fill(chance, model, book, rates, folder), relations(chance)
  rows = [{"customer": key} | row for key, row in table.items()]
  chance.shuffle(rows)
  customers = as_columns(rows, ("customer", "parent", "alias_of", "dealer", "dealer_share"))
  return compare(seed, crmvalue.score(model, ledger, customers, as_of), book, table, as_of, window)


figures = 0
with tempfile.TemporaryDirectory() as folder:
  for seed in range(SEED, SEED + BOOKS):
    figures += one_book(seed, folder)
print(f"{BOOKS} books, {figures} figures: all the same")
