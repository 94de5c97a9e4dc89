// Elements that show a product, its reason and the evidence.

const LETTERS = { R: 'review', A: 'attribute', H: 'history', P: 'policy', O: 'order', T: 'ticket' };
const CITATION = /\s*\[([A-Z]\d+(?:\s*,\s*[A-Z]\d+)*)\]/g;

/** A note that opens beside the chip that was pressed. */
function evidenceNote(evidence, words) {
  const close = make('button', { type: 'button', className: 'bc-close', 'aria-label': words.say('evidence.close') }, '×');
  const note = make('div',
    { className: 'bc-evidence', popover: 'auto', role: 'dialog', 'aria-label': words.say('evidence.name', evidence),
      data: { kind: evidence.kind } },
    make('p', { className: 'bc-evidence-head' }, make('span', {}, `${words.kind(evidence.kind)} · ${evidence.id}`), close),
    make('blockquote', {}, evidence.text),
    make('p', { className: 'bc-source' }, evidence.source));
  close.addEventListener('click', () => note.hidePopover());
  return note;
}

function chip(id, evidence, note, words) {
  if (!note) return make('span', { className: 'bc-chip', data: { kind: LETTERS[id[0]] || '' } }, id);
  const button = make('button',
    { type: 'button', className: 'bc-chip', 'aria-expanded': 'false', 'aria-haspopup': 'dialog',
      'aria-label': words.say('evidence.show', { id, kind: words.kind(evidence.kind) }), data: { kind: evidence.kind } }, id);
  button.popoverTargetElement = note;
  note.addEventListener('toggle', () => button.setAttribute('aria-expanded', String(note.matches(':popover-open'))));
  return button;
}

/** Chips and notes for the snippets of one reason or message. */
class Evidence {
  constructor(snippets, words) {
    this.words = words;
    this.byId = new Map(snippets.map((snippet) => [snippet.id, { snippet, note: evidenceNote(snippet, words) }]));
  }

  get notes() {
    return [...this.byId.values()].map((entry) => entry.note);
  }

  chip(id) {
    const entry = this.byId.get(id);
    return chip(id, entry?.snippet, entry?.note, this.words);
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

function picture(card, words) {
  const image = safeAddress(card.image);
  const box = make('div', { className: 'bc-picture' },
    image ? make('img', { src: image, alt: '' }) : null, mark(),
    make('span', { className: 'bc-rank' }, unseen(words.say('card.rank')), String(card.rank)));
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

function factors(card, largest, words) {
  if (!card.factors.length) return null;
  const rows = [...card.factors].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).map((factor) => {
    const fill = make('i');
    fill.style.setProperty('--bc-share', `${Math.round((100 * Math.abs(factor.value)) / largest)}%`);
    const signed = `${factor.value < 0 ? '-' : '+'}${Math.abs(factor.value).toFixed(2)}`;
    return make('div', { className: 'bc-factor', data: { sign: factor.value < 0 ? 'minus' : 'plus' } },
      make('dt', {}, factor.label), make('dd', { className: 'bc-bar' }, fill), make('dd', {}, signed));
  });
  return make('details', { className: 'bc-why' },
    make('summary', {}, words.say('card.why')), make('dl', { className: 'bc-factors' }, ...rows));
}

class CardView {
  #text = '';

  constructor(card, largest, words) {
    this.words = words;
    const skeleton = make('div', { className: 'bc-skeleton', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
    this.reason = make('div', { className: 'bc-reason' }, unseen(words.say('card.writing')), skeleton);
    this.notes = make('div', { className: 'bc-notes' });
    this.node = make('li', { className: 'bc-card', data: { item: card.item_id } }, picture(card, words), heading(card),
      make('div', { className: 'bc-body' }, this.reason, factors(card, largest, words), this.notes));
    this.node.style.setProperty('--bc-n', card.rank - 1);
  }

  add(text) {
    this.#text += text;
    this.reason.replaceChildren(make('p', {}, ...NO_EVIDENCE.prose(this.#text)));
  }

  finish({ text, claims, evidence, state, drawback }) {
    const proof = new Evidence(evidence, this.words);
    const note = this.words.either(`state.${state}`, '');
    this.reason.dataset.state = state;
    this.reason.replaceChildren(make('p', {}, ...proof.reason(text, claims)));
    if (note) this.reason.append(make('p', { className: 'bc-state' }, note));
    if (drawback) {
      this.reason.append(make('p', { className: 'bc-drawback' },
        make('span', {}, this.words.say('card.drawback')), ' ', ...proof.cited(drawback.text, drawback.evidence_ids)));
    }
    this.notes.replaceChildren(...proof.notes);
  }

  /** No more will come: a reason that never arrived leaves no shimmer behind. */
  settle() {
    if (this.reason.querySelector('.bc-skeleton')) this.reason.replaceChildren();
  }
}
