// The keys of a keyboard or a clicker follow the page's own links: on, back, out.
import { register } from '../../core/js/app.js';

const WAYS = {
  ArrowRight: 'next', PageDown: 'next', ArrowDown: 'next', ' ': 'next', Enter: 'next',
  ArrowLeft: 'prev', PageUp: 'prev', ArrowUp: 'prev', Backspace: 'prev',
};
// A clicker's keys work wherever the focus is; those that press or write do so on what has the focus.
const PRESSES = new Set([' ', 'Enter', 'Backspace']);
// A page that is longer than the wall is first scrolled to its end.
const SCROLLS = new Set(['ArrowDown', 'ArrowUp', ' ']);

function scrolls(key) {
  if (!SCROLLS.has(key)) return false;
  const page = document.scrollingElement;
  const left = page.scrollHeight - page.clientHeight - page.scrollTop;
  return key === 'ArrowUp' ? page.scrollTop > 1 : left > 1;
}

register('projector', () => {
  document.addEventListener('keydown', (event) => {
    const way = WAYS[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey || scrolls(event.key)) return;
    if (PRESSES.has(event.key) && event.target.closest('a, button, input, summary')) return;
    const link = document.querySelector(`a[rel="${way}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });
});
