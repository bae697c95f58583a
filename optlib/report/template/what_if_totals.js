// Shares of weight, totals, ranks and their words for the what-if panels, as the analysis reckons them.
const whatIfTotals = (() => {
  "use strict";

  const POINTS = 100;
  const TOLERANCE = 1e-9;
  const THIN = "\u202f";

  /** Weights as shares that add up to 1; null where none is above 0. */
  function sharesOf(weights) {
    const most = Math.max(...weights);
    if (!(most > 0)) return null;
    const scaled = weights.map((weight) => weight / most);
    const sum = scaled.reduce((total, weight) => total + weight, 0);
    return scaled.map((weight) => weight / sum);
  }

  /** The total of a candidate in points; what isn't known counts as its middle, null where all that counts is. */
  function pointsOf(values, shares) {
    if (values.every((value, column) => value === null || !shares[column])) return null;
    const total = values.reduce((sum, value, column) => sum + (value ?? 0.5) * shares[column], 0);
    return Number((POINTS * total).toFixed(10));
  }

  /** Ranks from 1, best first, null for those without points; a tie is counted from the best of its group (1, 1, 3). */
  function ranksOf(points) {
    const ranks = points.map(() => null);
    let [best, rank] = [Infinity, 0];
    bestFirst(points).forEach((index, place) => {
      if (points[index] === null) return;
      if ((best - points[index]) / POINTS > TOLERANCE) [best, rank] = [points[index], place + 1];
      ranks[index] = rank;
    });
    return ranks;
  }

  function bestFirst(points) {
    const worth = points.map((each) => each ?? -1);
    return worth.map((_, index) => index).sort((one, other) => worth[other] - worth[one] || one - other);
  }

  /** Who has which rank at these weights: points and ranks by candidate, and the order to list them in. */
  function ranked(domain, weights) {
    const shares = sharesOf(weights);
    const points = domain.candidates.map(([, values]) => (shares ? pointsOf(values, shares) : null));
    const ranks = ranksOf(points);
    const place = ranks.map((rank) => rank ?? points.length + 1);
    const order = points.map((_, index) => index).sort((one, other) => place[one] - place[other] || one - other);
    return { shares, points, ranks, order };
  }

  /** A figure with so many digits behind the point, rounded as Python does: a tie goes to the even digit. */
  function fixed(figure, digits) {
    const isTie = (figure * (digits ? 4 : 2)) % 2 === 1;
    const scale = 10 ** digits;
    return (isTie ? (2 * Math.round((figure * scale) / 2)) / scale : figure).toFixed(digits);
  }

  function percent(share) {
    if (share > 0 && share < 0.005) return `<${THIN}1${THIN}%`;
    if (share > 0.995 && share < 1) return `>${THIN}99${THIN}%`;
    return `${fixed(share * 100, 0)}${THIN}%`;
  }

  function listed(words) {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
  }

  function leadersOf({ order, ranks }) {
    return order.filter((index) => ranks[index] === 1);
  }

  /** With how many points the first is first, and how far ahead. */
  function leadOf(domain, { order, points, ranks }) {
    const best = fixed(points[order[0]], 1);
    const next = order.find((index) => ranks[index] > 1);
    if (next === undefined) return `${best} points`;
    const lead = points[order[0]] - points[next];
    return `${best} points, ${lead < 0.05 ? "less than 0.1" : fixed(lead, 1)} ahead of ${domain.candidates[next][0]}`;
  }

  /** The ranking in a sentence, held against the one at the agreed weights. */
  function sentence(domain, now, agreed, isAgreed) {
    if (!now.shares) return "All weights are 0, so nothing is ranked: raise at least one.";
    const [leaders, former] = [leadersOf(now), leadersOf(agreed)];
    if (!leaders.length) return "Nothing is scored where there is weight, so nothing is ranked: raise another one.";
    const names = (indexes) => listed(indexes.map((index) => domain.candidates[index][0]));
    const isSame = String(leaders) === String(former);
    const still = isSame && !isAgreed ? " still" : "";
    const verb = leaders.length > 1 ? `${still} share the first place` : ` is${still} first`;
    const instead = isSame || !former.length ? "" : ` instead of ${names(former)}`;
    return `${isAgreed ? "" : "With these weights "}${names(leaders)}${verb}${instead}: ${leadOf(domain, now)}.`;
  }

  /** How far a candidate moves against the agreed order: its sign, and the same in words. */
  function moveOf(rank, former) {
    if (rank === null) return { sign: "", words: "" };
    if (former === null) return { sign: "", words: "new" };
    if (rank === former) return { sign: "", words: "same" };
    if (rank < former) return { sign: "▲", words: `up ${former - rank}` };
    return { sign: "▼", words: `down ${rank - former}` };
  }

  return { fixed, moveOf, percent, ranked, sentence, sharesOf };
})();
