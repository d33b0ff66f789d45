/** A provider on loopback: speaks its real format, counts what it is asked, and goes wrong when it is told to. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Bar } from '../../../../market/data/bar.ts';
import type { BarInterval } from '../../../../market/data/providers/barInterval.ts';
import { fakeBars } from './fakeMarket.ts';

/** A way in which one answer goes wrong. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'bars'; readonly change: (bars: Bar[]) => Bar[] }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'none' };

/** What a request asks for, as the provider's documentation reads it. */
export interface Asked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly interval: BarInterval;
}

export interface FakeProvider {
  /** The provider's name. */
  readonly name: string;
  /** As a user writes it. */
  readonly symbol: string;
  readonly timeframe: BarInterval;
  /** With a key that the tests look for in messages. */
  readonly environment: Readonly<Record<string, string>>;
  /** Throws for a request that the real server would not understand, or one without its key. */
  read(url: URL, request: IncomingMessage): Asked;
  /** The bars as the provider writes them; an empty list in the way in which it says "no data". */
  answer(bars: readonly Bar[], asked: Asked): { readonly status?: number; readonly body: unknown };
  /** False where the format is an object by time, in which nothing can be said twice. */
  readonly canRepeat: boolean;
  /** Its own words for "too many requests". */
  readonly tooMany: { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };
  /** Its own words for a symbol that it does not know. */
  readonly unknownSymbol: { readonly status: number; readonly body: unknown };
}

export class FakeServer {
  readonly fake: FakeProvider;
  /** Path and query of every request. */
  readonly requests: string[] = [];
  /** Taken one by one by the requests that come; afterwards all goes well. */
  faults: Fault[] = [];
  /** Called before each answer; an answer waits for it. */
  onRequest: (count: number) => Promise<void> | void = () => {};
  readonly #server: Server;

  constructor(fake: FakeProvider) {
    this.fake = fake;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(400, { 'content-type': 'text/plain' }).end(`bad request: ${String(error)}`);
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(request.url ?? '');
    await this.onRequest(this.requests.length);
    const fault = this.faults.shift() ?? { kind: 'none' };
    const asked = this.fake.read(new URL(request.url ?? '', 'http://fake'), request);
    const bars = fakeBars(asked.fromMs, asked.toMs, asked.interval);
    const good = this.fake.answer(fault.kind === 'bars' ? fault.change(bars) : bars, asked);
    if (fault.kind === 'silent') return;
    if (fault.kind === 'raw') return void response.writeHead(200).end(fault.text);
    if (fault.kind === 'answer') return void send(response, fault.status, fault.body, fault.headers);
    if (fault.kind === 'date') return void send(response, good.status ?? 200, good.body, { date: fault.date });
    if (fault.kind === 'cut') return cutMidBody(response, JSON.stringify(good.body));
    send(response, good.status ?? 200, good.body);
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Promises the whole body, sends half of it and hangs up. */
function cutMidBody(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}
