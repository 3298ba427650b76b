// Small parts of a page, made without a template language. Text is always text; only our own content is HTML.
const root = document.documentElement;
const icons = root.dataset.icons;
const pictures = root.dataset.pictures;
const scenes = root.dataset.scenes;

// h('button.tap#go', { type: 'button', onclick }, 'Bấm', [more, parts]): an element with its attributes and children.
// true stands for an attribute without a value; false, null and undefined leave it out. `html` is trusted markup.
export function h(spec, props, ...children) {
  const [, tag, rest] = /^([a-z0-9]+)(.*)$/i.exec(spec);
  const element = document.createElement(tag);
  for (const part of rest.match(/[.#][^.#]+/g) || []) {
    if (part[0] === '#') element.id = part.slice(1);
    else element.classList.add(part.slice(1));
  }
  for (const [name, value] of Object.entries(props || {})) put(element, name, value);
  add(element, children);
  return element;
}

function put(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name === 'html') element.innerHTML = value;
  else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'value' || name === 'checked') element[name] = value;
  else element.setAttribute(name, value === true ? '' : value);
}

function add(element, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child);
  }
}

function svg(href, className, label, viewBox) {
  const space = 'http://www.w3.org/2000/svg';
  const drawing = document.createElementNS(space, 'svg');
  drawing.setAttribute('class', className);
  if (viewBox) drawing.setAttribute('viewBox', viewBox);
  drawing.setAttribute('focusable', 'false');
  if (label) {
    drawing.setAttribute('role', 'img');
    drawing.setAttribute('aria-label', label);
  } else drawing.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', href);
  drawing.append(use);
  return drawing;
}

// One of the house's icons; `label` is read out, without it the icon is decoration.
export function icon(name, label) {
  const drawing = svg(`${icons}#${name}`, 'icon', label);
  drawing.setAttribute('width', '24');
  drawing.setAttribute('height', '24');
  return drawing;
}

// The drawing and colour that a learner was given; size sm, md or lg.
export function picture(name, colour, { size = 'md', label = '' } = {}) {
  const drawing = svg(`${pictures}#${name}`, 'picture__drawing', label, '0 0 96 96');
  return h(`span.picture.picture--${size}.picture--${colour}`, null, drawing);
}

// A drawn scene, for empty states and joy.
export function scene(name) {
  return h('img.scene', { src: scenes.replace('NAME', name), alt: '' });
}
