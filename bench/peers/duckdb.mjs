// DuckDB through its node package: tables in memory, two threads.
import { closeSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { lineColumns, openColumn, questions, serve, summaryColumns } from './answers.mjs';

const [, , folder, modules, threads] = process.argv;
const duckdb = createRequire(`${modules}/`)('@duckdb/node-api');
const instance = await duckdb.DuckDBInstance.create(':memory:', { threads });
const connection = await instance.connect();
const sqlTypes = { i32: 'INTEGER', i64: 'BIGINT', f64: 'DOUBLE' };
const types = { i32: duckdb.INTEGER, i64: duckdb.BIGINT, f64: duckdb.DOUBLE };
const vectorRows = 2048, blockRows = vectorRows * 512;

await connection.run('SET preserve_insertion_order = false');

async function load(table, columns) {
  const files = columns.map((column) => openColumn(folder, column));
  const short = columns.map(([name]) => name.replace('summary_', ''));
  await connection.run(`CREATE TABLE ${table}_in (${columns.map(([, kind], i) => `${short[i]} ${sqlTypes[kind]}`)})`);
  const appender = await connection.createAppender(`${table}_in`);
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
  const wanted = short.map((name) => name === 'growth' ? 'CASE WHEN isnan(growth) THEN NULL ELSE growth END AS growth' : name);
  await connection.run(`CREATE TABLE ${table} AS SELECT ${wanted} FROM ${table}_in`);
  await connection.run(`DROP TABLE ${table}_in`);
}

await load('lines', lineColumns);
await load('summary', summaryColumns);

const asked = questions({
  conditional: (value, when) => `coalesce(sum(${value}) FILTER (WHERE ${when}), 0)`,
  distinct: ['count(DISTINCT day)'],
});

async function run(question, way) {
  await connection.run('DROP TABLE IF EXISTS answer');
  const begin = process.hrtime.bigint();
  await connection.run(`CREATE TABLE answer AS ${asked[question].at(way)}`);
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

const reader = await connection.runAndReadAll('SELECT version()');
await serve('DuckDB', reader.getRows()[0][0], run, write);
