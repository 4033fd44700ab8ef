import { Fragment, StrictMode, memo, useCallback, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { SeqList, type SeqListHandle } from '@/client/lib/seq-list/seq-list';
import { RowStore } from './rows';
import { Watch } from './watch';

const store = new RowStore();
const query = new URLSearchParams(location.search);

const Row = memo(function Row({ seq }: { seq: number }) {
  const subscribe = useCallback((listener: () => void) => store.subscribe(seq, listener), [seq]);
  const row = useSyncExternalStore(subscribe, () => store.get(seq));
  if (!row) return <div className="skeleton" />;
  return (
    <div className="row">
      {row.lines.map((line, i) => (
        <p key={i}>{i === 0 ? `${seq} ${line}` : line}</p>
      ))}
      {row.image !== null && <div className="image" style={{ height: row.image }} />}
    </div>
  );
});

const renderRow = (seq: number) => <Row seq={seq} />;
const estimateHeight = () => 56;

interface Bench {
  list?: SeqListHandle;
  range: number[];
  atEnd: boolean[];
  grow: (seq: number, lines: number) => void;
  setBounds: (first: number, last: number) => void;
  watch: Watch;
}

declare global {
  interface Window {
    bench: Bench;
  }
}

function App() {
  const [{ first, last }, setBounds] = useState({ first: 1, last: Number(query.get('rows') ?? 10_000_000) });
  window.bench.setBounds = (from, to) => setBounds({ first: from, last: to });
  return (
    <SeqList
      ref={(list) => {
        window.bench.list = list ?? undefined;
      }}
      first={first}
      last={last}
      renderRow={renderRow}
      estimateHeight={estimateHeight}
      initial={query.has('seq') ? { seq: Number(query.get('seq')) } : 'end'}
      onRangeChange={(...range) => (window.bench.range = range)}
      onAtEndChange={(isAtEnd) => window.bench.atEnd.push(isAtEnd)}
      aria-label="Rows"
      className="list"
    />
  );
}

window.bench = {
  range: [],
  atEnd: [],
  grow: (seq, lines) => store.grow(seq, lines),
  setBounds: () => undefined,
  watch: new Watch(),
};

const root = createRoot(document.getElementById('root') ?? document.body);
performance.mark('render');
const Mode = query.has('strict') ? StrictMode : Fragment;
root.render(
  <Mode>
    <App />
  </Mode>,
);
