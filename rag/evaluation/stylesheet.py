"""The report page's own style: one accent colour, light and dark, fit to print."""

STYLESHEET = """
:root {
  --ground: #fdfcfa; --ink: #1d2327; --faint: #667078; --line: #dcdfe0; --accent: #2f6f8f; --soft: #c4dbe5;
  --good: #2f7a4f; --bad: #b3372f; --card: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181b; --ink: #e6e9ea; --faint: #97a2a9; --line: #30383d; --accent: #7cc0de; --soft: #2b5468;
    --good: #74c795; --bad: #f08a80; --card: #1b2125;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { border-bottom: 1px solid var(--line); padding-bottom: 1rem; margin-bottom: 1.75rem; }
h1 { font: 600 2.25rem/1.2 Georgia, "Noto Serif", serif; margin: 0; overflow-wrap: anywhere; }
h2 { font: 600 1.35rem/1.3 Georgia, "Noto Serif", serif; margin: 2.75rem 0 .75rem; }
header p { margin: .3rem 0; }
.kind { color: var(--accent); font-weight: 600; }
.faint, small, .meaning { color: var(--faint); }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; }
.card p { margin: 0; }
.card .name { font-weight: 600; }
.card .figure { font: 600 2.6rem/1.15 Georgia, "Noto Serif", serif; color: var(--accent); }
.card .figure small { font-size: 1.1rem; }
.card .meaning { font-size: .85rem; margin-top: .4rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); border: 1px solid; border-radius: .6rem; padding: .2rem 1.1rem; }
.note { border-inline-start: 3px solid var(--accent); padding-inline-start: .8rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td {
  text-align: start; padding: .38rem .8rem .38rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top;
}
tbody th { font-weight: 600; white-space: nowrap; }
.number,
th:nth-child(2):not(.questions th),
th:nth-child(3):not(.questions th),
th:nth-child(4):not(.questions th) {
  text-align: end; white-space: nowrap;
}
.questions td { min-width: 8rem; max-width: 28rem; overflow-wrap: anywhere; }
.plots { display: grid; gap: 1.5rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
figure {
  margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .9rem 1.1rem;
}
figcaption { font-size: .9rem; color: var(--faint); margin-bottom: .5rem; }
figcaption b { color: var(--ink); }
svg { display: block; max-width: 100%; height: auto; margin: 0 auto; font-size: 12px; }
svg text { fill: var(--ink); }
svg text.faint { fill: var(--faint); font-size: 11px; }
svg text.value { font-weight: 600; }
svg text.end { text-anchor: end; }
svg text.middle { text-anchor: middle; }
svg .grid { stroke: var(--line); }
svg .bar { fill: var(--soft); }
svg .whisker { stroke: var(--ink); stroke-width: 1.4; }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
svg .ideal { stroke: var(--faint); stroke-dasharray: 4 4; }
svg .now { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
.plots + details { margin-top: 1rem; }
summary { cursor: pointer; margin-bottom: .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
@media print { main { padding: 0; max-width: none; } figure, .card { break-inside: avoid; } }
"""
