'use strict';

// Asks before `serverless remove` takes a stage away: the stage's name has to be typed.
const { once } = require('node:events');
const { createInterface } = require('node:readline');

class RemovalPlugin {
  constructor(serverless) {
    this.hooks = {
      'before:remove:remove': async () => {
        const { stage } = serverless.service.provider;
        const lines = createInterface({ input: process.stdin });
        process.stdout.write(`Type the stage's name to remove it: `);
        // The end of the input is an answer, too.
        const [answer] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
        lines.close();
        if (answer !== stage) throw new serverless.classes.Error('Nothing was removed.');
      },
    };
  }
}

module.exports = RemovalPlugin;
