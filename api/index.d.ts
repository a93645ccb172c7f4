/** Types of what the extension `failsoft.failsoft` exports. Nothing is run from here. */

/** Something that holds a resource until it is disposed; `vscode.Disposable` fits. */
export interface Disposable {
  dispose(): void;
}

/**
 * What `vscode.extensions.getExtension('failsoft.failsoft')?.activate()` resolves to. Within one version only fields are added, and
 * only optional ones to what you give.
 */
export interface FailsoftApi {
  readonly version: 1;
  /** How the models are at this moment. */
  health(): Health;
  /** Calls the listener when something in `health()` has changed, at most twice a second. */
  onDidChangeHealth(listener: (health: Health) => void): Disposable;
  /**
   * Adds a source of completions at the end of the route, behind the backends of the settings, with a breaker, deadlines and health of
   * its own. Code goes there only after the person has allowed it for the workspace; they are asked when it would first be of use.
   *
   * @returns takes the source away
   * @throws TypeError for a field that is not of its type or out of its bounds; Error when the id is taken
   */
  registerCompletionSource(source: CompletionSource): Disposable;
  /**
   * Tells of a request that your extension made itself to a model that is in the route: it counts for the health of that model.
   *
   * @throws TypeError for a field that is not of its type or out of its bounds; Error when no source of the route has that id
   */
  reportAttempt(report: AttemptReport): void;
}

/** All sources, and what serves. Holds no source text and no key. */
export interface Health {
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly at: number;
  /** `off` and `paused` are the person's choice; `local-only`: no model is configured or allowed. */
  readonly mode: 'starting' | 'on' | 'paused' | 'off' | 'local-only';
  /** Id of the source that the next keystroke asks first; `local`: none may be asked, the local engine serves. */
  readonly serving: string;
  /** In the order of the route. */
  readonly sources: readonly SourceHealth[];
}

/** Health of one model. */
export interface SourceHealth {
  readonly id: string;
  readonly model: string;
  readonly state:
    | 'not-allowed'
    | 'retired'
    | 'auth-needed'
    | 'quota'
    | 'offline'
    | 'open'
    | 'probing'
    | 'at-capacity'
    | 'rate-limited'
    | 'loading'
    | 'degraded'
    | 'slow'
    | 'healthy'
    | 'unknown';
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly since: number;
  /** One line for a person; empty when healthy or unknown. */
  readonly reason: string;
  /** When it is tried again, where something supports a time. Milliseconds since 1970-01-01T00:00Z. */
  readonly nextTryAt?: number;
  /** Of the last five minutes, in ms; with 0 samples an assumption. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly samples: number };
}

/** What a source is asked. */
export interface CompletionRequest {
  /** Text before the cursor; what looks like a secret is replaced. */
  readonly prefix: string;
  /** Text after the cursor. */
  readonly suffix: string;
  /** Of VS Code, such as `typescript`. */
  readonly languageId: string;
  /** Of the file within its workspace folder. */
  readonly path: string;
  /** More than this is not used. */
  readonly maxTokens: number;
  readonly trigger: 'automatic' | 'manual' | 'probe';
}

/** A source of completions in another extension. */
export interface CompletionSource {
  /** Unique within your extension: 1 to 30 of the characters a-z, A-Z, 0-9, `.`, `_` and `-`. */
  readonly id: string;
  /** Of your extension, such as `acme.coder`; has to be installed. */
  readonly extensionId: string;
  /** Shown to the person; 1 to 100 characters. A new version of a model has a new name. */
  readonly model: string;
  /**
   * Completes at the cursor. Resolve to the text to insert, or to `undefined` or '' for none. Stop when the signal is aborted: the
   * answer is not read then. Reject with a `CompletionFailure` to say what kind of failure it was; anything else counts as `server`.
   */
  complete(request: CompletionRequest, signal: AbortSignal): PromiseLike<string | undefined>;
}

/** A failure whose kind decides about breaker and status. */
export interface CompletionFailure {
  readonly kind: 'capacity' | 'rate_limit' | 'quota' | 'auth' | 'bad_request' | 'server' | 'timeout' | 'model_retired' | 'loading';
  /** One line for a person; no source text, no key. */
  readonly message: string;
  /** The backend asked to stay away for so long, in ms. */
  readonly retryAfter?: number;
}

/** One request that ended. */
export interface AttemptReport {
  /** As in `Health.sources`. */
  readonly sourceId: string;
  readonly outcome: 'ok' | 'empty' | 'cancelled' | CompletionFailure['kind'];
  /** From the request to its end, in ms, 0 to 600 000. Of `cancelled` and `timeout` a lower bound of what it would have taken. */
  readonly elapsed: number;
}
