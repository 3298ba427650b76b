// The rescue file: a header and the verbatim text of every event that the commune has not confirmed, a line each.
import { state } from '../base/state.js';
import { outboxTexts } from './commit.js';
import { ask } from './database.js';

export async function rescue() {
  const rows = await ask('events', (store) => store.getAll()).catch(() => []);
  const kept = rows.filter((row) => row.state !== 'commune').map((row) => row.text);
  const texts = kept.concat(outboxTexts().filter((text) => !kept.includes(text)));
  const { device = {}, commune = {} } = state.tablet || {};
  const header = { format: 'lop-hoc-so-rescue', version: 1, commune: commune.code || null, device: device.id || null, label: device.label || null, events: texts.length };
  const label = String(device.label || device.id || 'may').replace(/[^\p{L}\p{N}]+/gu, '-');
  const blob = new Blob([`${[JSON.stringify(header), ...texts].join('\n')}\n`], { type: 'application/x-ndjson' });
  return { name: `cuu-ho-${label}.jsonl`, blob };
}
