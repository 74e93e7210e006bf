// Answers /health with its version and a value that it reads from the database at that moment.
const { execFile } = require('node:child_process');
const { createServer } = require('node:http');

const VERSION = '@VERSION@';
const { PT_ADDRESS, PT_PORT, PT_DATABASE } = process.env;
const QUERY = "select value || '|' || current_setting('pt.version') from greeting";

function readDatabase() {
  const args = ['--no-psqlrc', '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', QUERY, PT_DATABASE];
  return new Promise((resolve, reject) => {
    execFile('/usr/bin/psql', args, { timeout: 5000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
  });
}

async function health() {
  try {
    const [value, database] = (await readDatabase()).split('|');
    return { status: 200, body: { app: VERSION, value, database } };
  } catch (error) {
    return { status: 503, body: { app: VERSION, problem: String(error.message) } };
  }
}

const server = createServer(async (request, response) => {
  const { status, body } =
    request.url === '/health' ? await health() : { status: 200, body: { app: VERSION } };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
});
server.listen(Number(PT_PORT), PT_ADDRESS, () =>
  console.log(`pt-app ${VERSION} on ${PT_ADDRESS}:${PT_PORT}`),
);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
