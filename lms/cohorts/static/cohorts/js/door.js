// Where scripts run and the browser keeps things, the way in leads to the player. `?kieu=trang` keeps to these
// plain pages for the rest of the browser's session; without scripts nothing here happens.
const KEY = 'kieu';
const PLAIN = 'trang';

function keepsToPages() {
  const asked = new URLSearchParams(location.search).get(KEY) === PLAIN;
  try {
    if (asked) sessionStorage.setItem(KEY, PLAIN);
    return sessionStorage.getItem(KEY) === PLAIN;
  } catch (error) {
    return true; // A browser that keeps nothing has no use for the player.
  }
}

if (!keepsToPages() && window.indexedDB) location.replace('/may-hoc');
