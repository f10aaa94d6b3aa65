// Runs inside the page: what makes it hard to read or to use.

const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });

const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);

function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The nearest colour behind an element that hides what is behind itself. */
function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const box = each.matches('g') && each.querySelector(':scope > rect');
    const colour = box ? getComputedStyle(box).fill : getComputedStyle(each).backgroundColor;
    if (/^rgb\(/.test(colour)) return colour;
  }
  return 'rgb(255, 255, 255)';
}

/** Texts whose contrast is below 4.5, which WCAG 2 asks for (AA). */
globalThis.poorTexts = () => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (
      node.textContent.trim() === '' ||
      element.closest('script, style, noscript, title, option, :disabled')
    )
      continue;
    if (!visible(element)) continue;
    const { fill, color } = getComputedStyle(element);
    const text = element.closest('svg') ? fill : color;
    const [darker, lighter] = [luminance(text), luminance(behind(element))].sort((a, b) => a - b);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    if (ratio < 4.5) found.add(`${node.textContent}: ${text} on ${behind(element)} is ${ratio.toFixed(2)}`);
  }
  return [...found];
};

/** What moves. */
globalThis.moving = () =>
  [...document.querySelectorAll('*')]
    .filter((each) => {
      const { animationName, transitionDuration } = getComputedStyle(each);
      return animationName !== 'none' || transitionDuration !== '0s';
    })
    .map((each) => each.parentElement.getAttribute('aria-label') ?? each.outerHTML.slice(0, 100));

/** Where the focus is: the part of the page, and whether one sees it. */
globalThis.focused = () => {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return {
    part: element.parentElement.closest('[id]').id,
    isSeen: outlineStyle === 'solid' && Number.parseFloat(outlineWidth) >= 2,
  };
};
