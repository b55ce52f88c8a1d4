// Made by `npm run generate` from schemas/modules/*.json: the arguments of each module. Change the schema, not this file.

export interface ArchiveArguments {
  /**
   * The files and directories to pack: below `chdir` where that is given (`.` is all of it), absolute paths where it is not.
   *
   * @minItems 1
   */
  path: string[];
  /**
   * The absolute path of the directory that names in the archive are relative to, as `tar -C`. Left out: `path` holds absolute paths.
   */
  chdir?: string;
  /**
   * The absolute path of the archive on the host. Its directory lies outside of the sources; where it is not there it is made, for its owner alone (0700). Name it by time, or a later run takes the archive of an earlier one for its own.
   */
  dest: string;
  /**
   * Patterns of names to leave out, as `tar --exclude` takes them.
   */
  exclude?: string[];
  /**
   * Make no archive where the sources hold nothing.
   */
  skip_empty?: boolean;
  /**
   * Octal permissions of the archive, in quotes.
   */
  mode?: string;
  /**
   * Who the archive belongs to, as chown takes it. Left out: the user who packs.
   */
  owner?: string;
}

export interface AssertArguments {
  /**
   * One bare expression, or a list of them; all must be true. Written without {{ }}.
   */
  that: string | string[];
  /**
   * What the operator reads when a condition does not hold: what is wrong. The conditions that are false are added to it. Left out: these conditions alone.
   */
  message?: string;
  /**
   * What to type or do next when a condition does not hold. Left out: nothing is told.
   */
  next?: string;
}

export interface CommandArguments {
  /**
   * The program and its arguments, one item each. No shell reads them: nothing needs quoting. Left out: give `cmd`.
   *
   * @minItems 1
   */
  argv?: string[];
  /**
   * Text that `sh -c` runs, for pipes and redirections. Left out: give `argv`.
   */
  cmd?: string;
  /**
   * The directory on the host to run it in; relative `creates` and `removes` are looked for there. Left out: the one that a login begins in.
   */
  chdir?: string;
  /**
   * A path on the host; if something is there, the command is not run. Left out: it is run every time, unless `removes` says otherwise.
   */
  creates?: string;
  /**
   * A path on the host; if nothing is there, the command is not run. Left out: it is run every time, unless `creates` says otherwise.
   */
  removes?: string;
  /**
   * Text handed to the command on its standard input. Left out: it is empty.
   */
  stdin?: string;
  /**
   * The exit codes that count as success.
   *
   * @minItems 1
   */
  expect_rc?: number[];
}

export interface DockerComposeArguments {
  /**
   * The directory that holds the compose file.
   */
  project_dir: string;
  /**
   * Compose files in the order in which later ones win. Left out: what compose itself would read there - COMPOSE_FILE of .env, or docker-compose.yml and its override.
   */
  files?: string[];
  /**
   * The name of the project. Left out: the one its containers carry, COMPOSE_PROJECT_NAME of .env, or the directory's name.
   */
  project_name?: string;
  /**
   * What the project is to be.
   */
  state: 'present' | 'absent';
  /**
   * With absent: rename the compose file to docker-compose.yml.parked-<time of the run>, so that nothing (a reboot, an auto-update script, a colleague) starts the old server again.
   */
  park?: boolean;
  /**
   * With present: a compose file to put in the place of docker-compose.yml. One that is there and differs is renamed to docker-compose.yml.replaced-<time of the run>. Left out: docker-compose.yml stays as it is.
   */
  install?: string;
  /**
   * With present: the environment_file of an earlier step with absent. Variables that the compose files leave open and that the old containers had are added to .env (mode 0600). Left out: none are.
   */
  environment_from?: string;
  /**
   * With present: values for variables that the compose files leave open, added to .env (mode 0600) before the project is started. Empty ones are left out. They win over those of environment_from, but what .env sets to another value is refused, never overwritten. With absent they are only held against .env, so that this shows before anything is stopped.
   */
  environment?: {
    [k: string]: string;
  };
  /**
   * Also remove containers of the project whose services are no longer in the files. Without it, absent refuses such containers, because down would leave them.
   */
  remove_orphans?: boolean;
  /**
   * Seconds that containers get to stop by themselves.
   */
  timeout?: number;
  /**
   * Seconds that all services get until they run and stay running.
   */
  wait?: number;
}

