import { measureHeap } from './heap.ts';
import { formatPart } from './report.ts';
console.log(formatPart('heap', await measureHeap()));
