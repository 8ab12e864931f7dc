"""Fitting from Python: a model with requests and a population become a model of plain numbers. Beside crmvalue.py.

    from crmvalue import Ledger, Model, score
    from crmvalue_fit import fit, requests, weights_of_judgements

    asked = Model(text)                                         # with {"percentile": {"knots": 64}} and its like
    for one in requests(asked): print(one.place, one.operation, one.state)
    fitted = fit(asked, ledger, customers, as_of=date(2024, 12, 31))
    print(fitted.table)                                         # what was found, and whether it predicts anything
    fitted.report["verdict"], fitted.text                       # the same as a dict; the fitted model's JSON
    score(fitted.model, ledger, customers, as_of=date(2025, 12, 31))

    weights_of_judgements(["price", "service", "quality"], [("price", "service", 3), ("quality", "price", 2)])

What the model's `outcomes` ask for is counted after `as_of`, from the same ledger. Judgements and weights by outcome
need libcrmvalue-fit: the one that the environment's CRMVALUE_FIT_LIBRARY names, else the one that the system's linker
finds, else the one that ./examples/run has built. Without it everything else is found all the same.
"""

import collections
import ctypes
import datetime
import functools
import json
import os
import weakref
from ctypes import byref, c_char_p, c_double, c_int32, c_int64, c_uint32

from crmvalue import Error, Failure, Handle, Model, Structure, call, check, constant, expect, library, table, written
from crmvalue_columns import days

library.crmv_report_json.restype = library.crmv_report_table.restype = c_char_p


class Request(Structure):
  _fields_ = [("struct_size", c_uint32), ("state", c_int32), ("by", c_int32), ("ready", c_int32),
              ("needs_frame", c_int32), ("needs_outcome", c_int32), ("operation", c_char_p), ("place", c_char_p),
              ("text", c_char_p), ("less_is_better", c_int32)]


class Judgements(Structure):
  """What the weights of judgements came to; see crmv_ahp in fit.h."""
  _fields_ = [("struct_size", c_uint32), ("method", c_int32), ("random_index", c_int32), ("missing", c_int32),
              ("lambda_max", c_double), ("consistency_index", c_double), ("random_value", c_double),
              ("consistency_ratio", c_double), ("worst_row", c_int32), ("worst_column", c_int32),
              ("worst_given", c_double), ("worst_mended", c_double), ("mended_ratio", c_double)]


class Options(Structure):
  _fields_ = [("struct_size", c_uint32), ("threads", c_int32), ("context", ctypes.c_void_p),
              ("progress", ctypes.c_void_p)]


Asked = collections.namedtuple("Asked", "place operation state request")
Fitted = collections.namedtuple("Fitted", "model text report table")


@functools.lru_cache(None)
def fit_library():
  built = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "build", "lib", "fit", "libcrmvalue-fit.so.0")
  named, tried = os.environ.get("CRMVALUE_FIT_LIBRARY"), []
  for path in [named] if named else ["libcrmvalue-fit.so.0", built]:
    try:
      return ctypes.CDLL(path)
    except OSError as problem:
      tried.append(f"\n  {problem}")
  raise Error("libcrmvalue-fit, which answers judgements and weights by outcome, cannot be loaded. Build it with "
              "./examples/run, or install it, or name its file in CRMVALUE_FIT_LIBRARY. Tried:" + "".join(tried))


def call_fit(function, *arguments):
  """Calls a function of libcrmvalue-fit whose last argument is a crmv_error."""
  failure = Failure()
  status = getattr(fit_library(), function)(*arguments, byref(failure))
  check(status, failure.place.decode(errors="replace"), failure.message.decode(errors="replace"))


class Made(Handle):
  """A handle that libcrmvalue-fit made; the library itself lets go of models."""

  def __init__(self, kind, function, *arguments):
    self._as_parameter_ = ctypes.c_void_p()
    call_fit(function, *arguments, byref(self._as_parameter_))
    self.free = weakref.finalize(self, getattr(library, f"crmv_{kind}_free"), self._as_parameter_)


