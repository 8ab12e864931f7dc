// DuckDB through its node package: tables in memory, two threads.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openColumn, questions, resident, serve, steps, tables } from './answers.mjs';

const [, , folder, modules, threads] = process.argv;
const duckdb = createRequire(`${modules}/`)('@duckdb/node-api');
const instance = await duckdb.DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const sqlTypes = { i32: 'INTEGER', i64: 'BIGINT', f64: 'DOUBLE' };
const types = { i32: duckdb.INTEGER, i64: duckdb.BIGINT, f64: duckdb.DOUBLE };
const vectorRows = 2048, blockRows = vectorRows * 512;

await connection.run('SET preserve_insertion_order = false');
await connection.run(`SET temp_directory = '${folder}/duckdb'`);

const shortName = ([name]) => name.replace('summary_', '');

async function append(table, columns) {
  const files = columns.map((column) => openColumn(folder, column));
  const typed = columns.map((column) => `${shortName(column)} ${sqlTypes[column[1]]}`);
  await connection.run(`CREATE TABLE ${table} (${typed})`);
  const appender = await connection.createAppender(table);
  for (let at = 0; at < files[0].rows; at += blockRows) {
    const blocks = files.map((file) => file.read(Math.min(blockRows, file.rows - at)));
    for (let from = 0; from < blocks[0].length; from += vectorRows) {
      const rows = Math.min(vectorRows, blocks[0].length - from);
      const chunk = duckdb.DuckDBDataChunk.create(columns.map(([, kind]) => types[kind]), rows);
      blocks.forEach((block, i) => {
        const vector = chunk.getColumnVector(i);
        vector.items.set(block.subarray(from, from + rows));
        vector.flush();
      });
      appender.appendDataChunk(chunk);
    }
  }
  appender.closeSync();
  files.forEach((file) => file.close());
}

// NaN becomes NULL in a second table; the lines are large and have none, so they go in directly.
async function load(table, columns) {
  if (table === 'lines') return append(table, columns);
  await append('loaded', columns);
  const wanted = columns.map(shortName).map((name) =>
    name === 'growth' ? 'CASE WHEN isnan(growth) THEN NULL ELSE growth END AS growth' : name);
  await connection.run(`CREATE TABLE ${table} AS SELECT ${wanted} FROM loaded`);
  return connection.run('DROP TABLE loaded');
}

const valueOf = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0][0];
const empty = resident();
for (const [table, columns] of tables) await load(table, columns);
const held = Number(await valueOf(
  "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag IN ('BASE_TABLE', 'IN_MEMORY_TABLE')"));

const asked = questions({
  conditional: (value, when) => `coalesce(sum(${value}) FILTER (WHERE ${when}), 0)`,
  distinct: ['count(DISTINCT day)'],
  quantiles: 'quantile_cont(score, [0.2, 0.4, 0.6, 0.8])',
});

async function run(question, way) {
  const made = steps(asked[question].at(way));
  for (const name of ['answer', 's']) await connection.run(`DROP TABLE IF EXISTS ${name}`);
  const begin = process.hrtime.bigint();
  for (const [name, sql] of made) await connection.run(`CREATE TABLE ${name} AS ${sql}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

async function write(path) {
  const file = openSync(path, 'w');
  const result = await connection.stream('SELECT CAST(COLUMNS(*) AS DOUBLE) FROM answer ORDER BY customer');
  const width = result.columnCount;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const rows = new Float64Array(chunk.rowCount * width);
    for (let column = 0; column < width; column++) {
      const items = chunk.getColumnVector(column).items;
      for (let row = 0; row < chunk.rowCount; row++) rows[row * width + column] = items[row];
    }
    writeSync(file, rows);
  }
  closeSync(file);
}

await serve('DuckDB', await valueOf('SELECT version()'), { empty, held }, run, write);