export type DockerImageArguments = {
  [k: string]: unknown;
} & {
  /**
   * An image with its tag. Left out: give `names`.
   */
  name?: string;
  /**
   * Several images. Left out: give `name`.
   *
   * @minItems 1
   */
  names?: string[];
  /**
   * When to ask the registry. Left out: always for :latest, missing for any other tag.
   */
  pull?: 'missing' | 'always';
  /**
   * What containers run under a name, else what the name points to, is tagged REPOSITORY:<this> (for :latest) or REPOSITORY:TAG-<this> before the name is pulled, or where it was pulled by an earlier run. Left out: the old image keeps no name.
   */
  tag_old?: string;
};

export interface ElasticsearchHealthArguments {
  /**
   * The container Elasticsearch runs in. It is reached by its address on the host, or by its published port.
   */
  container?: string;
  /**
   * An address as seen from the host, instead of a container. Left out: `container` says where it is.
   */
  host?: string;
  /**
   * The port Elasticsearch listens on.
   */
  port?: number;
  /**
   * What the version must be or begin with: "7.6" fits 7.6.2. Left out: any will do.
   */
  version?: string;
  /**
   * Indices that must be there with exactly so many documents; what elasticsearch_migrate or an earlier elasticsearch_health registered. Left out: none are asked for.
   */
  indices?: {
    /**
     * Name of the index.
     */
    index: string;
    /**
     * How many documents it holds.
     */
    documents: number;
  }[];
  /**
   * More documents than expected are fine: for a server that is written to meanwhile.
   */
  at_least?: boolean;
  /**
   * The health that will do. A single server whose indices have replicas never gets beyond yellow.
   */
  min_status?: 'yellow' | 'green';
  /**
   * How long to wait for the server to be healthy.
   */
  wait?: number;
}

export interface ElasticsearchMigrateArguments {
  /**
   * The data directory of Elasticsearch 5.6 on the host.
   */
  source: string;
  /**
   * The data directory Elasticsearch 7.6 is to serve. Made if it is not there; data of somebody else in it is refused.
   */
  target: string;
  /**
   * Copy several parts at a time, also of one index. false: one after another, for a host that must not be loaded.
   */
  parallel?: boolean;
  /**
   * How many parts are copied at a time. Left out: one more than the host has processors, at most 4.
   */
  streams?: number;
  /**
   * Memory of each of the two servers, as Java's -Xmx takes it. Less than 1g slows the copy of plots.
   */
  heap?: string;
  /**
   * Memory of the server that reads, as Java's -Xmx takes it. Left out: the same as heap.
   */
  source_heap?: string;
  /**
   * The image that opens the source. It must be on the host.
   */
  source_image?: string;
  /**
   * The image that fills the target. It must be on the host.
   */
  target_image?: string;
  /**
   * Where upgrade_to_7_<time>.log is written on the host. Left out: two levels above the target (/opt/trains for /opt/trains/data/elastic_7).
   */
  log_directory?: string;
  /**
   * Where the file system makes no hard links: let Elasticsearch 5 open the original directory itself. Make a backup first.
   */
  allow_open_original?: boolean;
}

export interface EndHostArguments {
  /**
   * What the operator reads: why there is nothing more to do.
   */
  message?: string;
}

