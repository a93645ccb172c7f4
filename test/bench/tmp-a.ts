import { measureActivation } from './activation.ts';
import { measureBundle } from './bundle.ts';
import { formatPart } from './report.ts';
console.log(formatPart('bundle', await measureBundle()));
console.log(formatPart('activation', await measureActivation()));
