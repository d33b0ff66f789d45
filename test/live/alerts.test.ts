import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Log } from '../../core/log.ts';
import { Alerts, fileSink, logSink, type Alert } from '../../live/alerts.ts';
import { webhookConfig, webhookSink } from '../../live/webhookSink.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const alert: Alert = { level: 'critical', what: 'kill switch tripped', detail: 'drawdown', atMs: 5 };
const SECRET = 'hunter2';

function listLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { lines, log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') } };
}

describe('alerts', () => {
  const folder = temporaryFolder();
  const received: { body: unknown; token: string | undefined }[] = [];
  let server: Server;
  let base: string;

  before(async () => {
    server = createServer((request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith('/silent') === true) return;
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        received.push({ body: JSON.parse(Buffer.concat(parts).toString()), token: request.headers.authorization });
        response.writeHead(request.url?.startsWith('/broken') === true ? 500 : 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  // A busy machine may take its time to answer; only the server that never does is waited for briefly.
  const sinkTo = (path: string, timeoutMs = 10_000) =>
    webhookSink(
      webhookConfig.parse({
        url: `${base}${path}?key=${SECRET}`,
        timeoutMs,
        headers: { authorization: `Bearer ${SECRET}` },
      }),
    );

  it('a webhook posts the alert as JSON with its headers', async () => {
    await sinkTo('/hook').send(alert);
    expect(received.at(-1)).to.deep.equal({ body: alert, token: `Bearer ${SECRET}` });
  });

  it('a sink that fails, hangs or cannot be reached is logged without its secrets, and the others are served', async () => {
    const { log, lines } = listLog();
    const path = join(folder, 'alerts.jsonl');
    const nowhere = webhookSink(webhookConfig.parse({ url: `http://127.0.0.1:1/${SECRET}` }));
    const alerts = new Alerts([sinkTo('/broken'), sinkTo('/silent', 150), nowhere, fileSink(path), logSink(log)], log);
    alerts.raise(alert);
    await alerts.drain();
    expect(JSON.parse(readFileSync(path, 'utf8'))).to.deep.equal(alert);
    const failures = lines.filter((line) => line.includes('not delivered'));
    expect(failures).to.have.length(3);
    expect(failures.join())
      .to.include('answered 500')
      .and.to.include('within 150 ms')
      .and.to.include('could not be reached');
    expect(lines.join()).to.not.include(SECRET);
    expect(lines.some((line) => line.startsWith('error kill switch tripped'))).to.equal(true);
  });

  it('an address that is not http is refused', () => {
    expect(webhookConfig.safeParse({ url: 'file:///etc/passwd' }).success).to.equal(false);
    expect(webhookConfig.safeParse({ url: 'nonsense' }).success).to.equal(false);
  });
});
