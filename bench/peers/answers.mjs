// The questions in SQL, as DuckDB and ClickHouse both speak it but for a few words, and the talk with compare.py.
import { readFileSync, readSync, openSync, closeSync, fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const lineColumns = [
  ['customer', 'i64'], ['day', 'i32'], ['quantity', 'i32'], ['revenue', 'i64'], ['cost', 'i64'], ['discount', 'i64'],
  ['cost_to_serve', 'i64'],
];
export const metrics = ['gross_profit', 'quantity', 'discount', 'recency', 'growth', 'purchase_days'];
export const summaryColumns = [['summary_customer', 'i64'], ...metrics.map((name) => [`summary_${name}`, 'f64'])];

const arrays = { i32: Int32Array, i64: BigInt64Array, f64: Float64Array };

// What the questions begin with: tables and their columns.
export const tables = Object.entries({ lines: lineColumns, summary: summaryColumns })
  .filter(([name]) => process.env.BENCH_TABLES.split(',').includes(name));

// What this process takes, in bytes.
export const resident = () => process.memoryUsage().rss;

// A file of one column, opened to be read block by block.
export function openColumn(folder, [name, kind]) {
  const file = openSync(`${folder}/${name}.${kind}`, 'r');
  const size = arrays[kind].BYTES_PER_ELEMENT;
  return {
    name, kind, rows: fstatSync(file).size / size, close: () => closeSync(file),
    read(count) {
      const values = new arrays[kind](count);
      const bytes = new Uint8Array(values.buffer);
      for (let at = 0; at < bytes.length;) at += readSync(file, bytes, at, bytes.length - at, null);
      return values;
    },
  };
}

// Q3's windows, from compare.py: the last 12 months, and the 12 before them.
const asOf = Number(process.env.BENCH_AS_OF);
const windowAfter = Number(process.env.BENCH_WINDOW_AFTER);
const beforeAfter = Number(process.env.BENCH_BEFORE_AFTER);
const scorecard = JSON.parse(readFileSync(process.env.BENCH_SCORECARD, 'utf8'));

// A metric's points. `unit` is what one major unit is in the column's own.
function points(metric, column, unit) {
  const card = scorecard.metrics[metric];
  const bands = [...card.scale.bands].reverse();
  const cases = bands.filter((band) => 'from' in band).map((band) =>
    `WHEN ${column} >= ${band.from * unit} THEN ${band.points}`);
  const missing = card.missing ? `WHEN ${column} IS NULL THEN ${card.missing.points} ` : '';
  return `CASE ${missing}${cases.join(' ')} ELSE ${bands.at(-1).points} END`;
}

// The score times 10,000: weights and points are whole numbers.
function score(unit) {
  const { score: { weights: tops }, ...indexes } = scorecard.indexes;
  const parts = [];
  for (const [index, top] of Object.entries(tops))
    for (const [metric, weight] of Object.entries(indexes[index].weights)) {
      const money = metric === 'gross_profit' || metric === 'discount';
      parts.push(`${top * weight} * (${points(metric, metric, money ? unit : 1)})`);
    }
  return parts.join(' + ');
}

function tier(column) {
  const cuts = scorecard.tiers.cuts;
  const cases = cuts.slice(0, -1).map(([, cut], i) => `WHEN ${column} >= ${cut * 10000} THEN ${i}`);
  return `CASE ${cases.join(' ')} ELSE ${cuts.length - 1} END`;
}

export const sums = ['quantity', 'revenue', 'cost', 'discount', 'cost_to_serve'];
const totals = `count(*) AS lines, min(day) AS first_day, max(day) AS last_day,
  ${sums.map((name) => `sum(${name}) AS sum_${name}`).join(', ')}`;

const scored = (from, unit) =>
  `SELECT customer, score, ${tier('score')} AS tier FROM (SELECT customer, ${score(unit)} AS score FROM ${from}) AS s`;

// Days of each customer first, then customers: the distinct days are then a count of rows.
const perDay = `SELECT customer, day, count(*) AS lines,
  ${sums.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM lines GROUP BY customer, day`;
const q1dTwoSteps = `SELECT customer, sum(lines) AS lines, min(day) AS first_day, max(day) AS last_day,
  ${sums.map((name) => `sum(${name}) AS sum_${name}`).join(', ')}, count(*) AS purchase_days
  FROM (${perDay}) AS d GROUP BY customer`;
const q1dDistinct = (distinct) =>
  `SELECT customer, ${totals}, ${distinct} AS purchase_days FROM lines GROUP BY customer`;

function metricsOf(from, conditional, days) {
  const current = `day > ${windowAfter}`;
  const before = `day > ${beforeAfter} AND day <= ${windowAfter}`;
  const inner = `SELECT customer, ${conditional('revenue - cost', current)} AS gross_profit,
    ${conditional('quantity', current)} AS quantity, ${conditional('discount', current)} AS discount,
    ${asOf} - max(day) AS recency, ${conditional('revenue', current)} AS now_revenue,
    ${conditional('revenue', before)} AS past_revenue, ${days} AS purchase_days FROM ${from} GROUP BY customer`;
  return `(SELECT customer, gross_profit, quantity, discount, recency, purchase_days,
    CASE WHEN past_revenue > 0 THEN (now_revenue - past_revenue) / CAST(past_revenue AS DOUBLE) END AS growth
    FROM (${inner}) AS m) AS f`;
}
const perDayQ3 = `(SELECT customer, day, sum(revenue) AS revenue, sum(cost) AS cost, sum(quantity) AS quantity,
    sum(discount) AS discount FROM lines GROUP BY customer, day) AS d`;

// The share of customers below a value and half of those at it, in percent; from a window, or from the distinct values
// and a join.
const windowed = (name) => {
  const order = `ORDER BY ${name} ASC NULLS LAST`;
  return `CASE WHEN ${name} IS NOT NULL THEN (rank() OVER (${order}) - 1 + count(*) OVER (${order}
    RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) * 50.0 / (SELECT count(${name}) FROM summary) END`;
};
const joined = (name) => `(SELECT ${name}, (2 * sum(c) OVER (ORDER BY ${name} ROWS BETWEEN UNBOUNDED PRECEDING AND
    CURRENT ROW) - c) * 50.0 / (SELECT count(${name}) FROM summary) AS p_${name}
  FROM (SELECT ${name}, count(*) AS c FROM summary WHERE ${name} IS NOT NULL GROUP BY ${name}) AS g_${name}) AS
  j_${name}`;
const meanPercentile = `10000 * (${metrics.map((name) => `coalesce(p_${name}, 0)`).join(' + ')}) /
  (${metrics.map((name) => `CASE WHEN p_${name} IS NULL THEN 0 ELSE 1 END`).join(' + ')}) AS score`;
const percentilesWindowed = `SELECT customer, ${meanPercentile} FROM (SELECT customer,
  ${metrics.map((name) => `${windowed(name)} AS p_${name}`).join(', ')} FROM summary) AS p`;
const percentilesJoined = `SELECT customer, ${meanPercentile} FROM summary
  ${metrics.map((name) => `LEFT JOIN ${joined(name)} ON summary.${name} = j_${name}.${name}`).join(' ')}`;

// Scores cut into fifths, the best first: in one query, or with the scores in a table of their own.
const inFifths = `SELECT customer, score, CASE WHEN score >= q[4] THEN 0 WHEN score >= q[3] THEN 1
    WHEN score >= q[2] THEN 2 WHEN score >= q[1] THEN 3 ELSE 4 END AS tier FROM s CROSS JOIN cuts`;
const fifths = (scores, quantiles) => [
  `WITH s AS (${scores}), cuts AS (SELECT ${quantiles} AS q FROM s) ${inFifths}`,
  { s: scores, answer: `WITH cuts AS (SELECT ${quantiles} AS q FROM s) ${inFifths}` },
];

// The tables that a way makes, the answer last, and their queries.
export const steps = (way) => Object.entries(typeof way === 'string' ? { answer: way } : way);

// Each question in one or more ways; compare.py asks for the way that its --ways names, the first without.
export function questions({ conditional, distinct, quantiles }) {
  return {
    Q1: [`SELECT customer, ${totals} FROM lines GROUP BY customer`],
    Q1d: [...distinct.map(q1dDistinct), q1dTwoSteps],
    Q2: [scored('summary', 1)],
    Q3: [...distinct.map((days) => scored(metricsOf('lines', conditional, days), 100)),
      scored(metricsOf(perDayQ3, conditional, 'count(*)'), 100)],
    Q4: [percentilesWindowed, percentilesJoined].flatMap((scores) => fifths(scores, quantiles)),
    Q5: fifths(`SELECT customer, ${score(1)} AS score FROM summary`, quantiles),
  };
}

// Answers line by line: "run Q WAY" and "write Q PATH". `empty` is what the process took before its tables were there,
// `held` what they take.
export async function serve(name, version, { empty, held }, run, write) {
  globalThis.gc();
  console.log(`ready ${name} ${version} ${empty} ${held}`);
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, question, value] = line.split(' ');
    try {
      if (word === 'write') {
        await write(value);
        console.log('done');
      } else {
        globalThis.gc();
        const seconds = await run(question, Number(value ?? 0));
        console.log(`done ${seconds.toFixed(6)}`);
      }
    } catch (error) {
      console.log(`failed ${String(error.message).replaceAll('\n', ' ')}`);
    }
  }
}
