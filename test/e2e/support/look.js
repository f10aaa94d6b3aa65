// Runs inside the page: `look()` returns what it shows of the execution that is open, with the colours that the browser
// has computed.

globalThis.look = () => {
  const textsOf = (place, selector) =>
    [...place.querySelectorAll(selector)].map((each) => each.textContent).filter((text) => text !== '');
  const badge = document.querySelector('#verdict .badge');
  return {
    name: document.querySelector('#verdict h1').textContent,
    badge: badge.textContent,
    colour: getComputedStyle(badge).color,
    commands: textsOf(document, '#verdict .command code'),
    states: [...document.querySelectorAll('#graph .node')].map((node) => ({
      label: node.getAttribute('aria-label'),
      marks: textsOf(node, '.mark'),
      colour: getComputedStyle(node.querySelector('.mark')).fill,
      moves: getComputedStyle(node.querySelector('rect')).animationName !== 'none',
    })),
  };
};
