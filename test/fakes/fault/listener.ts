/** A listening port that can be closed and opened again with nothing left of the time before. */

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after } from './clock.ts';

const host = '127.0.0.1';

/** While the port was closed somebody may have borrowed it for a moment. Attempts, and ms between them. */
const openAttempts = 40;
const openEveryMs = 50;

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** One HTTP listener on the loopback interface. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;

  /** @param port 0 for any free port, which is then kept. */
  constructor(port: number, onRequest: RequestListener) {
    this.#port = port;
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 5000 }, onRequest);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    // Half a request from a client that left: nobody is there to be answered.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** The port; 0 before the first `open`. */
  get port(): number {
    return this.#port;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** Listens; on the same port as the last time. */
  async open(): Promise<void> {
    for (let attempt = 1; !this.#server.listening; attempt += 1) {
      try {
        await this.#listen();
      } catch (error) {
        if (!isInUse(error) || attempt >= openAttempts) {
          throw error;
        }
        await new Promise<void>((resolve) => {
          after(openEveryMs, resolve);
        });
      }
    }
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Stops listening and destroys what is connected; resolves when nothing is left. */
  async close(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const serverClosed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    // The server counts a socket as gone a moment before the socket says so itself.
    const socketsClosed = Array.from(this.#sockets, (socket) => once(socket, 'close'));
    this.destroySockets();
    await Promise.all([serverClosed, ...socketsClosed]);
  }

  destroySockets(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }
}

/** The address of a port on this host. */
export function loopbackUrl(port: number): string {
  return `http://${host}:${port}`;
}
