"""The style sheet of ledger.html: light, readable in print and without colour."""

CSS = """
:root { color-scheme: light; }
body { font: 16px/1.5 "Source Serif 4", Charter, Georgia, "Times New Roman", serif; color: #1a1a1a;
  background: #fff; max-width: 1120px; margin: 0 auto; padding: 1.5rem 1.25rem; }
h1, h2, h3, h4, th, .badge, small, figcaption, .why, .value, .note, .sample, summary
  { font-family: system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 .75rem; padding-top: .5rem;
  border-top: 2px solid #1a1a1a; }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 small { font-weight: normal; color: #555; margin-left: .5em; }
h4 { font-size: .95rem; margin: 1.25rem 0 .4rem; }
header p, footer p { max-width: 46rem; }
a { color: #00568c; }
table { border-collapse: collapse; width: 100%; }
th { font-size: .78rem; font-weight: 600; text-align: left; vertical-align: bottom; color: #333; }
th, td { padding: .35rem .5rem; border-bottom: 1px solid #ddd; vertical-align: top; }
thead th { border-bottom: 1.5px solid #1a1a1a; }
caption { text-align: left; font-style: italic; padding: .25rem .5rem; }
.verdicts { font-size: .88rem; line-height: 1.35; }
.rates { width: auto; font-size: .88rem; line-height: 1.3; }
.verdicts td:first-child { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.badge { display: inline-block; font-size: .78rem; line-height: 1.3; padding: .1rem .45rem;
  border: 1.5px solid #1a1a1a; border-radius: 3px; background: #fff; }
.badge.good { border-color: #00568c; color: #00466e; }
.badge.gap { border: 1.5px dashed #9a3a00; color: #7a2e00; }
.badge.empty { border: 1.5px dotted #555; color: #333; }
.badge.bad { border: 3px double #9a3a00; color: #7a2e00; font-weight: 700; }
.statement { margin: .6rem 0 .8rem; padding: .6rem .9rem; border-left: 4px solid #00568c;
  background: #f5f8fa; overflow-x: auto; }
.display { font-size: 1.12rem; }
.formula { vertical-align: middle; max-width: 100%; }
.note, figcaption { font-size: .82rem; color: #444; max-width: 52rem; }
.chain { margin: .25rem 0 1rem; }
.chain td { padding: .3rem .5rem; }
.chain td:first-child { min-width: 20rem; }
.line { display: block; font-size: .95rem; }
.relation { display: inline-block; min-width: 1.1em; font-weight: 700; }
.why { display: block; font-size: .78rem; line-height: 1.35; color: #555; }
.value, .sample { font-size: .78rem; color: #333; font-variant-numeric: tabular-nums; }
.value { display: block; line-height: 1.25; }
.bar { display: block; max-width: 100%; }
tr.gap td { background: #faf3ee; }
tr.gap td:first-child { border-left: 4px double #9a3a00; }
sub, sup { font-size: .72em; line-height: 0; }
figure { margin: .75rem 0 1.25rem; }
figure img { max-width: 100%; height: auto; }
.certificate { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; margin: .5rem 0; }
.certificate div { display: flex; gap: .5rem; max-width: 100%; }
.certificate dt { font-style: italic; }
.certificate dt::after { content: " ="; font-style: normal; }
.certificate dd { margin: 0; font: .78rem/1.35 ui-monospace, "DejaVu Sans Mono", Menlo, monospace;
  white-space: pre-wrap; padding-top: .15rem; }
summary { cursor: pointer; font-size: .82rem; color: #444; }
footer { margin-top: 3rem; border-top: 1px solid #999; font-size: .85rem; color: #444; }
@page { margin: 14mm 12mm; }
@media print {
  .verdicts, .verdicts .badge, .verdicts th { font-size: 7.5pt; }
  .verdicts td:nth-child(2) { min-width: 16rem; }
  .verdicts th, .verdicts td { padding: .2rem .3rem; }
  body { font-size: 10pt; max-width: none; padding: 0; }
  .statement, tr.gap td { background: none; }
  a { color: inherit; text-decoration: none; }
  tr, figure, .statement { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  thead { display: table-header-group; }
  section.theorem { break-before: page; }
}
"""
