// Match by tapping: one left side waits (aria-pressed), a tap on the right joins it, the next one waits.
import { register } from '../../core/js/app.js';
import { focusOn, isShown, keep, onTap, say } from './taps.js';

register('match', (box) => {
  const pairs = box.querySelector('.pairs');
  const lefts = box.querySelector('[data-lefts]');
  const rights = box.querySelector('[data-rights]');
  const again = box.querySelector('.activity__again');
  const held = box.querySelector('[name="held"]');
  const inList = (list, id) => list.querySelector(`[data-id="${id}"]`);
  const button = (list, id) => id && inList(list, id).querySelector('button');
  const words = (list, id) => button(list, id).textContent.trim();

  function hold(id) {
    held.value = id;
    for (const one of lefts.querySelectorAll('button')) {
      one.setAttribute('aria-pressed', String(one.value === `hold:${id}`));
    }
  }

  function nextOpen() {
    const item = Array.from(lefts.children).find(isShown);
    return item ? item.dataset.id : '';
  }

  // A joined pair is in the list of pairs and its left side gone from the others; and back.
  function join(left, right, together) {
    const pair = inList(pairs, left);
    const token = pair.querySelector('[data-token]');
    token.value = `${left}=${together ? right : ''}`;
    token.disabled = !together;
    pair.querySelector('[data-right]').textContent = together ? words(rights, right) : '';
    pair.hidden = !together;
    inList(lefts, left).hidden = together;
    if (!box.dataset.several) inList(rights, right).hidden = together;
    rights.hidden = !nextOpen();
    again.hidden = Array.from(pairs.children).filter(isShown).length < 2;
  }

  function pick(right) {
    const left = held.value;
    if (!left) return '';
    join(left, right, true);
    say(box, box.dataset.joined, { left: words(lefts, left), right: words(rights, right) });
    hold(nextOpen());
    focusOn(box, button(lefts, held.value));
    return `pick:${left}=${right}`;
  }

  function drop(left) {
    const [, right] = inList(pairs, left).querySelector('[data-token]').value.split('=');
    join(left, right, false);
    hold(left);
    say(box, box.dataset.out, { left: words(lefts, left) });
    focusOn(box, button(lefts, left));
    return `drop:${left}`;
  }

  function clear() {
    Array.from(pairs.children).filter(isShown).forEach((pair) => drop(pair.dataset.id));
    say(box, box.dataset.cleared, {});
    hold(nextOpen());
    focusOn(box, button(lefts, held.value));
    return 'clear';
  }

  function wait(left) {
    hold(left);
    say(box, box.dataset.holding, { left: words(lefts, left) });
    return `hold:${left}`;
  }

  onTap(box, (act, id) => {
    const last = { pick, drop, clear, hold: wait }[act](id);
    if (last) keep(box, last);
  });
});
