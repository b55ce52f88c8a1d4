import type { Connection } from './connection.ts';

/** The same connection, with variables set for every command that is run over it; a command's own win. */
export function withEnvironment(connection: Connection, environment: Readonly<Record<string, string>>): Connection {
  if (Object.keys(environment).length === 0) return connection;
  return {
    host: connection.host,
    becomeUser: connection.becomeUser,
    exec: (argv, options) => connection.exec(argv, { ...options, env: { ...environment, ...options?.env } }),
    start: (argv, directory, options) => connection.start(argv, directory, { ...options, env: { ...environment, ...options?.env } }),
    attach: (directory) => connection.attach(directory),
    readFile: (path) => connection.readFile(path),
    writeFile: (path, content, options) => connection.writeFile(path, content, options),
    openSocket: (address) => connection.openSocket(address),
    become: (user) => withEnvironment(connection.become(user), environment),
    close: () => connection.close(),
  };
}
