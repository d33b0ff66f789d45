import { listDataFiles, type DataFileSummary, type UnreadableFile } from '../../market/data/listDataFiles.ts';
import { type Command, optionalString } from '../command.ts';
import { renderTable } from '../table.ts';

export const command: Command = {
  positionals: { folder: { describe: 'folder to look through; default: where the command is run', demand: false } },
  options: {},
  async run(args) {
    const folder = optionalString(args, 'folder') ?? '.';
    const files = await listDataFiles(folder);
    const head = ['file', 'kind', 'rows', 'minutes', 'from', 'to', 'hash'];
    const text = files.length === 0 ? `no data in ${folder}` : renderTable([head, ...files.map(toRow)]);
    return { json: { folder, files }, text };
  },
};

function toRow(file: DataFileSummary | UnreadableFile): string[] {
  if ('problem' in file) return [file.file, file.problem, '', '', '', '', ''];
  const { timeframeMs, from, to } = file;
  return [
    file.file,
    file.kind,
    file.rows.toLocaleString('en-US'),
    timeframeMs === null ? '' : String(timeframeMs / 60_000),
    from?.slice(0, 16) ?? '',
    to?.slice(0, 16) ?? '',
    file.hash.slice(0, 12),
  ];
}
