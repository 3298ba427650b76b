// Order by tapping: moves steps between the list of those put and the list of those left.
import { register } from '../../core/js/app.js';
import { buttonIn, focusOn, isShown, keep, onTap, say } from './taps.js';

register('order', (box) => {
  const put = box.querySelector('.placed');
  const left = box.querySelector('.taps');
  const again = box.querySelector('.activity__again');
  const inList = (list, id) => list.querySelector(`[data-id="${id}"]`);

  function show(item, shown) {
    item.hidden = !shown;
    item.querySelector('[data-token]').disabled = !shown;
  }

  function count() {
    const items = Array.from(put.children).filter(isShown);
    items.forEach((item, index) => { item.querySelector('.placed__number').textContent = index + 1; });
    again.hidden = items.length < 2;
    return items.length;
  }

  function pick(id) {
    const item = inList(put, id);
    put.append(item);
    show(item, true);
    inList(left, id).hidden = true;
    say(box, box.dataset.put, { n: count(), step: item.querySelector('.placed__text').textContent });
    focusOn(box, buttonIn(left));
  }

  function drop(id) {
    const item = inList(put, id);
    show(item, false);
    inList(left, id).hidden = false;
    count();
    say(box, box.dataset.out, { step: item.querySelector('.placed__text').textContent });
    focusOn(box, inList(left, id).querySelector('button'));
  }

  function clear() {
    Array.from(put.children).filter(isShown).forEach((item) => drop(item.dataset.id));
    say(box, box.dataset.cleared, {});
    focusOn(box, buttonIn(left));
  }

  onTap(box, (act, id) => {
    ({ pick, drop, clear })[act](id);
    keep(box, id ? `${act}:${id}` : act);
  });
});
