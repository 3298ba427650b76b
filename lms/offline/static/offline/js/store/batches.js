// What goes into one call.
import { ask } from './database.js';

export const SENDER_EVENTS = 100;
const SENDER_BYTES = 64 * 1024;
export const senderAside = new Set(); // Rows that the service failed at even alone: the others go before them.

const senderRange = (state, after) => IDBKeyRange.bound([state, after], [state, []], true);

export function senderKeys(state) {
  return ask('events', (store) => store.index('state').getAllKeys(senderRange(state, -1)));
}

// The next rows of a state: at most so many, and so many bytes of text, but always one.
export async function senderRows(state, after, only, limit) {
  const found = await ask('events', (store) => store.index('state').getAll(senderRange(state, after), only ? undefined : limit + senderAside.size));
  const fresh = found.filter(({ n }) => !senderAside.has(n) && (!only || only.has(n))).slice(0, limit);
  let bytes = 0;
  const end = fresh.findIndex((row) => {
    bytes += new TextEncoder().encode(row.text).length;
    return bytes > SENDER_BYTES;
  });
  return end < 0 ? fresh : fresh.slice(0, Math.max(1, end));
}
