// sqlite-wasm on the origin's private file system, for memory.bench.mjs: it times its reads itself, so that no message counts.
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';

let db;
let newest;

const work = {
  async open() {
    const sqlite3 = await sqlite3InitModule({ locateFile: (name) => `/${name}` });
    const pool = await sqlite3.installOpfsSAHPoolVfs({ clearOnInit: true });
    db = new pool.OpfsSAHPoolDb('/bench.db');
    db.exec('CREATE TABLE entries (session TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, timestamp INTEGER NOT NULL, role TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID');
    newest = db.prepare('SELECT session, seq, id, timestamp, role, content FROM entries WHERE session = ? ORDER BY seq DESC LIMIT 50');
  },
  fill({ session, rows }) {
    db.transaction(() => {
      const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)');
      rows.forEach((row, n) => insert.bind([session, n + 1, ...row]).stepReset());
      insert.finalize();
    });
  },
  read({ session }) {
    const begun = performance.now();
    const rows = [];
    newest.bind([session]);
    while (newest.step()) rows.push(newest.get({}));
    newest.reset();
    rows.reverse();
    return { count: rows.length, ms: performance.now() - begun };
  },
};

globalThis.onmessage = async ({ data }) => {
  try {
    globalThis.postMessage((await work[data.type](data)) ?? {});
  } catch (error) {
    globalThis.postMessage({ error: String(error?.stack ?? error) });
  }
};
