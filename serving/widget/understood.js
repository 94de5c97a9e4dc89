// What was understood of a message, in parts that can be taken off, and items side by side.

const MOST_COMPARED = 4;
const SEARCHES = ['recommend', 'refine'];

function part(chip, words, takeOff) {
  const memory = chip.source === 'memory';
  const button = make('button',
    { type: 'button', className: 'bc-take',
      'aria-label': words.say(memory ? 'turn.forget' : 'turn.remove', { label: chip.label }) }, '×');
  button.addEventListener('click', () => takeOff(chip));
  const origin = memory ? make('small', {}, words.say('turn.from_memory')) : null;
  return make('li', { className: 'bc-part', data: { source: chip.source } }, chip.label, memory ? ' ' : null, origin, button);
}

/** The line under a question; empty where nothing is searched for: neither the intent nor cards say so. */
function understood({ intent, chips = [], relaxed = [] }, cards, words, takeOff) {
  if (!(cards || SEARCHES.includes(intent)) || !(chips.length || relaxed.length)) return [];
  const label = words.say('turn.understood');
  return [
    make('span', { className: 'bc-need-label', 'aria-hidden': 'true' }, label),
    make('ul', { className: 'bc-parts', 'aria-label': label }, ...chips.map((chip) => part(chip, words, takeOff))),
    ...relaxed.map((name) => words.relaxed(name)).map((name) => make('span', { className: 'bc-relaxed' }, words.say('turn.nothing_fits', { name }))),
  ];
}

function cell(value, better) {
  return better ? make('td', { className: 'bc-better' }, `${value} `, make('small', {}, better)) : make('td', {}, value);
}

function comparedRow(row, better) {
  const cells = row.values.slice(0, MOST_COMPARED).map((value, place) => cell(value, place === row.better && better));
  return make('tr', {}, make('th', { scope: 'row' }, row.label || row.name), ...cells);
}

/** A table of items in columns: the rows in which they differ, then the others. */
function comparison({ titles, rows }, words) {
  const shown = titles.slice(0, MOST_COMPARED);
  const better = words.say(shown.length > 2 ? 'compare.best' : 'compare.better');
  const [differing, same] = [true, false].map((differs) => rows.filter((row) => row.differs === differs));
  const head = make('tr', {}, make('th', { scope: 'col' }, unseen(words.say('compare.feature'))),
    ...shown.map((title) => make('th', { scope: 'col' }, title)));
  const table = make('table', {}, make('thead', {}, head),
    differing.length ? make('tbody', {}, ...differing.map((row) => comparedRow(row, better))) : null);
  if (same.length) {
    const label = make('th', { scope: 'rowgroup', colSpan: shown.length + 1 }, words.say('compare.same'));
    table.append(make('tbody', { className: 'bc-same' }, make('tr', {}, label), ...same.map((row) => comparedRow(row, better))));
  }
  return make('div', { className: 'bc-compare', tabIndex: 0, role: 'region', 'aria-label': words.say('compare.name') }, table);
}
