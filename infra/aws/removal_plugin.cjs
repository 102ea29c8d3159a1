'use strict';

// Confirmation before `serverless remove` deletes a stage: the user types the stage's name.
const { once } = require('node:events');
const { createInterface } = require('node:readline');

class RemovalPlugin {
  constructor(serverless) {
    this.hooks = {
      'before:remove:remove': async () => {
        const { stage } = serverless.service.provider;
        const lines = createInterface({ input: process.stdin });
        process.stdout.write(`Type the stage's name to remove it: `);
        // The end of the input counts as a refusal.
        const [answer] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
        lines.close();
        if (answer !== stage) throw new serverless.classes.Error('Nothing was removed.');
      },
    };
  }
}

module.exports = RemovalPlugin;
