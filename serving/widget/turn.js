// One question and its answer, shown as its events come.

class TurnView {
  #cards = new Map();
  #compared = null;
  #text = '';
  ended = false;

  /** `removed` are the parts that the turn takes off; `act` has what its buttons do: retry() and takeOff(chip). */
  constructor(question, removed, language, act) {
    this.act = act;
    this.asks = Boolean(question);
    this.words = Words.forMessage(question, language);
    this.need = make('div', { className: 'bc-need' });
    this.shelf = make('div', { className: 'bc-shelf' },
      make('p', { className: 'bc-waiting' }, mark(), this.words.say('turn.looking')));
    this.message = make('div', { className: 'bc-message' });
    this.notes = make('div', { className: 'bc-notes' });
    this.node = make('section', { className: 'bc-turn', lang: this.words.language, data: { phase: 'running' } },
      this.#asked(question, removed), this.need, this.shelf, this.message, this.notes);
  }

  #asked(question, removed) {
    if (question) return make('p', { className: 'bc-asked' }, unseen(this.words.say('turn.asked')), question);
    const key = removed.some((chip) => chip.source === 'memory') ? 'turn.forgotten' : 'turn.taken_off';
    const labels = removed.map((chip) => chip.label).join(' · ');
    return make('p', { className: 'bc-asked bc-taken' }, this.words.say(key, { labels }));
  }

  /** Shows one event; returns what to say to a screen reader, if anything. */
  show({ name, data }) {
    if (name === 'need') this.#understand(data);
    if (name === 'cards') return this.#showCards(data.suggestions);
    if (name === 'comparison') this.#compare(data);
    if (name === 'reason.delta') this.#cards.get(data.item_id)?.add(data.text);
    if (name === 'reason') this.#cards.get(data.item_id)?.finish(data);
    if (name === 'message.delta') this.#say(this.#text + data.text, []);
    if (name === 'message') this.#say(data.text, data.evidence || []);
    if (name === 'error') return this.fail(this.words.either(`error.${data.code}`, data.message));
    if (name === 'done') return this.#end('done', this.words.say('turn.complete'));
    return null;
  }

  #understand(need) {
    this.meant = need;
    this.words = new Words(need.language);
    this.node.lang = this.words.language;
    this.#showParts();
  }

  #showParts() {
    const takeOff = (chip) => this.act.takeOff(chip);
    this.need.replaceChildren(...understood(this.meant || {}, this.#cards.size > 0, this.words, takeOff));
  }

  #showCards(suggestions) {
    const values = suggestions.flatMap((card) => card.factors.map((factor) => Math.abs(factor.value)));
    const largest = Math.max(...values, 0) || 1;
    for (const card of suggestions) this.#cards.set(card.item_id, new CardView(card, largest, this.words));
    this.#showParts();
    const cards = [...this.#cards.values()].map((view) => view.node);
    this.shelf.replaceChildren(...[this.#compared, make('ol', { className: 'bc-cards' }, ...cards)].filter(Boolean));
    return this.words.say('turn.found', { count: suggestions.length });
  }

  #compare(found) {
    this.#compared = comparison(found, this.words);
    this.shelf.querySelector('.bc-waiting')?.remove();
    this.shelf.prepend(this.#compared);
  }

  #say(text, snippets) {
    const proof = new Evidence(snippets, this.words);
    const words = proof.prose(text);
    this.#text = text;
    this.shelf.querySelector('.bc-waiting')?.remove();
    this.message.replaceChildren(...words);
    if (words.length === 1) this.message.append(...snippets.map((snippet) => proof.chip(snippet.id)));
    this.notes.replaceChildren(...proof.notes);
  }

  #end(phase, status) {
    this.ended = true;
    this.node.dataset.phase = phase;
    this.shelf.querySelector('.bc-waiting')?.remove();
    for (const card of this.#cards.values()) card.settle();
    return status;
  }

  fail(text) {
    const again = make('button', { type: 'button', className: 'bc-retry' }, this.words.say('turn.again'));
    again.addEventListener('click', this.act.retry);
    this.node.append(make('p', { className: 'bc-error', role: 'alert' }, text, again));
    return this.#end('failed', text);
  }

  stop() {
    this.node.append(make('p', { className: 'bc-state' }, this.words.say('turn.stopped')));
    return this.#end('stopped', this.words.say('turn.stopped_status'));
  }
}
