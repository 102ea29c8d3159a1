#!/bin/sh
# The start command of the streaming function: the Lambda Web Adapter runs it, and so does the local
# stage. One request at a time reaches an instance in the cloud; locally one server takes them all.
# The client's address is taken from the gateway by our own code, not from headers by uvicorn.
exec python3 -m uvicorn functions.chat_stream.app:app \
    --host "${HOST:-127.0.0.1}" --port "${PORT:-8080}" \
    --no-proxy-headers --no-access-log --no-server-header --timeout-graceful-shutdown 2
