"""A slow and exact computation of what a book comes to, to hold the library to: day by day, in whole minor units and
fractions, from the rows as they are written, sharing nothing with the library but the rules of docs/model.md."""

import datetime
from fractions import Fraction

DAY = datetime.timedelta(1)
MONEY = ("revenue", "cost", "discount", "cost_to_serve", "unknown", "unknown_magnitude", "negative")


def rounded(fraction):
  """To a whole number, half to even."""
  return round(Fraction(fraction))


def minor(text):
  return rounded(Fraction(text) * 100)


def months_before(day, months):
  """The last day of a month stays a last day; other days are clamped."""
  index = day.year * 12 + day.month - 1 - months
  year, month = divmod(index, 12)
  last = (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1) - DAY).day
  is_last = (day + DAY).day == 1
  return datetime.date(year, month + 1, last if is_last else min(day.day, last))


def window_days(window, as_of, before=False):
  """First and last day, both included."""
  if "from" in window:
    first, last = (datetime.date.fromisoformat(window[side]) for side in ("from", "to"))
    if before:
      first, last = first - (last - first + DAY), first - DAY
    return first, min(last, as_of)
  back = (lambda times: as_of - times * window["days"] * DAY) if "days" in window else \
      (lambda times: months_before(as_of, times * window["months"]))
  return back(1 + before) + DAY, back(1) if before else as_of


FROM_FEED = {"receivables": ("overdue_amount", "overdue_days", "days_late"), "invoice days": ("open", "dso"),
             "events": ("surveys", "survey_sum", "survey_mean", "satisfaction", "satisfaction_age",
                        "satisfaction_last_age")}


