// Mocha's spec reporter; besides, its own counts go as one JSON line into the file named by MOCHA_COUNTS, for whoever adds up several runs.
const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (process.env.MOCHA_COUNTS) appendFileSync(process.env.MOCHA_COUNTS, `${JSON.stringify({ passes, failures, pending })}\n`);
    });
  }
};
