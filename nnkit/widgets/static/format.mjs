/** Numbers as text, the same as Python's format "g" writes them, so that the widget and its text form agree. */

/**
 * @param {number} value
 * @param {number} digits significant digits
 * @returns {string}
 */
export function significant(value, digits = 6) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return String(value);
  const [mantissa, power] = halfToEven(value, digits).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? "-" : "+";
    return `${withoutTrailingZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return withoutTrailingZeros(Number(`${mantissa}e${power}`).toFixed(digits - 1 - exponent));
}

/** As toExponential, but a tie goes to the even digit, as in Python; JavaScript rounds it up. */
function halfToEven(value, digits) {
  const [exact, power] = value.toExponential(60).split("e");
  const places = exact.indexOf(".") + digits; // up to the last digit that is kept, the point included
  const tie = /^50*$/.test(exact.slice(places));
  return tie && Number(exact[places - 1]) % 2 === 0 ? `${exact.slice(0, places)}e${power}` : value.toExponential(digits - 1);
}

function withoutTrailingZeros(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A short form for the diagram: at most two decimals where that says enough. */
export function short(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.01 || size >= 1000)) return value.toExponential(0).replace("e+", "e");
  return value.toFixed(2).replace(/^-0\.00$/, "0.00");
}

/** A relative error: its order of magnitude is all that counts. */
export function magnitude(value) {
  return value === 0 ? "0" : value.toExponential(1);
}

/** What stands before a sum over the examples: 1/N, "" where they are added up, the number itself where it is neither. */
export function weightText(weight, count) {
  if (weight === 1) return "";
  return weight === 1 / count ? `1/${count}` : significant(weight);
}
