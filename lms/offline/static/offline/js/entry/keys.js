// Large keys for the four digits of a PIN and the ten of a card, and the field that shows them.
import { h, icon } from '../base/dom.js';
import { say } from '../base/words.js';

// The ten digits stand as 4827 1934 05, as they are printed.
export function inGroups(digits) {
  return digits.replace(/^(\d{4})(\d)/, '$1 $2').replace(/^(\d{4} \d{4})(\d)/, '$1 $2');
}

// { element, digits(), put(text) }: `length` digits; `card` shows them in groups, else each as a dot.
export function digitField({ id, label, length, error = '', card = false, level = 'div', enter }) {
  const most = card ? length + 2 : length;
  const input = h(`input.pin__input${card ? '' : '.pin__input--masked'}#${id}`, {
    type: 'text', inputmode: 'none', maxlength: most, autocomplete: 'off', 'aria-invalid': error ? 'true' : null,
    'aria-describedby': error ? `${id}-error` : null,
  });
  const digits = () => input.value.replace(/\D/g, '').slice(0, length);
  const put = (text) => { input.value = card ? inGroups(text.replace(/\D/g, '').slice(0, length)) : text.replace(/\D/g, '').slice(0, length); };
  input.addEventListener('input', () => put(input.value));
  const press = (event) => {
    const key = event.target.closest('button');
    if (!key) return;
    const { digit, clear } = key.dataset;
    put(clear === 'all' ? '' : clear ? digits().slice(0, -1) : digits() + digit);
  };
  const form = h(`form.pin${card ? '.pin--card' : ''}${error ? '.pin--error' : ''}`, { autocomplete: 'off', onsubmit: (event) => { event.preventDefault(); enter(); } },
    h(`${level}.pin__heading`, null, h('label.pin__label', { for: id }, label)), input, error && fieldError(error, id),
    h('div.pin__keys', { onclick: press }, [...'123456789'].map(digitKey), wordKey('all', say('entry.clear-all')), digitKey('0'), wordKey('one', say('entry.clear'), 'backspace')));
  return { element: h('div.entry-pinpad', null, form), digits, put };
}

// The main button waits for an answer; what is given back says whether its view still stands there.
export function waitAtMain() {
  const button = document.getElementById('main-action');
  button.disabled = true;
  return () => button.isConnected;
}

const digitKey = (digit) => h('button.pin__key', { type: 'button', 'data-digit': digit }, digit);

const wordKey = (clear, words, name) => h('button.pin__key.pin__key--word', { type: 'button', 'data-clear': clear }, name && icon(name), words);

export function fieldError(words, id) {
  return h(`p.field__error#${id}-error`, { role: 'alert' }, icon('error'), h('span', null, words));
}

// A field for a code of letters and digits, with what it is and what is wrong with it.
export function codeField({ id, label, help, value = '', error = '', enter, level = 'h1' }) {
  const input = h(`input.entry-code__input${error ? '.entry-code__input--wrong' : ''}#${id}`, {
    type: 'text', value, maxlength: 24, autocomplete: 'off', autocapitalize: 'characters', autocorrect: 'off', spellcheck: 'false',
    'aria-describedby': `${id}-help${error ? ` ${id}-error` : ''}`, 'aria-invalid': error ? 'true' : null,
  });
  const element = h('form.entry-code', { onsubmit: (event) => { event.preventDefault(); enter(); } },
    h(level, null, h('label', { for: id }, label)), h(`p#${id}-help`, null, help), input, error && fieldError(error, id));
  return { element, value: () => input.value.trim() };
}
