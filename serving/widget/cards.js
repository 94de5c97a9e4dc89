// Elements that show a product, its reason and the evidence. Text from the shop or the model only ever becomes
// text nodes, never markup.

const KIND_NAMES = {
  review: 'Customer review', attribute: 'Product fact', history: 'Your history', policy: 'Shop policy',
  order: 'Your order',
};
const STATE_NOTES = {
  repaired: 'Rewritten once to agree with its sources',
  extractive: "In the sources' own words",
};
const LETTERS = { R: 'review', A: 'attribute', H: 'history', P: 'policy', O: 'order' };
const CITATION = /\s*\[([A-Z]\d+(?:\s*,\s*[A-Z]\d+)*)\]/g;

/** An element with properties (or attributes, where the name has a dash) and children; strings become text. */
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === 'data') Object.assign(node.dataset, value);
    else if (name.includes('-') || name === 'role' || name === 'popover') node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** The address if it is http, https or inside the site; else null. */
function safeAddress(address) {
  if (!address) return null;
  try {
    const url = new URL(address, origin + '/');
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

const mark = () => make('span', { className: 'bc-mark', 'aria-hidden': 'true' });
const unseen = (text) => make('span', { className: 'bc-unseen' }, text);
const kindName = (kind) => KIND_NAMES[kind] || kind;

/** A note that opens beside the chip that was pressed. */
function evidenceNote(evidence) {
  const close = make('button', { type: 'button', className: 'bc-close', 'aria-label': 'Close' }, '×');
  const note = make('div',
    { className: 'bc-evidence', popover: 'auto', role: 'dialog', 'aria-label': `Evidence ${evidence.id}`,
      data: { kind: evidence.kind } },
    make('p', { className: 'bc-evidence-head' }, make('span', {}, `${kindName(evidence.kind)} · ${evidence.id}`), close),
    make('blockquote', {}, evidence.text),
    make('p', { className: 'bc-source' }, evidence.source));
  close.addEventListener('click', () => note.hidePopover());
  return note;
}

function chip(id, evidence, note) {
  if (!note) return make('span', { className: 'bc-chip', data: { kind: LETTERS[id[0]] || '' } }, id);
  const button = make('button',
    { type: 'button', className: 'bc-chip', 'aria-expanded': 'false', 'aria-haspopup': 'dialog',
      'aria-label': `Evidence ${id}: ${kindName(evidence.kind)}. Show it.`, data: { kind: evidence.kind } }, id);
  button.popoverTargetElement = note;
  note.addEventListener('toggle', () => button.setAttribute('aria-expanded', String(note.matches(':popover-open'))));
  return button;
}

/** Chips and notes for the snippets of one reason or message. */
class Evidence {
  constructor(snippets) {
    this.byId = new Map(snippets.map((snippet) => [snippet.id, { snippet, note: evidenceNote(snippet) }]));
  }

  get notes() {
    return [...this.byId.values()].map((entry) => entry.note);
  }

  chip(id) {
    const entry = this.byId.get(id);
    return chip(id, entry?.snippet, entry?.note);
  }

  /** Words and the chips of their evidence; the last word and the first chip stay on one line. */
  cited(words, ids) {
    if (!ids.length) return [words];
    const cut = words.lastIndexOf(' ') + 1;
    const [first, ...others] = ids.map((id) => this.chip(id));
    return [words.slice(0, cut), make('span', { className: 'bc-tail' }, words.slice(cut) + ' ', first), ...others];
  }

  /** Text with citations such as [R1] as chips. */
  prose(text) {
    const nodes = [];
    let position = 0;
    for (const match of text.matchAll(CITATION)) {
      nodes.push(...this.cited(text.slice(position, match.index), match[1].split(/\s*,\s*/)));
      position = match.index + match[0].length;
    }
    return [...nodes, text.slice(position)];
  }

  /** A reason: its text where that carries the marks, else its claims, each with its chips. */
  reason(text, claims) {
    const marked = new Set([...text.matchAll(CITATION)].flatMap((match) => match[1].split(/\s*,\s*/)));
    if (claims.every((claim) => claim.evidence_ids.every((id) => marked.has(id)))) return this.prose(text);
    return claims.flatMap(({ text, evidence_ids }) => [...this.cited(text.replace(CITATION, '').trim(), evidence_ids), ' ']);
  }
}

const NO_EVIDENCE = new Evidence([]);

function picture(card) {
  const image = safeAddress(card.image);
  const box = make('div', { className: 'bc-picture' },
    image ? make('img', { src: image, alt: '' }) : null, mark(),
    make('span', { className: 'bc-rank' }, unseen('Rank '), String(card.rank)));
  box.querySelector('img')?.addEventListener('error', (event) => event.target.remove());
  return box;
}

function heading(card) {
  const address = safeAddress(card.url);
  const brand = card.brand || '';
  const rest = card.title.startsWith(brand) ? card.title.slice(brand.length).trim() : card.title;
  const title = rest ? rest[0].toUpperCase() + rest.slice(1) : card.title;
  const elsewhere = address && new URL(address).origin !== location.origin;
  const link = address ? make('a', { href: address, rel: 'noopener', target: elsewhere ? '_blank' : '' }, title) : title;
  return make('div', { className: 'bc-head' },
    make('p', { className: 'bc-brand' }, brand),
    make('h3', { className: 'bc-title' }, link),
    make('p', { className: 'bc-price' }, `${card.price.toFixed(2).replace(/\.00$/, '')} ${card.currency}`));
}

function factors(card, largest) {
  if (!card.factors.length) return null;
  const rows = [...card.factors].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).map((factor) => {
    const fill = make('i');
    fill.style.setProperty('--bc-share', `${Math.round((100 * Math.abs(factor.value)) / largest)}%`);
    const signed = `${factor.value < 0 ? '-' : '+'}${Math.abs(factor.value).toFixed(2)}`;
    return make('div', { className: 'bc-factor', data: { sign: factor.value < 0 ? 'minus' : 'plus' } },
      make('dt', {}, factor.label), make('dd', { className: 'bc-bar' }, fill), make('dd', {}, signed));
  });
  return make('details', { className: 'bc-why' },
    make('summary', {}, 'Why it is here'), make('dl', { className: 'bc-factors' }, ...rows));
}

class CardView {
  #text = '';

  constructor(card, largest) {
    const skeleton = make('div', { className: 'bc-skeleton', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
    this.reason = make('div', { className: 'bc-reason' }, unseen('The reason is being written.'), skeleton);
    this.notes = make('div', { className: 'bc-notes' });
    this.node = make('li', { className: 'bc-card', data: { item: card.item_id } }, picture(card), heading(card),
      make('div', { className: 'bc-body' }, this.reason, factors(card, largest), this.notes));
    this.node.style.setProperty('--bc-n', card.rank - 1);
  }

  add(text) {
    this.#text += text;
    this.reason.replaceChildren(make('p', {}, ...NO_EVIDENCE.prose(this.#text)));
  }

  finish({ text, claims, evidence, state, drawback }) {
    const proof = new Evidence(evidence);
    const note = STATE_NOTES[state];
    this.reason.dataset.state = state;
    this.reason.replaceChildren(make('p', {}, ...proof.reason(text, claims)));
    if (note) this.reason.append(make('p', { className: 'bc-state' }, note));
    if (drawback) {
      this.reason.append(make('p', { className: 'bc-drawback' },
        make('span', {}, 'Worth knowing'), ' ', ...proof.cited(drawback.text, drawback.evidence_ids)));
    }
    this.notes.replaceChildren(...proof.notes);
  }

  /** No more will come: a reason that never arrived leaves no shimmer behind. */
  settle() {
    if (this.reason.querySelector('.bc-skeleton')) this.reason.replaceChildren();
  }
}
