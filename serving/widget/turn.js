// One question and its answer, shown as its events come.

class TurnView {
  #cards = new Map();
  #text = '';
  ended = false;

  constructor(question, retry) {
    this.retry = retry;
    this.shelf = make('div', { className: 'bc-shelf' },
      make('p', { className: 'bc-waiting' }, mark(), 'Looking through the shop'));
    this.message = make('div', { className: 'bc-message' });
    this.notes = make('div', { className: 'bc-notes' });
    this.node = make('section', { className: 'bc-turn' },
      make('p', { className: 'bc-asked' }, unseen('You asked: '), question), this.shelf, this.message, this.notes);
  }

  /** Shows one event; returns what to say to a screen reader, if anything. */
  show({ name, data }) {
    if (name === 'cards') return this.#showCards(data.suggestions);
    if (name === 'reason.delta') this.#cards.get(data.item_id)?.add(data.text);
    if (name === 'reason') this.#cards.get(data.item_id)?.finish(data);
    if (name === 'message.delta') this.#say(this.#text + data.text, []);
    if (name === 'message') this.#say(data.text, data.evidence || []);
    if (name === 'error') return this.fail(data.message);
    if (name === 'done') return this.#end('The answer is complete.');
    return null;
  }

  #showCards(suggestions) {
    const values = suggestions.flatMap((card) => card.factors.map((factor) => Math.abs(factor.value)));
    const largest = Math.max(...values, 0) || 1;
    for (const card of suggestions) this.#cards.set(card.item_id, new CardView(card, largest));
    this.shelf.replaceChildren(make('ol', { className: 'bc-cards' }, ...[...this.#cards.values()].map((view) => view.node)));
    return `${suggestions.length} suggestions.`;
  }

  #say(text, snippets) {
    const proof = new Evidence(snippets);
    const words = proof.prose(text);
    this.#text = text;
    this.shelf.querySelector('.bc-waiting')?.remove();
    this.message.replaceChildren(...words);
    if (words.length === 1) this.message.append(...snippets.map((snippet) => proof.chip(snippet.id)));
    this.notes.replaceChildren(...proof.notes);
  }

  #end(status) {
    this.ended = true;
    this.shelf.querySelector('.bc-waiting')?.remove();
    for (const card of this.#cards.values()) card.settle();
    return status;
  }

  fail(text) {
    const again = make('button', { type: 'button', className: 'bc-retry' }, 'Try again');
    again.addEventListener('click', this.retry);
    this.node.append(make('p', { className: 'bc-error', role: 'alert' }, text, again));
    return this.#end(text);
  }

  stop() {
    this.node.append(make('p', { className: 'bc-state' }, 'Stopped'));
    return this.#end('Stopped.');
  }
}
