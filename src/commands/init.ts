// switchyard init: what one begins with, from what is shipped: the playbook, an inventory, the schemas for the editor.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT } from '../base/exit.ts';
import { bundled } from '../playbook/bundle.ts';
import type { World } from './world.ts';

const SHIPPED = new URL('../../', import.meta.url); // from src/commands/ and from dist/program/

const shipped = (path: string) => readFileSync(new URL(path, SHIPPED), 'utf8');

/** Never writes over anything, and asks nothing. */
export async function init(world: World): Promise<number> {
  for (const { path, text } of starters()) {
    const isNew = world.createFile(resolve(world.cwd, path), text);
    world.stdout(`${path}: ${isNew ? 'written' : 'is there already, and stays as it is'}\n`);
  }
  world.stdout(`
next:
  write your hosts into inventory.yml
  switchyard validate trains-0.16.yml -i inventory.yml
  switchyard plan trains-0.16.yml -i inventory.yml
`);
  return EXIT.ok;
}

/** The playbook and the inventory name each other as they are called here. */
function starters(): readonly { readonly path: string; readonly text: string }[] {
  const here = (text: string) =>
    text
      .replaceAll('../schemas/', 'schemas/')
      .replaceAll('playbooks/trains-0.16.yml', 'trains-0.16.yml')
      .replaceAll('inventories/several-hosts.yml', 'inventory.yml');
  return [
    { path: 'trains-0.16.yml', text: here(shipped('playbooks/trains-0.16.yml')) },
    { path: 'inventory.yml', text: here(shipped('inventories/several-hosts.yml')) },
    { path: 'schemas/playbook.json', text: bundled('playbook.json') },
    { path: 'schemas/inventory.json', text: bundled('inventory.json') },
  ];
}
