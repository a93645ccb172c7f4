/** The page of the dashboard: says that it is ready, draws what it is told. It asks nothing of the network and stores nothing but its looks. */
import { hostMessageOf, type PageMessage, type PageState, pageStateOf, protocolVersion } from '../../dashboard/protocol.ts';
import { Page } from './page.ts';

/** What VS Code gives to a page. */
interface EditorApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** What failed by typing on says little, so it is not among the first things seen. */
const firstState: PageState = { range: '24h', tables: [], hidden: ['cancelled'] };

function start(root: Element): void {
  const editor = acquireVsCodeApi();
  let state = pageStateOf(editor.getState()) ?? firstState;
  const keep = (change: Partial<PageState>): void => {
    state = { ...state, ...change };
    editor.setState(state);
  };
  editor.setState(state);
  const page = new Page(root, {
    range: () => state.range,
    onRange(range) {
      keep({ range });
      editor.postMessage({ version: protocolVersion, kind: 'range', range });
    },
    onRetry: () => editor.postMessage({ version: protocolVersion, kind: 'retry' }),
    isTable: (name) => state.tables.includes(name),
    setTable: (name, isTable) => keep({ tables: [...state.tables.filter((each) => each !== name), ...(isTable ? [name] : [])] }),
    place: () => state.place ?? 'activity',
    setPlace: (place) => keep({ place }),
    rollout: {
      act: (action, subject) =>
        editor.postMessage({ version: protocolVersion, kind: 'rollout-action', action, ...(subject === undefined ? {} : { subject }) }),
      check: (check) => editor.postMessage({ version: protocolVersion, kind: 'rollout-check', check }),
      open: (what) => editor.postMessage({ version: protocolVersion, kind: 'rollout-open', what }),
    },
    model: () => state.model,
    setModel: (model) => keep({ model }),
    isHidden: (outcome) => state.hidden.includes(outcome),
    toggleHidden(outcome) {
      const others = state.hidden.filter((each) => each !== outcome);
      keep({ hidden: others.length < state.hidden.length ? others : [...others, outcome] });
    },
  });
  addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = hostMessageOf(data);
    if (!message) return;
    page.show(message);
    if (message.kind === 'view') performance.mark('figures');
  });
  // The editor writes the theme on these two.
  const watch = new MutationObserver(() => page.restyle());
  watch.observe(document.body, { attributeFilter: ['class'] });
  watch.observe(document.documentElement, { attributeFilter: ['style'] });
  editor.postMessage({ version: protocolVersion, kind: 'ready', range: state.range });
  requestAnimationFrame(() => performance.mark('shell'));
}

const root = document.querySelector('main');
if (root) start(root);
