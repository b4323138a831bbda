// Prints one line of JSON per definition file given: {"file": name, "errors": [texts]}.
const fs = require('fs');
const path = require('path');
const validate = require(path.resolve(process.cwd(), 'node_modules/asl-validator'));

for (const file of process.argv.slice(2)) {
  const { errors } = validate(JSON.parse(fs.readFileSync(file, 'utf8')));
  console.log(JSON.stringify({ file: path.basename(file), errors: errors.map((error) => JSON.stringify(error)) }));
}
