/** How a fault server is set up. */

import type { Answer } from './answer.ts';
import type { Pace, Phase } from './behaviour.ts';
import type { Dialect } from './dialect.ts';

/** Settings of a server, all with a default. */
export interface FaultServerOptions {
  /** 0 (default): any free port. */
  readonly port?: number;
  /** A second port for `/__control`, still open while the first one is `refused`; 0: any. Default: none. */
  readonly controlPort?: number;
  /** Default 1. The same seed draws the same latencies. */
  readonly seed?: number;
  /** The name it gives its model; default `fault-model`. */
  readonly model?: string;
  /** Phases to begin with. */
  readonly script?: readonly Phase[];
  /** Finished source files; the answer is their true continuation where the prompt fits one of them. */
  readonly corpus?: readonly string[];
  /** Replaces the default answer; `corpus` is then not used. */
  readonly answer?: Answer;
  /** What `/props` says of the context, in tokens, as llama.cpp has it; default: there is no `/props`. */
  readonly contextTokens?: number;
  /** The pace of a healthy answer; default 8 ms to the first token and 4 ms between tokens. */
  readonly pace?: Pace;
  /** Protocols spoken; default: `/v1/completions` alone. */
  readonly dialects?: readonly Dialect[];
  /** Closes a connection right after a stream without announcing it, as llama.cpp does. Default false. */
  readonly closesAfterStream?: boolean;
}
