// A whole installation, looked at with a real shell: what server_release tells of it.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { readSchemas } from '../../schemas/generate.ts';
import { type Installation, type Installed, install } from '../support/installed.ts';

describe('an installed server', () => {
  let server: Installed | undefined;
  afterEach(() => server?.close());
  const put = async (installation: Installation = {}) => {
    server = await install(installation);
    return server;
  };

  it('is told by exactly the outputs that the schema has', async () => {
    const outputs = await (await put()).look();
    const { properties } = readSchemas().get('server_release')!.outputs as { properties: object };
    assert.deepEqual(Object.keys(outputs).sort(), Object.keys(properties).sort());
  });

  it('that is as it should be has nothing in the way of an upgrade', async () => {
    const { install: kind, fixed_users, leftovers, auto_update, override_pins, official_migration, route } = await (await put()).look();
    assert.deepEqual(
      { kind, fixed_users, leftovers, auto_update, override_pins, official_migration, route },
      {
        kind: 'compose',
        fixed_users: false,
        leftovers: [],
        auto_update: '',
        override_pins: [],
        official_migration: '',
        route: { needs: [], steps: [], warnings: [] },
      },
    );
  });
});
