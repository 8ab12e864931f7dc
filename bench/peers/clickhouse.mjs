// ClickHouse through chdb: tables of the engine Memory, two threads.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openColumn, questions, resident, serve, steps, tables } from './answers.mjs';

const [, , folder, modules, threads] = process.argv;
const { Session } = createRequire(`${modules}/`)('chdb');
const session = new Session();
const query = (sql) => session.query(sql);
const types = { i32: 'Int32', i64: 'Int64', f64: 'Float64' };
const blockRows = 1 << 20;

function variableLength(number) {
  const bytes = [];
  for (; number >= 128; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Buffer.from([...bytes, number]);
}
const text = (string) => Buffer.concat([variableLength(string.length), Buffer.from(string)]);

// The columns once more as blocks in ClickHouse's own format, in a file that it reads.
function load(table, columns) {
  const path = `${folder}/${table}.native`;
  const files = columns.map((column) => openColumn(folder, column));
  writeFileSync(path, '');
  for (let at = 0; at < files[0].rows; at += blockRows) {
    const rows = Math.min(blockRows, files[0].rows - at);
    appendFileSync(path, Buffer.concat([variableLength(files.length), variableLength(rows)]));
    for (const file of files) {
      appendFileSync(path, Buffer.concat([text(file.name.replace('summary_', '')), text(types[file.kind])]));
      appendFileSync(path, new Uint8Array(file.read(rows).buffer));
    }
  }
  files.forEach((file) => file.close());
  const wanted = columns.map(([name, kind]) => {
    const short = name.replace('summary_', '');
    return short === 'growth' ? 'growth Nullable(Float64)' : `${short} ${types[kind]}`;
  });
  query(`CREATE TABLE ${table} (${wanted.join(', ')}) ENGINE = Memory`);
  query(`INSERT INTO ${table} SELECT ${columns.map(([name]) => {
    const short = name.replace('summary_', '');
    return short === 'growth' ? 'if(isNaN(growth), NULL, growth)' : short;
  }).join(', ')} FROM file('${path}', Native)`);
  rmSync(path);
}

query(`SET max_threads = ${threads}`);
query(`SET max_insert_threads = ${threads}`);
const empty = resident();
for (const [table, columns] of tables) load(table, columns);
const held = Number(query("SELECT sum(total_bytes) FROM system.tables WHERE name IN ('lines', 'summary')"));

const asked = questions({
  conditional: (value, when) => `sumIf(${value}, ${when})`,
  distinct: ['uniqExact(day)', 'groupBitmap(toUInt32(day))'],
  quantiles: 'quantilesExactInclusive(0.2, 0.4, 0.6, 0.8)(score)',
});

function run(question, way) {
  const made = steps(asked[question].at(way));
  for (const name of ['answer', 's']) query(`DROP TABLE IF EXISTS ${name} SYNC`);
  const begin = process.hrtime.bigint();
  for (const [name, sql] of made) query(`CREATE TABLE ${name} ENGINE = Memory AS ${sql}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

function write(path) {
  rmSync(path, { force: true });
  query(`INSERT INTO FUNCTION file('${path}', RowBinary) SELECT COLUMNS('.*') APPLY(toFloat64) FROM answer
    ORDER BY customer`);
}

await serve('ClickHouse', query('SELECT version()').replaceAll('"', '').trim(), { empty, held }, run,
  write);
session.close();
