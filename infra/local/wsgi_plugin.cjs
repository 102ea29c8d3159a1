'use strict';

// Loads serverless-wsgi only for `serverless wsgi serve`: in other commands its hooks would add files to the packages and
// to the local gateway. The server has the environment of every function, and runs the turns and reads the documents that
// functions of their own run and read elsewhere: nothing here takes invocations.

class NoPlugin {}

function wsgiPlugin() {
  const ServerlessWSGI = require('serverless-wsgi');
  return class WsgiPlugin extends ServerlessWSGI {
    constructor(serverless, options) {
      super(serverless, options);
      const serve = this.hooks['wsgi:serve:serve'];
      this.hooks['wsgi:serve:serve'] = () => {
        const { service } = serverless;
        for (const key of service.getAllFunctions()) {
          Object.assign(service.provider.environment, service.getFunction(key).environment);
        }
        Object.assign(service.provider.environment, { TURN_FUNCTION_NAME: '', EXTRACT_FUNCTION_NAME: '' });
        return serve();
      };
    }
  };
}

module.exports = process.argv[2] === 'wsgi' ? wsgiPlugin() : NoPlugin;
