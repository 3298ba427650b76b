// Every word that a script shows comes from the page, where it is written inside gettext calls.
let kept = null;

function words() {
  kept = kept || JSON.parse(document.getElementById('words').textContent);
  return kept;
}

// say('learn.lesson', { n: 3 }): the sentence of this name with {n} filled in.
export function say(name, values) {
  const sentence = words()[name];
  if (sentence === undefined) throw new Error(`There are no words named ${name}.`);
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => (values && key in values ? String(values[key]) : whole));
}
