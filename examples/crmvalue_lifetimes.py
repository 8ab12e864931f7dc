"""Lifetime models from Python, columns in and columns out. Beside crmvalue.py and crmvalue_fit.py.

    from crmvalue_lifetimes import fit_lifetime, fit_spend, validate

    orders = fit_lifetime("mbg_nbd", x, t_x, T)                 # or a list of models: the least BIC of them
    orders.model, orders.parameters, orders.errors, orders.ending, orders.log_likelihood
    orders.predict("p_alive", x, t_x, T)                        # a list with a number for each customer
    orders.predict("purchases", x, t_x, T, ahead=52)
    orders.predict("discounted_purchases", x, t_x, T, discount=0.0025)
    spend = fit_spend("gamma_gamma", count, mean)
    spend.predict(count, mean)

    validate(model, ledger, split=date(2024, 6, 30), until=date(2024, 12, 31)).table

x, t_x, T and what comes ahead are in one unit of time, which is yours: docs/lifetimes.md has the convention. A column is
anything that array.array("d", column) takes, numpy's arrays among them; None is not a number, float("nan") is missing.
Predicting needs libcrmvalue alone, fitting and validating libcrmvalue-fit (see crmvalue_fit.py).
"""

import array
import collections
import ctypes
import datetime
import json
import math
from ctypes import byref, c_char, c_char_p, c_double, c_int32, c_int64, c_uint32

from crmvalue import Error, Model, Structure, call, constant, expect, library, table
from crmvalue_columns import days
from crmvalue_fit import Options, call_fit, fit_library

library.crmv_lifetime_name.restype = library.crmv_lifetime_parameter.restype = c_char_p
library.crmv_spend_name.restype = library.crmv_spend_parameter.restype = c_char_p

PROCESSES = ("CRMV_BG_NBD", "CRMV_MBG_NBD", "CRMV_PARETO_NBD", "CRMV_NBD")
SPENDS = ("CRMV_GAMMA_GAMMA", "CRMV_NORMAL_NORMAL")
QUESTIONS = {"p_alive": "CRMV_P_ALIVE", "purchases": "CRMV_PURCHASES",
             "discounted_purchases": "CRMV_DISCOUNTED_PURCHASES"}


class Process(Structure):
  """crmv_lifetime."""
  _fields_ = [("struct_size", c_uint32), ("model", c_int32), ("parameters", c_double * 4),
              ("covariance", c_double * 16)]


class SpendModel(Structure):
  """crmv_spend."""
  _fields_ = [("struct_size", c_uint32), ("model", c_int32), ("parameters", c_double * 3), ("covariance", c_double * 9)]


class Outcome(Structure):
  """crmv_fit_outcome."""
  _fields_ = [("struct_size", c_uint32), ("ending", c_int32), ("parameter", c_int32), ("simpler", c_int32),
              ("customers", c_int64), ("left_out", c_int64), ("distinct", c_int64), ("starts", c_int32),
              ("evaluations", c_int32), ("log_likelihood", c_double), ("bic", c_double), ("gradient", c_double),
              ("remark", c_char * 160)]


def doubles(*columns):
  """Columns of the same length as arrays of C; they keep the memory of an array.array."""
  made = [array.array("d", column) for column in columns]
  if len({len(one) for one in made}) > 1:
    raise Error("columns of " + ", ".join(str(len(one)) for one in made) + " rows; expected the same number")
  return len(made[0]), [(c_double * len(one)).from_buffer(one) if len(one) else None for one in made]


def number_of(model, names, name_of):
  """The constant of a model by its name in the model file."""
  known = {name_of(constant(name)).decode(): constant(name) for name in names}
  if model not in known:
    raise Error(f"model {model!r}; expected one of {', '.join(known)}")
  return known[model]


class Fitted:
  """What was fitted, and how that ended."""

  def __init__(self, made, outcome, name, parameter, is_any_sign=lambda name: False):
    side = len(made.parameters)
    names = [parameter(made.model, i) for i in range(side)]
    self.made, self.model = made, name(made.model).decode()
    self.parameters = {one.decode(): made.parameters[i] for i, one in enumerate(names) if one}
    # The covariance is of logarithms, but of what can have any sign.
    self.errors = {one.decode(): math.sqrt(made.covariance[i * (side + 1)]) *
                   (1 if is_any_sign(one) else made.parameters[i]) if made.covariance[i * (side + 1)] >= 0 else math.nan
                   for i, one in enumerate(names) if one}
    fit_library().crmv_fit_ending.restype = c_char_p
    self.ending = fit_library().crmv_fit_ending(outcome.ending).decode()
    self.log_likelihood, self.bic, self.customers = outcome.log_likelihood, outcome.bic, outcome.customers
    self.remark = outcome.remark.decode()