class Outcomes(Handle):
  """What a model looks at after a day, as a model of its own, and until when."""

  def __init__(self, model, day):
    self._as_parameter_, until = ctypes.c_void_p(), c_int32()
    call("crmv_model_outcomes", model, c_int32(day), byref(self._as_parameter_), byref(until))
    self.free = weakref.finalize(self, library.crmv_model_free, self._as_parameter_)
    self.until = until.value


def each_request(model):
  for position in range(library.crmv_model_requests(expect("the model", model, Model))):
    found = Request()
    check(library.crmv_model_request(model, position, byref(found)), "crmv_model_request")
    yield found


def requests(model):
  """What a model requests, where, and how that stands: "open", "stale" or "fitted"."""
  states = {constant("CRMV_REQUEST_OPEN"): "open", constant("CRMV_REQUEST_STALE"): "stale"}
  return [Asked(one.place.decode(), one.operation.decode(), states.get(one.state, "fitted"),
                json.loads(one.text)) for one in each_request(model)]


def derive(model, ledger, rows, day):
  return Handle("frame", "crmv_frame_derive", model, ledger, *rows, day, None)


def happened_after(model, ledger, rows, day):
  """The frame of what happened after the day, where the model looks at it; else None."""
  if library.crmv_model_outcome_day(model, c_int32(0)) == constant("CRMV_NO_DATE"):
    return None
  outcomes = Outcomes(model, day)
  return derive(outcomes, ledger, rows, outcomes.until)


def ledger_hash(ledger):
  buffer = ctypes.create_string_buffer(33)
  check(library.crmv_ledger_hash(ledger, buffer), "crmv_ledger_hash")
  return buffer.value


def fit(model, ledger=None, customers=None, as_of=None, threads=1):
  """Fits a model to the customers of a ledger, of a table (a dict of columns) or of both, as of a date."""
  point = expect("the model", model, Model).point("customers")
  rows = (None, 0, c_int64(0)) if customers is None else table(customers, point)
  day = constant("CRMV_NO_DATE") if as_of is None else days(expect("as_of", as_of, datetime.date))
  running = Options(threads=threads)
  population = derive(model, ledger, rows, day)
  outcome = happened_after(model, ledger, rows, day)
  beyond = any(one.by == constant("CRMV_BY_FIT") for one in each_request(model))
  made = (Made("model", "crmv_fit_model", model, population, outcome, byref(running)) if beyond else
          Handle("model", "crmv_model_calibrate", model, population, outcome, byref(running)))
  population = Handle("frame", "crmv_frame_with", population, made, byref(running))  # what lifetimes foretell
  report = Handle("report", "crmv_report_make", made, population, outcome, ledger and ledger_hash(ledger),
                  byref(running))
  text = written("crmv_model_print", made)
  return Fitted(Model(text), text, json.loads(library.crmv_report_json(report)),
                library.crmv_report_table(report).decode())


def weights_of_judgements(names, judgements, method="CRMV_AHP_EIGENVECTOR", random_index="CRMV_RANDOM_SAATY"):
  """Weights by name, and how far the judgements agree. Each is (a, b, x): a matters x times as much as b."""
  count, found = len(names), Judgements(method=constant(method), random_index=constant(random_index))
  matrix, weights = (c_double * (count * count))(*[float("nan")] * (count * count)), (c_double * count)()
  for one, other, times in judgements:
    if one not in names or other not in names or one == other or not times > 0:
      raise Error(f"judgement {(one, other, times)!r}; expected two of {', '.join(names)}, and a number above 0")
    row, column = names.index(one), names.index(other)
    matrix[min(row, column) * count + max(row, column)] = times if row < column else 1 / times
  call_fit("crmv_ahp_weights", matrix, count, byref(found), weights)
  return dict(zip(names, weights)), found
