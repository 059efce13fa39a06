// Runs a piece of JavaScript from stdin with a client of the sandbox, and prints what it returns as JSON.
const fs = require('node:fs');
const {createClient} = require('node-zendesk');

const {BASE, TOKEN} = process.env;
const connect = endpointUri => createClient({username: 'admin@example.com', token: TOKEN, endpointUri});
const AsyncFunction = (async () => {}).constructor;

new AsyncFunction('client', 'guide', 'require', fs.readFileSync(0, 'utf8'))(
  connect(`${BASE}/api/v2`), connect(`${BASE}/api/v2/help_center`).helpcenter, require,
).then(value => process.stdout.write(JSON.stringify(value)));
