// Elasticsearch 5.6 data to a 7.6 directory, offline. The engine is in src/migration; here is what of it is declared in a playbook.
import { posix } from 'node:path';
import { TaskError } from '../base/errors.ts';
import { openDocker } from '../connections/docker.ts';
import { lookAtDirectories } from '../migration/directory.ts';
import { missingImages, refuseInUse, refuseUnfit, sizeText } from '../migration/fit.ts';
import { migrate, type Order, renamedPath } from '../migration/migrate.ts';
import { undoMigration } from '../migration/undo.ts';
import type { ElasticsearchMigrateArguments } from './arguments.ts';
import type { Module, Outputs } from './module.ts';

const IMAGE = 'docker.elastic.co/elasticsearch/elasticsearch';

export const elasticsearchMigrate: Module<ElasticsearchMigrateArguments, Order> = {
  kind: 'state',

  concerns: ({ source, target }) => ({ writes: [source, target], reads: [] }),

  async check(args, target) {
    const order = orderOf(args, target.facts.cpus, target.run);
    const found = await lookAtDirectories(target.connection, order.source, order.target);
    const renamed = found.migrated.at(-1);
    if (!found.source && found.targetEntry && renamed !== undefined && found.record?.state !== 'filling') {
      const outputs = found.record ? { ...found.record.migrated } : unrecorded(renamed);
      return { status: 'ok', outputs, summary: `${order.source} was migrated: it is ${renamed} now` };
    }
    const source = refuseUnfit(order, found);
    if (!target.run.check) {
      // in a plan the steps before this one, which stop the server and pull the images, have not run
      const docker = openDocker(target.connection, target.signal);
      await refuseInUse(docker, order.source, source);
      await refuseMissing(await missingImages(docker, [order.images.source, order.images.target]));
    }
    const aside = found.targetEntry !== '';
    const summary =
      `${aside ? `set the incomplete ${order.target} aside, ` : ''}copy ${order.source} (Elasticsearch 5.6) ` +
      `to ${order.target} (7.6), then rename the source to ${posix.basename(renamedPath(order))}`;
    const detail = { ...order, real: source.real, owner: source.owner, bytes: source.bytes, setAside: aside };
    return { status: 'changes', change: { summary, figures: sizeText(source.bytes), before: order.source, after: order.target, detail } };
  },

  async apply(_args, { detail }, target) {
    return { ...(await migrate(detail, target)) };
  },

  async undo(args, outputs, target) {
    const names = { source: args.source, target: args.target, renamed: String(outputs.renamed_to), stamp: target.run.stamp };
    await undoMigration(target.connection, names);
  },
};

function orderOf(args: ElasticsearchMigrateArguments, cpus: number, run: { readonly id: string; readonly stamp: string }): Order {
  const { heap = '2g', parallel = true, allow_open_original: allowOpenOriginal = false } = args;
  return {
    run: run.id,
    stamp: run.stamp,
    source: args.source,
    target: args.target,
    real: args.source,
    owner: '',
    bytes: 0,
    setAside: false,
    images: { source: args.source_image ?? `${IMAGE}:5.6.16`, target: args.target_image ?? `${IMAGE}:7.6.2` },
    heap: { source: args.source_heap ?? heap, target: heap },
    streams: parallel ? (args.streams ?? Math.min(4, cpus + 1)) : 1, // both servers share the processors; three streams were best on two
    logDirectory: args.log_directory ?? posix.dirname(posix.dirname(args.target)),
    allowOpenOriginal,
  };
}

/** What is known of a migration that somebody else made. */
function unrecorded(renamed: string): Outputs {
  return { documents: null, indices: [], skipped: [], certificate: null, renamed_to: renamed, log: '', seconds: null };
}

function refuseMissing(images: readonly string[]): void {
  if (images.length === 0) return;
  throw new TaskError(`not on the host: ${images.join(', ')}`, {
    state: 'nothing was changed',
    next: `fetch them first with a docker_image step, or by hand: ${images.map((image) => `docker pull ${image}`).join(' && ')}`,
  });
}