export interface GetUrlArguments {
  /**
   * Where the file is, by https. Redirects are followed, to https only. A name and password inside it are refused.
   */
  url: string;
  /**
   * The absolute path of the file on the host. Its directory must be there. A symbolic link is followed.
   */
  dest: string;
  /**
   * What the file must hash to, in hexadecimal. With it, a file that is there already is compared. Left out: one that is there is taken as it is.
   */
  sha256?: string;
  /**
   * Download even if a file is there and no sha256 says what it should be. Such a step is a change every time.
   */
  force?: boolean;
  /**
   * Octal permissions of the file, in quotes. Left out: those of the file that is replaced, or 0644.
   */
  mode?: string;
  /**
   * Who the file belongs to, as chown takes it: user:group by name or by number. Left out: the owner of the file that is replaced, or the user who downloads.
   */
  owner?: string;
  /**
   * What the file must be to be accepted.
   */
  parse?: 'none' | 'yaml' | 'json' | 'compose';
  /**
   * Who downloads.
   */
  via?: 'host' | 'controller';
  /**
   * Seconds the whole download may take.
   */
  timeout?: number;
  /**
   * Allow an address that begins with http: anybody on the way can then change the file, so give a sha256 as well.
   */
  allow_insecure?: boolean;
}

export interface ServerComposeArguments {
  /**
   * The absolute path of the release's compose file on the host. It is left as it is.
   */
  src: string;
  /**
   * The absolute path of the file to write. Where no directory differs, it is the same as src to the byte. Another file of that name is kept beside it, renamed: .replaced-<time of the run> at its end.
   */
  dest: string;
  /**
   * The directory of the compose project.
   */
  project_dir: string;
  /**
   * The installation's compose files in their order, as server_release tells them. The first is the one to be replaced; the others, override files, stay and have to fit.
   *
   * @minItems 1
   */
  compose_files: string[];
  /**
   * The name of the compose project, as server_release tells it.
   */
  project_name: string;
  /**
   * The installation's directories, as server_release tells them. For an empty one a directory beside the others is taken. None may hold a colon: compose takes it for the end of the path.
   */
  data: {
    /**
     * Where Elasticsearch 5 has its data. It is not mounted any more. Left out: the same.
     */
    elastic?: string;
    /**
     * Where Elasticsearch 7 will have its data.
     */
    elastic_target: string;
    /**
     * MongoDB's directories: the data, the configuration.
     *
     * @minItems 2
     * @maxItems 2
     */
    mongo: string[];
    /**
     * Where Redis has its data; empty: redis beside the Elasticsearch data.
     */
    redis: string;
    /**
     * Where the file server has its files; empty is refused, because every release has one.
     */
    fileserver: string;
    /**
     * The directory of the configuration; empty: config in the directory that holds data, or in the project directory where none is called so.
     */
    config: string;
    /**
     * The directory of the logs; empty: logs in the same directory as the configuration.
     */
    logs: string;
  };
}

export interface ServerReleaseArguments {
  /**
   * The directory that holds docker-compose.yml.
   */
  project_dir: string;
  /**
   * Compose files in the order in which later ones win. Left out: what compose itself would read.
   */
  compose_files?: string[];
  /**
   * The release that the host is to go to. Refused where the installed one cannot get there, or not in one hop; being there already is none. Left out: no way is asked for.
   */
  upgrade_to?: string;
}

export interface UriArguments {
  /**
   * What to ask, by http or https, as the host sees it.
   */
  url: string;
  /**
   * The method of the request.
   */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /**
   * Headers of the request, beside those it needs.
   */
  headers?: {
    [k: string]: string;
  };
  /**
   * What is sent: text as it is, anything else as JSON with its content type. Left out: nothing is.
   */
  body?: {} | unknown[] | string | number | boolean;
  /**
   * The name to log in with, by basic authentication. Left out: nobody logs in.
   */
  url_username?: string;
  /**
   * The password that goes with the name. Left out: it is empty.
   */
  url_password?: string;
  /**
   * The statuses that count as an answer; any other is a failure.
   *
   * @minItems 1
   */
  status?: number[];
  /**
   * Put the text of the answer into the outputs and so into the journal. JSON is there in any case, as `json`.
   */
  return_content?: boolean;
  /**
   * Seconds until the whole answer must be there.
   */
  timeout?: number;
}
