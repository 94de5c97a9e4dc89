// The turn's stream: typed events out of a response of server-sent events.
// First of the parts that the server joins: here the script tag is still known.

const script = document.currentScript;
const origin = new URL(script.dataset.api || '/', script.src).href.replace(/\/$/, '');

/** Server-sent events out of text that may be cut anywhere, inside a line end too. */
class EventParser {
  #rest = '';
  #name = '';
  #data = [];

  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?=[^\n])/);
    this.#rest = lines.pop();
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value ?? '');
    return null;
  }

  #dispatch() {
    const event = this.#data.length ? { name: this.#name, data: JSON.parse(this.#data.join('\n')) } : null;
    this.#name = '';
    this.#data = [];
    return event;
  }
}

/** The typed events of a response; a multi-byte character may be split between two chunks. */
async function* readEvents(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  for (;;) {
    const { done, value } = await reader.read();
    yield* parser.push(done ? decoder.decode() : decoder.decode(value, { stream: true }));
    if (done) return;
  }
}
