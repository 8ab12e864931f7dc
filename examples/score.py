"""The job of score.c in Python: invoice lines from memory into scores, tiers and reasons."""

import sys
from array import array
from datetime import date

import crmvalue

# A missing metric's weight goes to the others unless its card says otherwise: unknown costs must make nobody gold.
CARD = """{
  "crmvalue": 1, "money": {"currency": "EUR"}, "window": {"months": 12},
  "metrics": {
    "gross_profit": {"sum": "gross_profit", "missing": "worst", "scale": {"line": [[0, 0], [5000, 100]]}},
    "purchase_days": {"count": "purchase_days", "scale": {"line": [[0, 0], [4, 100]]}},
    "recency": {"label": "time since the last purchase", "recency": "days",
                "scale": {"bands": [{"points": 100}, {"from": 60, "points": 50}, {"from": 180, "points": 0}]}}},
  "indexes": {"score": {"weights": {"gross_profit": 50, "purchase_days": 20, "recency": 30}}},
  "tiers": {"cuts": [["gold", 70], ["silver", 40], ["basic", null]]}
}"""

customer = ["Adler", "Birch", "Adler", "Cedar", "Adler", "Birch", "Dogwood", "Adler"]
dates = [date(2025, 1, 15), date(2025, 3, 3), date(2025, 4, 9), date(2025, 5, 20),
         date(2025, 8, 1), date(2025, 10, 7), date(2025, 11, 28), date(2025, 12, 12)]
revenue = array("d", [4200.00, 1890.50, 3100.00, 12750.00, 2800.00, 940.25, 615.90, -310.00])
cost = array("d", [2650.00, 1210.00, 1985.00, 13020.00, 1700.00, 610.40, float("nan"), -196.00])


def scored(**columns):
  model = crmvalue.Model(CARD)
  ledger = crmvalue.Ledger(model)
  ledger.add("invoices of 2025", **columns)
  return list(crmvalue.score(model, ledger, as_of=date(2025, 12, 31)))


customers = scored(customer=customer, date=dates, revenue=revenue, cost=cost)
for one in customers:
  print(f"{one.key:8} {one.score:6.2f}  {one.tier or one.unrated:6}  {one.reason}")

try:
  import numpy
except ImportError:
  print("numpy is not there: the same with numpy arrays is left out", file=sys.stderr)
else:
  table = numpy.array([revenue, cost]).T  # amounts side by side: each column is read in strides
  again = scored(customer=customer, date=numpy.array(dates, "datetime64[D]"), revenue=table[:, 0], cost=table[:, 1])
  if again != customers:
    sys.exit("numpy arrays gave other scores than plain ones")
