// A load generator: players of a video, each with a connection of its own, which asks for the next range at fixed intervals.
import { connect as connectTcp, type Socket } from 'node:net';
import { serveCommands } from './commands.ts';

/** Players to start. `path`: of the video. Each asks for `rangeBytes` every `everyMs`, over and over. */
export type Players = {
  readonly port: number;
  readonly path: string;
  readonly byteSize: number;
  readonly players: number;
  readonly rangeBytes: number;
  readonly everyMs: number;
};

/** The generator's commands. */
export type PlayersLoad = {
  /** Starts the players, spread over one interval; fulfils when each has its first range. */
  play(players: Players): Promise<void>;
  /** Ends all players; returns how many ranges they have received. Rejects if one of them was answered anything but 206. */
  stop(): Promise<number>;
};

let sockets: Socket[] = [];

let ranges = 0;

let failure: Error | null = null;

/** One player; fulfils when it has its first range. */
function play({ port, path, byteSize, rangeBytes, everyMs }: Players, startsInMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let from = 0;
    let missing = 0;
    let isHead = true;
    const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true });
    sockets.push(socket);
    const ask = () => {
      if (socket.destroyed || missing > 0) return;
      const to = Math.min(from + rangeBytes, byteSize) - 1;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nRange: bytes=${from}-${to}\r\n\r\n`);
      missing = to - from + 1;
      isHead = true;
      from = to + 1 >= byteSize ? 0 : to + 1;
    };
    const fail = (error: Error) => {
      failure ??= error;
      reject(error);
    };
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      // A head comes in one piece: it is the first thing that is sent.
      const end = isHead ? chunk.indexOf('\r\n\r\n') + 4 : 0;
      if (isHead && !chunk.subarray(0, 12).toString().endsWith('206')) fail(new Error(chunk.toString().slice(0, 300)));
      isHead = false;
      missing -= chunk.length - end;
      if (missing > 0) return;
      ranges += 1;
      resolve();
    });
    setTimeout(() => {
      ask();
      const timer = setInterval(ask, everyMs);
      socket.once('close', () => clearInterval(timer));
    }, startsInMs);
  });
}

const load: PlayersLoad = {
  async play(players) {
    const { players: count, everyMs } = players;
    await Promise.all(Array.from({ length: count }, (_, place) => play(players, (place / count) * everyMs)));
  },
  stop() {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    const received = ranges;
    ranges = 0;
    return failure === null ? Promise.resolve(received) : Promise.reject(failure);
  },
};

serveCommands(load);
