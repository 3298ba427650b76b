// The database of this tablet: one name, stores that upgrades only add to, opened again when the system closes it.
const DB_NAME = 'lop-hoc-so';
const DB_VERSION = 1;
const DB_MARK = 'lop-hoc-so.kept';
let dbOpening = null;

// fresh: made just now; emptied: made anew although this tablet had kept something.
export const dbSeen = { opened: false, fresh: false, emptied: false };

function dbUpgrade(event) {
  const db = event.target.result;
  if (event.oldVersion >= 1) return;
  const events = db.createObjectStore('events', { keyPath: 'n', autoIncrement: true });
  events.createIndex('id', 'id', { unique: true });
  events.createIndex('state', ['state', 'n']);
  events.createIndex('attempt', 'attempt');
  events.createIndex('learner', 'learner');
  const meta = db.createObjectStore('meta');
  db.createObjectStore('snapshots');
  db.createObjectStore('parts', { keyPath: 'sha' }).createIndex('kind', 'kind');
  dbSeen.fresh = true;
  if (!dbSeen.opened && !dbMarked()) return;
  // Somebody or something emptied the store behind our back: that is said until somebody has seen it.
  dbSeen.emptied = true;
  meta.put(true, 'emptied');
}

// A mark beside the database that it holds something.
export function dbMark() {
  try {
    localStorage.setItem(DB_MARK, '1');
  } catch (error) { /* Where this store is shut the mark in memory has to do. */ }
}

function dbMarked() {
  try {
    return localStorage.getItem(DB_MARK) !== null;
  } catch (error) {
    return false;
  }
}

function dbOpen(version) {
  return new Promise((resolve, reject) => {
    const request = version ? indexedDB.open(DB_NAME, version) : indexedDB.open(DB_NAME);
    request.onupgradeneeded = dbUpgrade;
    request.onsuccess = () => resolve(dbHold(request.result));
    request.onerror = () => {
      // A newer release has been here. What it added is no hindrance.
      if (version && request.error.name === 'VersionError') resolve(dbOpen(0));
      else reject(request.error);
    };
  });
}

function dbHold(db) {
  db.onclose = dbForget;
  db.onversionchange = () => {
    db.close();
    dbForget();
  };
  dbSeen.opened = true;
  return db;
}

// The next transaction opens the database again.
export function dbForget() {
  dbOpening = null;
}

export function database() {
  if (!dbOpening) {
    dbOpening = dbOpen(DB_VERSION);
    dbOpening.catch(dbForget);
  }
  return dbOpening;
}

async function dbBegin(names, mode, options) {
  try {
    return (await database()).transaction(names, mode, options);
  } catch (error) {
    // The system may have closed the connection without a word.
    if (error.name !== 'InvalidStateError') throw error;
    dbForget();
    return (await database()).transaction(names, mode, options);
  }
}

// transact(['events'], 'readonly', (tx) => request): resolves with the request's result (or whatever else
// `work` gives) when the transaction is complete, rejects when it was undone. Writes are strictly durable.
export async function transact(names, mode, work) {
  const tx = await dbBegin(names, mode, mode === 'readwrite' ? { durability: 'strict' } : {});
  return new Promise((resolve, reject) => {
    let made;
    tx.oncomplete = () => resolve(made instanceof IDBRequest ? made.result : made);
    tx.onabort = () => reject(tx.error || new DOMException('undone', 'AbortError'));
    try {
      made = work(tx);
    } catch (error) {
      reject(error);
      tx.abort();
    }
  });
}

// One request on one store.
export function ask(name, work) {
  return transact([name], 'readonly', (tx) => work(tx.objectStore(name)));
}

export function change(name, work) {
  return transact([name], 'readwrite', (tx) => work(tx.objectStore(name)));
}

// Calls `each(cursor)` for every row of a cursor's request, then `done()`.
export function eachRow(request, each, done = () => {}) {
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return done();
    each(cursor);
    return cursor.continue();
  };
}
