"""Prints the best customers of a file that `crmvalue score --out` wrote.

    best.py SCORES.csv [HOW-MANY]
"""

import csv
import sys


def main():
  with open(sys.argv[1], encoding="utf-8", newline="") as file:
    customers = [row for row in csv.DictReader(file) if row["tier"]]
  customers.sort(key=lambda row: (-float(row["score"]), row["customer"]))
  print(f"{'':2} {'customer':8} {'name':28} {'score':>6}  {'tier':9} strongest reason")
  for place, row in enumerate(customers[:int(sys.argv[2]) if len(sys.argv) > 2 else 10], 1):
    print(f"{place:2} {row['customer']:8} {row['name'][:28]:28} {float(row['score']):6.2f}  {row['tier']:9} {row['reason_1']}")


if __name__ == "__main__":
  main()
