// Reads `{"package": …, "rows": [{request, response, shared}, …]}` and writes one digit a row: 1 where the package would store the answer.
'use strict';
const { package: folder, rows } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const CachePolicy = require(folder);
process.stdout.write(
  rows.map(({ request, response, shared }) => (new CachePolicy(request, response, { shared }).storable() ? '1' : '0')).join(''),
);
