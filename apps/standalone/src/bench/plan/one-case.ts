// One measurement in a process of its own: nothing is warm, and peak memory is that of this plan. Prints JSON.
import { SHAPES } from './estate';
import { measure } from './measure';

const [name, servers] = process.argv.slice(2);
const shape = SHAPES.find((known) => known === name);
if (!shape || !servers) throw new Error(`usage: one-case <${SHAPES.join('|')}> <servers>`);
process.stdout.write(`${JSON.stringify(measure(shape, Number(servers)))}\n`);
