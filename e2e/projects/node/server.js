'use strict';

const express = require('express');

const app = express();
app.get('/hello/:name', (request, response) => {
  response.json({ hello: request.params.name });
});

const server = app.listen(process.env.PORT);
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
