// What the widget and the memory panel of the chat page build their elements of. Text from the shop or the model only
// ever becomes text nodes, never markup. WORDS, the fixed words of each language, goes before it.

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

/** The fixed words of a language tag such as zh-Hans; English where there are none of it. */
class Words {
  constructor(language) {
    const primary = (language || 'en').split('-')[0].toLowerCase();
    this.language = primary in WORDS ? primary : 'en';
  }

  /** Those for a message whose language is not told yet. */
  static forMessage(message, otherwise) {
    return new Words(/\p{Script=Han}/u.test(message) ? 'zh' : message ? 'en' : otherwise);
  }

  say(key, values = {}) {
    return WORDS[this.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  either(key, otherwise) {
    return WORDS[this.language][key] ?? otherwise;
  }

  kind(kind) {
    return this.either(`kind.${kind}`, kind);
  }

  relaxed(name) {
    return this.either(`relaxed.${name}`, name);
  }
}

async function problemText(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title;
  } catch {
    return `The shop answered with an error (${response.status}).`;
  }
}
