// The parts of a simulated phone's screen. Everything to tap looks the same, so that nothing tells the key.
import { h, icon } from '../base/dom.js';

export function phoneLine(kind, name, words) {
  return h(`p.phone__${kind}`, { 'data-say': words }, icon(name), h('span', null, words));
}

export function phonePart(part, shown) {
  const { kind, text = '', label = '' } = part;
  if (kind === 'text') return h('p.phone__text', { 'data-say': text }, text);
  if (kind === 'notice') return phoneLine('notice', 'info', text);
  if (kind === 'message') return phoneMessage(label, text);
  if (kind === 'picture') return h('img.phone__picture', { src: shown.told.media(part.media), alt: label });
  return kind === 'field' ? phoneField(part, shown) : phoneTap(part, shown);
}

function phoneMessage(label, text) {
  return h('div.phone__message', { 'data-say': `${label}: ${text}` },
    h('p.phone__from', null, h('span.phone__face', { 'aria-hidden': 'true' }, icon('person')), label), h('p.phone__bubble', null, text));
}

function phoneTap({ id, kind, text }, { still, tap }) {
  const isRow = kind === 'row';
  return h(`button.phone__tap${isRow ? '.phone__tap--row' : ''}`, {
    type: 'button', name: 'act', value: `tap:${id}`, 'data-say': text, disabled: still, onclick: () => tap(id),
  }, h('span', null, text), isRow && icon('next'));
}

function phoneField({ id, label, number }, { at, still, type }) {
  const isWrong = at.stayed.includes(id);
  const onkeydown = (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    type();
  };
  return h(`div.phone__field${isWrong ? '.phone__field--wrong' : ''}`, null,
    h('label.phone__label', { for: `f-${id}`, 'data-say': label }, label),
    h('input.phone__input', {
      id: `f-${id}`, 'data-id': id, type: 'text', value: at.typed.get(id) || '', maxlength: '60', autocomplete: 'off',
      inputmode: number && 'numeric', disabled: still, 'aria-invalid': isWrong && 'true', onkeydown,
    }));
}
