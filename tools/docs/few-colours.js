// Runs inside a browser, which can read and write pictures.

/**
 * Makes a picture small without blurring its text: each pixel gets the nearest of the most frequent colours, and what
 * WebP makes of few colours is small and exact.
 *
 * @param url of a picture @param most colours @returns the WebP's data URL
 */
globalThis.fewColours = async (url, most) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { width, height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const drawing = context.getImageData(0, 0, width, height);
  const pixels = new Uint32Array(drawing.data.buffer);

  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const colours = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const kept = colours.slice(0, most);
  const distance = (a, b) =>
    [0, 8, 16].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
  const nearest = new Map(
    colours.map((colour) => [
      colour,
      kept.reduce((best, each) => (distance(each, colour) < distance(best, colour) ? each : best)),
    ]),
  );
  pixels.forEach((colour, index) => {
    pixels[index] = nearest.get(colour);
  });
  context.putImageData(drawing, 0, 0);
  // Quality 1 is without loss.
  return canvas.toDataURL('image/webp', 1);
};