class Book:
  """Rows per batch and feed; corrections; relations; and what follows from them."""

  def __init__(self, rates, quoted_foreign, interest, days_in_year):
    self.batches, self.fed, self.rates, self.quoted_foreign = {}, {}, rates, quoted_foreign
    self.interest, self.days_in_year = interest, days_in_year

  def converted(self, text, currency, day):
    """Minor units in the home currency."""
    amount = Fraction(text or 0) * 100
    if currency == "EUR":
      return rounded(amount)
    rate = Fraction(max((at, rate) for at, rate in self.rates[currency] if at <= day)[1])
    return rounded(amount / rate if self.quoted_foreign else amount * rate)

  def rows(self, feed):
    return [row for batch in self.batches.values() for row in batch[feed]]

  def take(self, name, content):
    """A batch, in the place of the one of that name."""
    self.batches[name] = {feed: list(rows) for feed, rows in content.items()}
    self.fed[name] = set(content)  # a feed without rows says that nothing happened
    invoiced = not content["receivables"] or any(row["date"] is not None for row in content["receivables"])
    self.fed[name] |= {"invoice days"} if invoiced else set()

  def withdraw(self, name):
    del self.batches[name], self.fed[name]

  def feeds(self):
    """What was fed, whether or not its customers have been erased since."""
    return set().union(*self.fed.values())

  def erase(self, key):
    for batch in self.batches.values():
      for feed, rows in batch.items():
        batch[feed] = [row for row in rows if row["customer"] != key]

  # ---- Customer-days

  def days(self):
    """(customer, day) -> sums of the lines, before any roll-up."""
    found = {}
    for row in self.rows("transactions"):
      kind = row["kind"]
      if kind == "void":
        continue
      sums = found.setdefault((row["customer"], row["date"]), dict.fromkeys((*MONEY, "sale_lines", "quantity"), 0))
      amount = {name: self.converted(row[name], row["currency"], row["date"])
                for name in ("revenue", "cost", "discount", "cost_to_serve")}
      if kind == "cost":
        sums["cost_to_serve"] += amount["cost_to_serve"]
        continue
      if kind == "rebate":
        sums["revenue"] -= amount["revenue"]
        sums["discount"] += amount["revenue"]
        sums["negative"] += max(0, amount["revenue"])
        continue
      sign = -1 if kind == "return" else 1
      sums["sale_lines"] += kind == "sale"
      sums["quantity"] += sign * row["quantity"] * 1000
      for name in ("revenue", "discount", "cost_to_serve"):
        sums[name] += sign * amount[name]
      revenue = sign * amount["revenue"]
      sums["negative"] += max(0, -revenue)
      if row["cost"] is None:
        sums["unknown"] += revenue
        sums["unknown_magnitude"] += abs(revenue)
      else:
        sums["cost"] += sign * amount["cost"]
    return found

  # ---- Groups

  def top(self, key, table):
    """The customer as whom a key counts."""
    key = self.main(key, table)
    while table.get(key, {}).get("parent") not in (None, key):
      key = self.main(table[key]["parent"], table)
    return key

  @staticmethod
  def main(key, table):
    while table.get(key, {}).get("alias_of") is not None:
      key = table[key]["alias_of"]
    return key

  def rolled_up(self, table):
    """The same days by the customers that are rows of the frame."""
    by_main, found = {}, {}

    def add(into, place, sums):
      there = into.setdefault(place, dict.fromkeys(sums, 0))
      for name, value in sums.items():
        there[name] = there.get(name, 0) + value

    for (key, day), sums in self.days().items():
      add(by_main, (self.main(key, table), day), sums)
    for (key, day), sums in by_main.items():
      dealer, share = table.get(key, {}).get("dealer"), table.get(key, {}).get("dealer_share")
      if dealer is not None:
        credit = {name: rounded(Fraction(sums[name]) * Fraction(share) / 100) for name in MONEY}
        add(found, (self.top(dealer, table), day), credit | {"sale_lines": 0, "quantity": 0})
        sums = sums | {name: sums[name] - credit[name] for name in MONEY}
      add(found, (self.top(key, table), day), sums)
    return found

  # ---- Receivables

  def items(self, key, table):
    for row in self.rows("receivables"):
      if self.top(row["customer"], table) == key:
        day = row["date"] or row["due"]
        yield self.converted(row["amount"], row["currency"], day), row["date"], row["due"], row["paid"]

  def balances(self, items, first, last):
    """The overdue balance at the end of each day."""
    return {first + n * DAY: sum(amount for amount, _, due, paid in items
                                 if due <= first + n * DAY and (paid is None or paid > first + n * DAY))
            for n in range((last - first).days + 1)}

  def finance_cost(self, items, first, last):
    """Interest accrues on each day of the window on what was overdue at the end of the day before."""
    if first > last:
      return 0
    balance = self.balances(items, first - DAY, last - DAY)
    cost = Fraction(0)
    for day, amount in balance.items():
      accrues = day + DAY
      rate = [rate for start, rate in self.interest if start is None or start <= accrues][-1]
      cost += amount * Fraction(rate) / self.days_in_year
    return rounded(cost)

  def overdue(self, items, as_of):
    """Amount and days: an item is overdue from the day after it was due."""
    amount = sum(amount for amount, _, due, paid in items if due < as_of and (paid is None or paid > as_of))
    if amount <= 0:
      return 0, 0
    earliest = min(due for _, _, due, _ in items)
    balance, day = self.balances(items, earliest, as_of), as_of - DAY
    while balance.get(day, 0) > 0:
      day -= DAY
    return amount, (as_of - day - DAY).days

  # ---- One customer

  def metrics(self, key, table, as_of, window):
    first, last = window_days(window, as_of)
    before = window_days(window, as_of, True)
    mine = sorted((day, sums) for (who, day), sums in self.rolled_up(table).items() if who == key and day <= as_of)
    items = list(self.items(key, table))
    events = [row for row in self.rows("events") if self.top(row["customer"], table) == key and row["date"] <= as_of]

    def total(name, days=(first, last)):
      return sum(sums[name] for day, sums in mine if days[0] <= day <= days[1])

    everything, unknown = total("revenue") + 2 * total("negative"), total("unknown_magnitude")
    known = everything <= 0 or (everything - unknown > 0 and (everything - unknown) * 2 >= everything)
    finance, discount = self.finance_cost(items, first, last), total("discount")
    profit = total("revenue") - total("unknown") - total("cost")
    contribution = profit - finance - total("cost_to_serve")
    overdue_amount, overdue_days = self.overdue(items, as_of)
    unpaid = [(amount, day) for amount, day, _, paid in items if day is not None and day <= as_of and
              (paid is None or max(paid, day) > as_of)]
    at_end = sum(amount for amount, day, _, paid in items if day is not None and day <= last and
                 (paid is None or max(paid, day) > last))
    paid = [(amount, max(0, (paid - due).days)) for amount, _, due, paid in items
            if paid is not None and first <= paid <= last and amount > 0]
    purchases = [day for day, sums in mine if sums["sale_lines"] > 0]
    inside = [day for day in purchases if first <= day <= last]
    counted = [row for row in events if row["event"] == "survey" and first <= row["date"] <= last]
    valued = [Fraction(row["value"]) for row in counted if row["value"] is not None]
    surveys = [row for row in events if row["event"] == "survey"]
    answers = [row for row in surveys if row["value"] is not None]
    late = max((row["date"] for row in answers), default=None)
    previous = total("revenue", before)
    money = lambda amount: amount / 100
    values = {
        "revenue": money(total("revenue")),
        "quantity": total("quantity") / 1000,
        "discount": money(discount),
        "gross_profit": money(profit) if known else None,
        "finance_cost": money(finance),
        "marketing_cost": money(discount + finance),
        "cost_to_serve": money(total("cost_to_serve")),
        "contribution": money(contribution) if known else None,
        "growth": (total("revenue") - previous) / previous if previous > 0 else None,
        "purchase_days": float(len(inside)),
        "recency": float((as_of - purchases[-1]).days) if purchases else None,
        "overdue_amount": money(overdue_amount),
        "overdue_days": float(overdue_days),
        "open": money(sum(amount for amount, _ in unpaid)),
        "days_late": sum(a * n for a, n in paid) / sum(a for a, _ in paid) if paid else None,
        "dso": Fraction(at_end * ((last - first).days + 1), total("revenue")) if total("revenue") > 0 else None,
        "surveys": float(len(counted)),
        "survey_sum": float(sum(valued, Fraction(0))),
        "survey_mean": float(sum(valued) / len(valued)) if valued else None,
        "satisfaction": float(min(Fraction(row["value"]) for row in answers if row["date"] == late))
                        if late else None,
        "satisfaction_age": float((as_of - max(row["date"] for row in surveys)).days) if surveys else None,
        "satisfaction_last_age": float((as_of - late).days) if late else None,
    }
    for feed, names in FROM_FEED.items():
      values |= dict.fromkeys(names) if feed not in self.feeds() else {}
    return values
