import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { openConnection, copyToParquet, queryParquet, writeParquet } from '../../../core/storage/parquet.ts';
import { describeParquet, readParquetColumns, streamParquetColumns } from '../../../core/storage/parquetColumns.ts';
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

  it('a table without rows is a file with its columns', async () => {
    const path = join(folder, 'empty.parquet');
    await writeParquet(path, { value: new Float64Array(0), text: [] });
    expect(await queryParquet(path, 'SELECT count(*)::INT AS n FROM {path}')).to.deep.equal([{ n: 0 }]);
    expect(await describeParquet(path)).to.have.length(2);
  });
});
