// The live tree on a terminal. listr2 holds the screen (the live area, its spinner, the last picture left in the scrollback); what stands
// on it is drawn from the board. Its own drawing makes the whole tree anew for every event and cuts it from above: with many hosts that starves the
// event loop that drives them.
import { DefaultRenderer, Listr, ListrEventManager, ListrLogger, ProcessOutput, Spinner } from 'listr2';
import { Board } from './board.ts';
import { painter } from './color.ts';
import { fitted, tally, whole } from './fit.ts';
import type { Output, Reporter } from './output.ts';
import { draw } from './picture.ts';
import { recap } from './recap.ts';
import { oneLine, titleText } from './words.ts';

/** `now` in epoch ms, for what is running. The terminal is drawn ten times a second, however many events come. */
export function treeReporter(out: Output, now: () => number = Date.now): Reporter {
  const board = new Board({ details: out.detail === 'more' });
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const hold: Hold = { begin: () => {}, end: async () => {} };
  let drawn: Promise<void> | undefined;
  let screen: Promise<unknown> | undefined;
  let closed: Promise<void> | undefined;
  return {
    listen(event) {
      board.take(event);
      if (event.kind === 'run_started') {
        out.stdout(`${painter(out.color)('strong', titleText(event))}\n`);
        for (const host of board.hosts.keys()) ends.set(host, Promise.withResolvers()); // made before listr2 asks for them: an event may come first
        screen = show({ board, ends, hold }, out, now);
      }
      if (event.kind === 'approval_asked') hold.begin();
      if (event.kind === 'approval_ended' && event.by === 'terminal') drawn = hold.end();
      if (event.kind === 'host_ended') ends.get(event.result.host)?.resolve();
    },
    close() {
      closed ??= (async () => {
        for (const end of ends.values()) end.resolve();
        await screen;
        await drawn;
        if (board.end !== undefined) out.stdout(`\n${recap(board.end.hosts, { ...board.end, check: board.check, color: out.color })}`);
        for (const warning of board.warnings) out.stderr(`${painter(out.color)('change', 'warning')}: ${oneLine(warning)}\n`);
      })();
      return closed;
    },
  };
}

interface Shown {
  readonly board: Board;
  readonly ends: ReadonlyMap<string, PromiseWithResolvers<void>>;
  readonly hold: Hold;
}

/** While somebody is asked at the terminal nothing is drawn on it. */
interface Hold {
  begin: () => void;
  /** resolves when there is a picture again */
  end: () => Promise<void>;
}

/** Resolves when every host has ended and the last picture is drawn. */
function show({ board, ends, hold }: Shown, out: Output, now: () => number): Promise<unknown> {
  const paint = painter(out.color);
  const spinner = new Spinner();
  class Screen extends DefaultRenderer {
    static override nonTTY = true; // whether there is a terminal was decided by who chose the tree
    #isLive = false;
    #isOver = false;

    constructor(...[tasks, options]: ConstructorParameters<typeof DefaultRenderer>) {
      super(tasks, options, new ListrEventManager()); // one that nobody tells anything: only the spinner's tick draws, ten times a second
      hold.begin = () => this.#stop();
      hold.end = () => this.render();
    }

    override async render(): Promise<void> {
      await super.render();
      this.#isLive = true;
      if (this.#isOver || board.isAsking) this.#stop(); // it came to that before there was a picture
    }

    override end(): void {
      this.#isOver = true;
      this.#stop();
    }

    /** Leaves the picture where it is: the next one is drawn below it, and below what is asked and answered meanwhile. */
    #stop(): void {
      if (this.#isLive) super.end();
      this.#isLive = false;
    }

    override create(options?: { prompt?: boolean }): string {
      const last = options?.prompt === false && !board.isAsking;
      const crowded = !last && [...board.hosts.values()].filter(({ status }) => status === 'running').length > out.rows;
      const lines = draw({ board, now: now(), spinner: spinner.fetch(), last, crowded, diff: out.diff, verbose: out.detail === 'more' });
      return last ? whole(lines, paint) : fitted(lines, paint, { columns: out.columns, rows: out.rows - 1, hosts: tally(board) }); // the cursor stands in the last row
    }
  }
  const tasks = [...ends].map(([host, { promise }]) => ({ title: host, task: () => promise }));
  const processOutput = new ProcessOutput(streamOf(out, out.stdout), streamOf(out, out.stderr));
  return new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: Screen,
    rendererOptions: { spinner, logger: new ListrLogger({ processOutput }) },
  }).run();
}

/** What listr2 takes for a terminal, so that it does not take the process's own, whose `write` it would replace. */
function streamOf(out: Output, write: (text: string) => void): NodeJS.WriteStream {
  const stream = {
    isTTY: out.isTerminal,
    get columns() {
      return out.columns;
    },
    get rows() {
      return out.rows;
    },
    write: (text: string) => {
      write(text);
      return true;
    },
  };
  return stream as unknown as NodeJS.WriteStream;
}
