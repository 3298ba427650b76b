// What the store keeps beside events: values by name, and the content that the service can give again.
import { ask, change, transact } from './database.js';
import { outboxSnapshot, outboxWrite } from './outbox.js';

export async function keptSnapshot(key) {
  const waiting = outboxSnapshot(key);
  const json = waiting ? waiting.json : await ask('snapshots', (store) => store.get(key));
  return json ? JSON.parse(json) : null;
}

export function keptKeys(prefix) {
  return ask('snapshots', (store) => store.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
}

export function keptWrite(key, value) {
  return outboxWrite([], [[key, value]]).then(() => {});
}

export function keptPart(sha, body, kind) {
  return change('parts', (store) => store.put({ sha, kind, body })).then(() => {});
}

export async function keptBody(sha) {
  const row = await ask('parts', (store) => store.get(sha));
  return row ? row.body : null;
}

export async function keptShas(shas) {
  const found = new Set();
  await transact(['parts'], 'readonly', (tx) => {
    for (const sha of shas) {
      tx.objectStore('parts').getKey(sha).onsuccess = (event) => event.target.result && found.add(sha);
    }
  });
  return found;
}

export function keptDrop(shas) {
  return change('parts', (store) => shas.forEach((sha) => store.delete(sha))).then(() => {});
}

export async function keptMeta(key) {
  const value = await ask('meta', (store) => store.get(`own:${key}`));
  return value === undefined ? null : value;
}

// All of them or none: a tablet may be switched off at any moment.
export function keptSetMetas(values) {
  return change('meta', (store) => {
    for (const [key, value] of Object.entries(values)) {
      if (value === null) store.delete(`own:${key}`);
      else store.put(value, `own:${key}`);
    }
  });
}
