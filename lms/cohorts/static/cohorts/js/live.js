// Keeps the part of a page that is marked data-live as the service shows it now. Without this the page has a
// button that loads it again. Elements are changed where they stand, never replaced as a whole, so that focus,
// what is typed, open panels and the place on the page stay where they are.
const SLOWEST = 30;

// Brings the children of `here` to those of `told`. Children with an id are found again by it.
function follow(here, told) {
  const named = new Map();
  for (const child of here.children) if (child.id) named.set(child.id, child);
  let place = here.firstChild;
  for (const next of Array.from(told.childNodes)) {
    const kept = (next.id && named.get(next.id)) || (place && !place.id && alike(place, next) ? place : null);
    if (!kept) {
      here.insertBefore(next.cloneNode(true), place);
    } else {
      if (kept !== place) here.insertBefore(kept, place);
      else place = place.nextSibling;
      become(kept, next);
    }
  }
  while (place) {
    const gone = place;
    place = place.nextSibling;
    gone.remove();
  }
}

const alike = (one, other) => one.nodeName === other.nodeName && !other.id;

function become(here, told) {
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.nodeValue !== told.nodeValue) here.nodeValue = told.nodeValue;
    return;
  }
  if (here.outerHTML === told.outerHTML) return;
  for (const { name } of Array.from(here.attributes)) {
    // Which panels are open is the reader's own business.
    if (!told.hasAttribute(name) && !(name === 'open' && here.nodeName === 'DETAILS')) here.removeAttribute(name);
  }
  for (const { name, value } of Array.from(told.attributes)) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  follow(here, told);
}

function live(part) {
  const every = Number(part.dataset.liveEvery || 4);
  let tag = part.dataset.liveTag ? `"${part.dataset.liveTag}"` : '';
  let wait = every;
  let timer = 0;

  async function look() {
    clearTimeout(timer);
    if (!document.hidden) {
      const answer = await ask();
      if (answer) await take(answer);
      wait = answer ? every : Math.min(SLOWEST, wait * 2);
      said(!answer);
    }
    timer = setTimeout(look, 1000 * wait * (0.9 + Math.random() * 0.2));
  }

  async function ask() {
    try {
      const headers = tag ? { 'If-None-Match': tag } : {};
      const answer = await fetch(part.dataset.live, { headers, cache: 'no-store', redirect: 'error' });
      return answer.status === 304 || answer.ok ? answer : null;
    } catch {
      return null;
    }
  }

  async function take(answer) {
    if (answer.status === 304) return;
    follow(part, new DOMParser().parseFromString(await answer.text(), 'text/html').body);
    tag = answer.headers.get('ETag') || '';
  }

  // A line of its own says when what is shown may be old.
  function said(isLost) {
    const note = document.querySelector('[data-live-lost]');
    if (note) note.hidden = !isLost;
  }

  // A button in the part does its work without leaving the page; when that fails, the form goes as it always did.
  part.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method !== 'post' || form.dataset.live === 'no') return;
    event.preventDefault();
    const body = new FormData(form);
    if (event.submitter && event.submitter.name) body.append(event.submitter.name, event.submitter.value);
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(body), redirect: 'manual' });
      if (answer.type !== 'opaqueredirect' && !answer.ok) throw new Error('refused');
      const panel = form.closest('details');
      if (panel) panel.open = false;
      look();
    } catch {
      form.dataset.live = 'no';
      if (event.submitter) form.requestSubmit(event.submitter);
      else form.submit();
    }
  });

  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
  timer = setTimeout(look, 1000 * every);
}

document.querySelectorAll('[data-live]').forEach((part) => { if (part.nodeName !== 'FORM') live(part); });
