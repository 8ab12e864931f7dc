# data.table as one of the engines that are compared.
suppressPackageStartupMessages(library(data.table))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
setDTthreads(as.integer(arguments[2]))

as_of <- as.integer(Sys.getenv("BENCH_AS_OF"))
window_after <- as.integer(Sys.getenv("BENCH_WINDOW_AFTER"))
before_after <- as.integer(Sys.getenv("BENCH_BEFORE_AFTER"))
metrics <- c("gross_profit", "quantity", "discount", "recency", "growth", "purchase_days")
bands <- fread(file.path(folder, "bands.tsv")) # metric, weight, from, points, missing
cuts <- fread(file.path(folder, "cuts.tsv"))$cut # ascending

# What this process takes, in bytes.
resident <- function() {
  status <- grep("^VmRSS:", readLines("/proc/self/status"), value = TRUE)
  as.double(gsub("[^0-9]", "", status)) * 1024
}

# R has no 64-bit integers: doubles hold these exactly. Block by block, so that loading takes little beside the table.
read_column <- function(name, kind) {
  path <- file.path(folder, paste(name, kind, sep = "."))
  rows <- file.size(path) / if (kind == "i32") 4 else 8
  values <- if (kind == "i32") integer(rows) else numeric(rows)
  input <- file(path, "rb")
  on.exit(close(input))
  at <- 0
  while (at < rows) {
    count <- min(2^20, rows - at)
    values[at + seq_len(count)] <- switch(kind,
      i32 = readBin(input, "integer", count, size = 4, endian = "little"),
      f64 = readBin(input, "double", count, size = 8, endian = "little"),
      i64 = {
        halves <- readBin(input, "integer", 2 * count, size = 4, endian = "little")
        low <- as.double(halves[c(TRUE, FALSE)])
        low <- fifelse(is.na(low), 2^31, fifelse(low < 0, low + 2^32, low))
        halves[c(FALSE, TRUE)] * 2^32 + low
      })
    at <- at + count
  }
  values
}

load_table <- function(names, kinds, prefix) {
  table <- setNames(lapply(seq_along(names), function(i) read_column(paste0(prefix, names[i]), kinds[i])), names)
  setDT(table) # as.data.table would copy
  invisible(gc())
  table
}

empty <- resident()
tables <- strsplit(Sys.getenv("BENCH_TABLES"), ",")[[1]]
lines <- if ("lines" %in% tables) load_table(
  c("customer", "day", "quantity", "revenue", "cost", "discount", "cost_to_serve"),
  c("i64", "i32", "i32", "i64", "i64", "i64", "i64"), "")
summary <- if ("summary" %in% tables) load_table(
  c("customer", metrics), c("i64", rep("f64", length(metrics))), "summary_")
held <- as.double(object.size(lines)) + as.double(object.size(summary))

points <- function(name, values, unit) {
  card <- bands[metric == name]
  found <- card$points[findInterval(values, card$from[-1] * unit) + 1L]
  if (is.na(card$missing[1])) found else fifelse(is.na(values), as.double(card$missing[1]), as.double(found))
}

# Without tiers.
banded <- function(frame, unit) {
  score <- numeric(nrow(frame))
  for (metric_name in metrics) {
    money <- metric_name %in% c("gross_profit", "discount")
    weight <- bands[metric == metric_name]$weight[1]
    score <- score + weight * points(metric_name, frame[[metric_name]], if (money) unit else 1)
  }
  score
}

scores <- function(frame, unit) {
  score <- banded(frame, unit)
  data.table(customer = frame$customer, score = score, tier = length(cuts) - findInterval(score, cuts))
}

fifths <- function(score) {
  at <- quantile(score, c(0.2, 0.4, 0.6, 0.8), names = FALSE, type = 7)
  data.table(customer = summary$customer, score = score, tier = 4 - findInterval(score, at))
}

# The share of customers below a value and half of those at it, in percent.
percentile <- function(values) {
  (frank(values, ties.method = "average", na.last = "keep") - 0.5) * (100 / sum(!is.na(values)))
}

customer_days <- function() {
  lines[, .(lines = .N, quantity = sum(quantity), revenue = sum(revenue), cost = sum(cost), discount = sum(discount),
    cost_to_serve = sum(cost_to_serve)), by = .(customer, day)]
}

questions <- list(
  Q1 = function() lines[, .(lines = .N, first = min(day), last = max(day), quantity = sum(quantity),
    revenue = sum(revenue), cost = sum(cost), discount = sum(discount), cost_to_serve = sum(cost_to_serve)),
    by = customer],
  Q1d = function() customer_days()[, .(lines = sum(lines), first = min(day), last = max(day), quantity = sum(quantity),
    revenue = sum(revenue), cost = sum(cost), discount = sum(discount), cost_to_serve = sum(cost_to_serve),
    purchase_days = .N), by = customer],
  Q2 = function() scores(summary, 1),
  Q3 = function() {
    days <- lines[, .(quantity = sum(quantity), revenue = sum(revenue), cost = sum(cost), discount = sum(discount)),
      by = .(customer, day)]
    now <- days$day > window_after
    before <- days$day > before_after & !now
    days[, `:=`(profit = (revenue - cost) * now, past = revenue * before, now = revenue * now,
      quantity = quantity * now, discount = discount * now)]
    frame <- days[, .(gross_profit = sum(profit), quantity = sum(quantity), discount = sum(discount), last = max(day),
      now = sum(now), past = sum(past), purchase_days = .N), by = customer]
    frame[, `:=`(recency = as_of - last, growth = fifelse(past > 0, (now - past) / past, NA_real_))]
    scores(frame, 100)
  },
  Q4 = function() {
    total <- numeric(nrow(summary))
    there <- numeric(nrow(summary))
    for (name in metrics) {
      values <- percentile(summary[[name]])
      known <- !is.na(values)
      total <- total + fifelse(known, values, 0)
      there <- there + known
    }
    fifths(10000 * total / there)
  },
  Q5 = function() fifths(banded(summary, 1))
)

answer <- NULL
input <- file("stdin", "r")
cat("ready data.table", as.character(packageVersion("data.table")), sprintf("%.0f %.0f\n", empty, held))
flush(stdout())
while (length(request <- readLines(input, 1)) > 0) {
  words <- strsplit(request, " ")[[1]]
  if (words[1] == "write") {
    setorder(answer, customer)
    writeBin(as.vector(t(as.matrix(answer[, lapply(.SD, as.double)]))), words[3], size = 8, endian = "little")
    cat("done\n")
  } else {
    answer <- NULL
    invisible(gc())
    cat(tryCatch({
      clock <- Sys.time()
      answer <- questions[[words[2]]]()
      sprintf("done %.6f\n", as.double(Sys.time() - clock, units = "secs"))
    }, error = function(problem) paste("failed", gsub("\n", " ", conditionMessage(problem)), "\n")))
  }
  flush(stdout())
}
