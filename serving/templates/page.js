// Runs once when the conversation is on the page. `element`, `trigger`, `props` and `watch` come from gr.HTML.
// Each update rewrites the markup, so what the shopper opened is remembered here and opened again.
const opened = new Set();
const broken = new Set();

function restore() {
  for (const details of element.querySelectorAll('details[data-key]')) details.open = opened.has(details.dataset.key);
  for (const image of element.querySelectorAll('img')) if (broken.has(image.src)) image.style.visibility = 'hidden';
  for (const chip of element.querySelectorAll('button.bc-chip')) {
    const note = document.getElementById(chip.getAttribute('popovertarget'));
    chip.setAttribute('aria-expanded', String(Boolean(note && note.matches(':popover-open'))));
  }
}

function showNewTurn() {
  const turns = element.querySelectorAll('.bc-turn');
  if (turns.length > showNewTurn.seen) turns[turns.length - 1].scrollIntoView({ block: 'start' });
  showNewTurn.seen = turns.length;
}
showNewTurn.seen = 0;

element.addEventListener('toggle', (event) => {
  const target = event.target;
  if (target.dataset.key) opened[target.open ? 'add' : 'delete'](target.dataset.key);
  else restore();
}, true);

element.addEventListener('error', (event) => {
  if (event.target.tagName !== 'IMG') return;
  broken.add(event.target.src);
  restore();
}, true);

element.addEventListener('click', (event) => {
  const example = event.target.closest('.bc-example');
  if (example) trigger('ask', { question: example.textContent });
  if (event.target.closest('.bc-retry')) trigger('retry');
  const taken = event.target.closest('.bc-take');
  if (taken) {
    element.tabIndex = -1;
    element.focus({ preventScroll: true }); // the button goes with its markup
    trigger('take_off', { name: taken.dataset.name, value: taken.dataset.value });
  }
});

// Gradio's own buttons have a picture only, and may come later than this script.
function nameButtons() {
  const { send, stop } = element.querySelector('[role="status"]').dataset;
  document.querySelector('#bc-box .submit-button')?.setAttribute('aria-label', send);
  document.querySelector('#bc-box .stop-button')?.setAttribute('aria-label', stop);
}

new MutationObserver(nameButtons).observe(element.closest('.contain'), { childList: true, subtree: true });
nameButtons();

watch('value', () => {
  nameButtons();
  restore();
  showNewTurn();
});
