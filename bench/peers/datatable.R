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

# R has no 64-bit integers: doubles hold these exactly.
read_column <- function(name, kind) {
  path <- file.path(folder, paste(name, kind, sep = "."))
  size <- file.size(path)
  if (kind == "i32") return(readBin(path, "integer", size / 4, size = 4, endian = "little"))
  if (kind == "f64") return(readBin(path, "double", size / 8, size = 8, endian = "little"))
  halves <- readBin(path, "integer", size / 4, size = 4, endian = "little")
  low <- halves[c(TRUE, FALSE)]
  high <- halves[c(FALSE, TRUE)]
  low <- ifelse(is.na(low), 2^31, ifelse(low < 0, low + 2^32, low))
  high * 2^32 + low
}

lines <- data.table(customer = read_column("customer", "i64"), day = read_column("day", "i32"),
  quantity = read_column("quantity", "i32"), revenue = read_column("revenue", "i64"),
  cost = read_column("cost", "i64"), discount = read_column("discount", "i64"),
  cost_to_serve = read_column("cost_to_serve", "i64"))
summary <- data.table(customer = read_column("summary_customer", "i64"))
for (metric in metrics) set(summary, j = metric, value = read_column(paste0("summary_", metric), "f64"))
invisible(gc())

points <- function(name, values, unit) {
  card <- bands[metric == name]
  found <- card$points[findInterval(values, card$from[-1] * unit) + 1L]
  if (is.na(card$missing[1])) found else fifelse(is.na(values), as.double(card$missing[1]), as.double(found))
}

scores <- function(frame, unit) {
  score <- numeric(nrow(frame))
  for (metric_name in metrics) {
    money <- metric_name %in% c("gross_profit", "discount")
    weight <- bands[metric == metric_name]$weight[1]
    score <- score + weight * points(metric_name, frame[[metric_name]], if (money) unit else 1)
  }
  data.table(customer = frame$customer, score = score, tier = length(cuts) - findInterval(score, cuts))
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
  }
)

answer <- NULL
input <- file("stdin", "r")
cat("ready data.table", as.character(packageVersion("data.table")), "\n")
flush(stdout())
while (length(request <- readLines(input, 1)) > 0) {
  words <- strsplit(request, " ")[[1]]
  if (words[1] == "write") {
    setorder(answer, customer)
    writeBin(as.vector(t(as.matrix(answer[, lapply(.SD, as.double)]))), words[3], size = 8, endian = "little")
    cat("done\n")
  } else {
    answer <- NULL
    clock <- Sys.time()
    answer <- questions[[words[2]]]()
    cat(sprintf("done %.6f\n", as.double(Sys.time() - clock, units = "secs")))
  }
  flush(stdout())
}
