"""How a learner of the crowd sees the screen and what lies under it: scripts that run in the page."""

AT_LOAD = """(() => {
  if (!location.protocol.startsWith('http')) return; // The browser's own page where the line is cut.
  // A page that was left while somebody sat at it says so at its next load, unless the learner left it.
  const key = 'soak-left';
  const left = JSON.parse(sessionStorage.getItem(key) || 'null');
  sessionStorage.removeItem(key);
  if (left && left.turn && !left.asked) console.log('soak reloaded ' + left.view);
  addEventListener('pagehide', () => {
    const turn = Boolean(document.querySelector('.next-person'));
    const view = history.state && history.state.view;
    const asked = Date.now() < (window.soakAsked || 0);
    sessionStorage.setItem(key, JSON.stringify({ turn, view, asked }));
  });
  const worker = navigator.serviceWorker;
  if (!worker) return;
  worker.addEventListener('controllerchange', () => console.log('soak took-over'));
  worker.ready.then((kept) => kept.addEventListener('updatefound', () => console.log('soak update')));
})()"""

READ = """() => {
  // The answer as the screen shows it, as tokens.
  const all = (where, token) => [...document.querySelectorAll(where)].map(token);
  const has = (where) => Boolean(document.querySelector(where));
  const phone = document.querySelector('#main [data-log]');
  if (phone) return JSON.parse(phone.dataset.log);
  const number = document.querySelector('.fill__box');
  if (number) return number.value.trim() ? [number.value.trim()] : [];
  const pair = ({ dataset }) => `${dataset.id}=${dataset.joined}`;
  if (has('#main .pairs')) return all('.pairs > li:not([hidden])', pair);
  if (has('#main .placed')) return all('.placed > li:not([hidden])', ({ dataset }) => dataset.id);
  return all('#main input:checked:not(:disabled)', (input) => input.value);
}"""

ANSWERED = f"""() => {{
  const words = (where) => [...document.querySelectorAll(where)].map((one) => one.innerText.trim())[0] || '';
  const {{ attempt = null }} = (history.state || {{}}).params || {{}};
  return [[words('#main .answers__question'), words('#main .progress'), attempt], ({READ})()];
}}"""
LOOK = (
    """async (known) => {
  const words = (where) => [...document.querySelectorAll(where)].map((one) => one.innerText.trim())[0] || '';
  const has = (where) => Boolean(document.querySelector(where));
  const at = history.state || {};
  const seen = {
    app: has('#app'), view: at.view || '', params: at.params || {}, turn: has('.next-person'),
    idle: has('dialog.entry-idle'), resume: has('.entry-resume'), wait: has('.player-wait'),
    main: words('#main-action'), label: words('#main .progress'), prompt: words('#main .answers__question'),
    corner: words('.store-corner__state'), alarm: words('.store-corner__alarm strong'),
    rows: [], home: [], newest: null, read: ("""
    + READ
    + """)(),
  };
  const kept = await indexedDB.databases();
  if (!kept.some((one) => one.name === 'lop-hoc-so')) return seen;
  const answer = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const db = await answer(indexedDB.open('lop-hoc-so'));
  if (!db.objectStoreNames.contains('events')) { db.close(); return seen; }
  const events = db.transaction('events').objectStore('events');
  const state = IDBKeyRange.bound(['commune'], ['commune', []]);
  const [rows, home, last] = await Promise.all([
    answer(events.getAll(IDBKeyRange.lowerBound(known, true))), answer(events.index('state').getAllKeys(state)),
    answer(events.openCursor(null, 'prev')),
  ]);
  db.close();
  seen.rows = rows.map((row) => [row.n, row.id, row.text]);
  seen.home = home;
  seen.newest = last ? [last.value.id, last.value.state] : null;
  return seen;
}"""
)

TOLD = "document.getElementById('ket-qua')"
"""What the screen says about an answer to a practice question."""
PLACE = """([where, words]) => {
  // Where a finger would touch this, or null when it cannot be touched.
  const says = (each) => !words || each.innerText.trim() === words;
  const fits = (each) => each.getClientRects().length && !each.disabled && says(each);
  const one = [...document.querySelectorAll(where)].find(fits);
  if (!one) return null;
  one.scrollIntoView({ block: 'center' });
  const box = one.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""
