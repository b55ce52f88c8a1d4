// The language server that editors use for YAML, as a process of its own: what it completes, shows and finds in a text.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type MarkupContent,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const ROOT = resolve(import.meta.dirname, '../..');
const SERVER = resolve(ROOT, 'node_modules/yaml-language-server/bin/yaml-language-server');
const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };

export interface Completion {
  readonly label: string;
  readonly documentation: string;
}

/** A text as an editor has it open. `at` is an offset in it. */
export interface OpenText {
  /** `line:column: message`, from 1, in the order of places */
  readonly findings: readonly string[];
  complete(at: number): Promise<readonly Completion[]>;
  hover(at: number): Promise<string>;
}

export interface Editor {
  /** The file need not be there: what counts is the text, and the folder for the schema that its first line names. */
  open(file: string, text: string): Promise<OpenText>;
}

/** Hands an editor to `work` and ends the server afterwards. Rejects where the server tried to reach the network or said anything on stderr. */
export async function withEditor(work: (editor: Editor) => Promise<void>): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: `--require ${resolve(import.meta.dirname, 'no_network.cjs')}` };
  const server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'], env });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  try {
    await work(await begin(connection));
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    await once(server, 'close');
  } finally {
    server.kill();
    connection.dispose();
  }
  if (said !== '') throw new Error(`the language server says: ${said}`);
}

async function begin(connection: ProtocolConnection): Promise<Editor> {
  const waiting = new Map<string, (findings: readonly string[]) => void>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    const findings = diagnostics.toSorted(
      (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
    );
    waiting.get(uri)?.(findings.map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1}: ${message}`));
  });
  const configured = new Promise<void>((done) => {
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      setImmediate(done);
      return items.map(({ section }) => (section === 'yaml' ? SETTINGS : null));
    });
  });
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(ROOT).href,
    workspaceFolders: null,
    capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ['markdown'] } } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  await configured;
  return { open: (file, text) => open(connection, waiting, { uri: pathToFileURL(resolve(ROOT, file)).href, text }) };
}

async function open(
  connection: ProtocolConnection,
  waiting: Map<string, (findings: readonly string[]) => void>,
  { uri, text }: { readonly uri: string; readonly text: string },
): Promise<OpenText> {
  const judged = new Promise<readonly string[]>((done) => waiting.set(uri, done));
  await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  const at = (offset: number) => {
    const before = text.slice(0, offset).split('\n');
    return { textDocument: { uri }, position: { line: before.length - 1, character: before.at(-1)!.length } };
  };
  return {
    findings: await judged,
    async complete(offset) {
      const found = await connection.sendRequest(CompletionRequest.type, at(offset));
      const items = Array.isArray(found) ? found : (found?.items ?? []);
      return items.map(({ label, documentation }) => ({ label, documentation: textOf(documentation) }));
    },
    async hover(offset) {
      const found = await connection.sendRequest(HoverRequest.type, at(offset));
      return textOf(found?.contents as MarkupContent | undefined);
    },
  };
}

const textOf = (content: string | MarkupContent | undefined) => (typeof content === 'object' ? content.value : (content ?? ''));