class Lifetime(Fitted):
  def predict(self, what, x, t_x, T, ahead=None, discount=0.0, errors=False, threads=1):
    """A list of one number a customer; with errors a list of these and one of their standard errors. Without `ahead`
    P(alive) is now and discounted purchases are for ever; purchases need it."""
    if what not in QUESTIONS:
      raise Error(f"question {what!r}; expected one of {', '.join(QUESTIONS)}")
    if what == "purchases" and ahead is None:
      raise Error("purchases need `ahead`: how far, in the unit of the histories")
    rows, columns = doubles(x, t_x, T)
    values, wide = (c_double * rows)(), (c_double * rows)() if errors else None
    until = (0.0 if what == "p_alive" else math.inf) if ahead is None else ahead
    call("crmv_lifetime_predict", byref(self.made), constant(QUESTIONS[what]), c_double(until), c_double(discount),
         *columns, c_int64(rows), byref(Options(threads=threads)), values, wide)
    return (list(values), list(wide)) if errors else list(values)


class Spend(Fitted):
  def predict(self, count, mean, errors=False, threads=1):
    rows, columns = doubles(count, mean)
    values, wide = (c_double * rows)(), (c_double * rows)() if errors else None
    call("crmv_spend_predict", byref(self.made), *columns, c_int64(rows), byref(Options(threads=threads)), values, wide)
    return (list(values), list(wide)) if errors else list(values)


def fit_lifetime(models, x, t_x, T, penalty=0.0, threads=1):
  """Fits a process to histories, or chooses among several. All endings come back: look at `ending`."""
  names = [models] if isinstance(models, str) else list(models)
  rows, columns = doubles(x, t_x, T)
  count, chosen = len(names), c_int32()
  numbers = (c_int32 * count)(*[number_of(name, PROCESSES, library.crmv_lifetime_name) for name in names])
  made, outcomes = (Process * count)(*[Process() for _ in names]), (Outcome * count)(*[Outcome() for _ in names])
  call_fit("crmv_lifetime_choose", numbers, count, *columns, c_int64(rows), c_double(penalty),
           byref(Options(threads=threads)), made, outcomes, byref(chosen))
  return Lifetime(made[chosen.value], outcomes[chosen.value], library.crmv_lifetime_name,
                  library.crmv_lifetime_parameter)


def fit_spend(model, count, mean, squares=None, penalty=0.0, threads=1):
  """Fits spend; `squares` (sums of squared differences from the mean) are what normal_normal looks at, too."""
  rows, columns = doubles(count, mean, count if squares is None else squares)
  made = SpendModel(model=number_of(model, SPENDS, library.crmv_spend_name))
  outcome = Outcome()
  if squares is None and model == "normal_normal":
    raise Error("normal_normal; expected squares, too")
  call_fit("crmv_spend_fit", byref(made), *columns, c_int64(rows), c_double(penalty), byref(Options(threads=threads)),
           byref(outcome))
  return Spend(made, outcome, library.crmv_spend_name, library.crmv_spend_parameter, lambda name: name == b"mean")


Validation = collections.namedtuple("Validation", "verdict table report")


def validate(model, ledger, customers=None, split=None, until=None, threads=1):
  """A model's lifetimes fitted as of `split`, held against what happened up to `until`."""
  point = expect("the model", model, Model).point("customers")
  rows = (None, 0, c_int64(0)) if customers is None else table(customers, point)
  first, last = (c_int32(days(expect(what, day, datetime.date))) for what, day in (("split", split), ("until", until)))
  fit, handle = fit_library(), ctypes.c_void_p()
  call_fit("crmv_validate", model, ledger, *rows, first, last, byref(Options(threads=threads)), byref(handle))
  texts = []
  for name in ("crmv_validation_verdict", "crmv_validation_table", "crmv_validation_json"):
    getattr(fit, name).restype = c_char_p
    texts.append(getattr(fit, name)(handle).decode())
  fit.crmv_validation_free(handle)
  return Validation(texts[0], texts[1], json.loads(texts[2]))
