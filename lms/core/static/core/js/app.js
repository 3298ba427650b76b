// Connects every element with data-controller="name …" to its behaviour. Pages work without any of this.
import busy from './busy.js';
import filter from './filter.js';
import pin from './pin.js';
import print from './print.js';
import theme from './theme.js';

const controllers = { busy, filter, pin, print, theme };

// Other packages add their own behaviours: import { register } from '../../core/js/app.js'.
export function register(name, connectOne) {
  controllers[name] = connectOne;
  connect(document, [name]);
}

export function connect(root = document, only = Object.keys(controllers)) {
  for (const element of root.querySelectorAll('[data-controller]')) {
    for (const name of element.dataset.controller.split(/\s+/)) {
      if (only.includes(name) && controllers[name]) controllers[name](element);
    }
  }
}

connect();

// On plain http a browser may bring a page back from memory in spite of no-store, also after the next
// person has come. Such a page hides itself when it is left, and asks the server again.
window.addEventListener('pagehide', () => { document.body.hidden = true; });
window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
