import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openConnection, copyToParquet, queryParquet, writeParquet } from '../../../core/storage/parquet.ts';
import { describeParquet, readParquetColumns, streamParquetColumns } from '../../../core/storage/parquetColumns.ts';
import { ParquetStream } from '../../../core/storage/parquetStream.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const ROWS = 5000;

describe('tables in Parquet', () => {
  const folder = temporaryFolder();

  it('longer than one vector come back whole, each column in its type', async () => {
    const path = join(folder, 'long.parquet');
    const value = Float64Array.from({ length: ROWS }, (_, row) => row / 7);
    const count = Int32Array.from({ length: ROWS }, (_, row) => row - 2500);
    const text = Array.from({ length: ROWS }, (_, row) => `row "${row}", é`);
    await writeParquet(path, { value, count, text });
    expect((await describeParquet(path)).map(({ type }) => type)).to.deep.equal(['DOUBLE', 'INTEGER', 'VARCHAR']);
    const { read } = await readParquetColumns(path, (all) => all.slice(0, 2));
    expect(read[0]).to.deep.equal(value);
    expect([...read[1]]).to.deep.equal([...count]);
    const rows = await queryParquet(path, 'SELECT text FROM {path}');
    expect(rows.map((row) => row['text'])).to.deep.equal(text);
  });

  it('missing values are read as NaN, whole or chunk by chunk', async () => {
    const path = join(folder, 'holes.parquet');
    const { connection, close } = await openConnection(64);
    const query = `SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i::DOUBLE END AS v FROM range(${ROWS}) t(i)`;
    await copyToParquet(connection, query, path);
    close();
    const expected = Float64Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? NaN : row));
    const { described, read } = await readParquetColumns(path, (all) => all);
    expect(read[0]).to.deep.equal(expected);
    const options = { paths: [path, path], columns: described, where: null, chunkRows: 3000, memoryMb: 64 };
    const chunks: Float64Array[] = [];
    for await (const [column] of streamParquetColumns(options)) chunks.push(column);
    expect(chunks.map(({ length }) => length)).to.deep.equal([3000, 3000, 3000, 1000]);
    const joined = Float64Array.from(chunks.flatMap((chunk) => [...chunk]));
    expect(joined).to.deep.equal(Float64Array.from([...expected, ...expected]));
  });

  it('rows that come table by table are one file in their order, as the types they were named by', async () => {
    const path = join(folder, 'streamed.parquet');
    const names: string[] = [];
    const stream = new ParquetStream(path, {
      name: { labels: names },
      at: 'BIGINT',
      value: 'DOUBLE',
      count: 'INTEGER',
      isOpen: 'BOOLEAN',
    });
    const add = (name: string, values: readonly number[]) => {
      const index = names.push(name) - 1;
      const column = (read: (value: number, row: number) => number) => Float64Array.from(values, read);
      return stream.append({
        name: column((value) => (value < 0 ? -1 : index)),
        at: column((_, row) => 1_700_000_000_000 + row),
        value: column((value) => (value < 0 ? NaN : value)),
        count: column((_, row) => row),
        isOpen: column((value) => Number(value > 1)),
      });
    };
    await add('one', [1, -1]);
    await add("o'ther", [2.5]);
    expect(existsSync(path)).to.equal(false);
    await stream.close();
    expect((await describeParquet(path)).map(({ type }) => type)).to.deep.equal([
      ...['VARCHAR', 'BIGINT', 'DOUBLE', 'INTEGER', 'BOOLEAN'],
    ]);
    expect(await queryParquet(path, 'SELECT * REPLACE ("at"::DOUBLE AS "at") FROM {path}')).to.deep.equal([
      { name: 'one', at: 1_700_000_000_000, value: 1, count: 0, isOpen: false },
      { name: null, at: 1_700_000_000_001, value: null, count: 1, isOpen: false },
      { name: "o'ther", at: 1_700_000_000_000, value: 2.5, count: 0, isOpen: true },
    ]);
  });

  it('a stream leaves nothing but its file, clears what a killed one left, and is a file without rows where none came', async () => {
    const own = join(folder, 'streams');
    const path = join(own, 'empty.parquet');
    const types = { name: { labels: [] }, value: 'DOUBLE' } as const;
    await new ParquetStream(path, types).append({ name: Float64Array.of(-1), value: Float64Array.of(1) });
    expect(readdirSync(own)).to.deep.equal(['empty.parquet.parts']);
    await new ParquetStream(path, types).close();
    expect(readdirSync(own)).to.deep.equal(['empty.parquet']);
    expect(await queryParquet(path, 'SELECT count(*)::INT AS n FROM {path}')).to.deep.equal([{ n: 0 }]);
    const broken = new ParquetStream(join(own, 'broken.parquet'), types);
    const refused = await broken.append({ value: new Float64Array(1) }).catch((error: unknown) => String(error));
    expect(refused).to.contain("column 'name' is missing");
    broken.discard();
    expect(readdirSync(own)).to.deep.equal(['empty.parquet']);
  });

  it('a table without rows is a file with its columns', async () => {
    const path = join(folder, 'empty.parquet');
    await writeParquet(path, { value: new Float64Array(0), text: [] });
    expect(await queryParquet(path, 'SELECT count(*)::INT AS n FROM {path}')).to.deep.equal([{ n: 0 }]);
    expect(await describeParquet(path)).to.have.length(2);
  });
});
