import pg from 'pg';
import { parserOf } from '@/server/base/moment';

/** What the library's query is told and does, as far as its types leave it out. */
declare module 'pg' {
  interface Query {
    hasBeenParsed(connection: pg.Connection): boolean;
    prepare(connection: pg.Connection): void;
    handleRowDescription(message: { fields: pg.FieldDef[] }): void;
    handleDataRow(message: { fields: (string | null)[] }): void;
    /** What went wrong with a row: the caller hears it when the server is done. */
    _canceledDueToError: unknown;
  }
}

type Parser = (text: string) => unknown;
/** What a statement's rows look like on one connection. */
type Shape = { names: string[]; parsers: Parser[]; empty: Record<string, null> };
const shapes = new WeakMap<pg.Connection, Map<string, Shape>>();

/**
 * A named statement as the library runs it, but for its rows. A connection that has run it before does not ask
 * the server again what they look like, and reads them by what it knows; the library works that out anew each time.
 */
export class PreparedQuery<Row> extends pg.Query {
  readonly found: Row[] = [];
  private known: Map<string, Shape> | undefined;
  private shape: Shape | undefined;

  constructor(
    private readonly statementName: string,
    text: string,
    values: unknown[],
  ) {
    super({ name: statementName, text, values });
  }

  /** @throws what the library throws */
  runOn(on: pg.Pool | pg.PoolClient): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      (on as Asked).query(this, undefined, (cause) => {
        if (cause) reject(cause);
        else resolve(this.found);
      });
    });
  }

  override prepare(connection: pg.Connection): void {
    this.known = shapes.get(connection) ?? new Map<string, Shape>();
    shapes.set(connection, this.known);
    this.shape = this.hasBeenParsed(connection) ? this.known.get(this.statementName) : undefined;
    super.prepare(this.shape ? undescribing(connection) : connection);
  }

  override handleRowDescription({ fields }: { fields: pg.FieldDef[] }): void {
    this.shape = shapeOf(fields);
    this.known?.set(this.statementName, this.shape);
  }

  override handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const { shape } = this;
    if (this._canceledDueToError) return;
    try {
      if (!shape) throw new Error('A row came before what it looks like.');
      this.found.push(rowOf(shape, fields) as Row);
    } catch (cause) {
      this._canceledDueToError = cause;
    }
  }
}

/** How pools and clients take a query of one's own; their types know it without a callback only. */
type Asked = {
  query(query: pg.Query, values: undefined, done: (cause: Error | null | undefined) => void): void;
};

function shapeOf(fields: readonly pg.FieldDef[]): Shape {
  const names = fields.map(({ name }) => name);
  return {
    names,
    parsers: fields.map(({ dataTypeID }) => parserOf(dataTypeID)),
    empty: Object.fromEntries(names.map((name) => [name, null])),
  };
}

function rowOf({ names, parsers, empty }: Shape, texts: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = { ...empty };
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    const name = names[i];
    if (typeof text === 'string' && name !== undefined) row[name] = parsers[i]?.(text);
  }
  return row;
}

const quiet = new WeakMap<pg.Connection, pg.Connection>();

/** The same connection, on which nothing is asked to be described. */
function undescribing(connection: pg.Connection): pg.Connection {
  const made =
    quiet.get(connection) ??
    (Object.create(connection, { describe: { value: () => undefined } }) as pg.Connection);
  quiet.set(connection, made);
  return made;
}
