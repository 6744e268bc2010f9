/** The style of the pages that the gateway writes itself. It begins with the dashboard's tokens.css; a test compares them. */
export const style = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f5f8, #100e13);
  --card: light-dark(#ffffff, #19161d);
  --raised: light-dark(#ffffff, #221e28);
  --sunken: light-dark(#eeecf2, #26212c);
  --line: light-dark(#e1dde7, #342e3c);
  --edge: light-dark(#8a8295, #857b92);
  --text: light-dark(#1b1820, #f3f0f6);
  --quiet: light-dark(#5f5869, #b0a8bb);
  --accent: light-dark(#b4236f, #f27fb2);
  --accent-strong: light-dark(#931a59, #ff9cc6);
  --accent-text: light-dark(#ffffff, #2a0718);
  --accent-soft: light-dark(#fbe9f2, #36192a);
  --live: light-dark(#b93a06, #ff9d63);
  --live-strong: light-dark(#983005, #ffb388);
  --live-text: light-dark(#ffffff, #2b1003);
  --live-soft: light-dark(#ffece0, #331b0e);
  --good: light-dark(#17663a, #7ad39c);
  --good-soft: light-dark(#e0f3e7, #14301f);
  --bad: light-dark(#a8261c, #ff9a8f);
  --bad-soft: light-dark(#fdeae8, #3d1a17);
  --wait: light-dark(#7a4b00, #f2bd68);
  --wait-soft: light-dark(#fdf0d9, #35270f);
  --overdue: light-dark(#d08700, #f2bd68);
  --info: light-dark(#1f55a5, #8fbcff);
  --info-soft: light-dark(#e6effb, #17273f);
  /* Around videos it is dark in both themes, as in a cinema. */
  --stage: #0b090d;
  --on-stage: #f3f0f6;
  --on-stage-quiet: #b0a8bb;
  --stage-line: #37313f;
  --shadow:
    0 1px 2px light-dark(rgb(27 24 32 / 5%), transparent), 0 6px 20px light-dark(rgb(27 24 32 / 5%), transparent);
  --floating: 0 10px 40px light-dark(rgb(27 24 32 / 18%), rgb(0 0 0 / 60%));
  --radius: 14px;
  --font: "Geist Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}

* { box-sizing: border-box; }
html { background: var(--ground); color: var(--text); font: 16px / 1.6 var(--font);
  -webkit-text-size-adjust: 100%; scroll-padding-top: 16px; }
body { margin: 0; overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; padding: 4px 12px; background: var(--card); }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 20px; padding: 12px clamp(16px, 3vw, 32px);
  border-bottom: 1px solid var(--line); background: var(--card); }
.top strong { margin-right: auto; font-size: 1.05rem; }
.top strong a { display: inline-flex; align-items: center; gap: 10px; color: inherit; text-decoration: none; }
.mark { width: 24px; height: 24px; }
.top nav { display: flex; flex-wrap: wrap; gap: 4px 18px; }
.top nav a { padding: 4px 0; color: var(--text); text-decoration: none; }
.top nav a:hover, .pages a:hover, .contents a:hover { text-decoration: underline; }
.columns { display: grid; grid-template-columns: 200px minmax(0, 820px) 220px; justify-content: center; gap: 48px;
  padding: clamp(16px, 3vw, 40px); }
.pages ul, .contents ul { margin: 0; padding: 0; list-style: none; }
.pages a { display: block; padding: 5px 12px; border-radius: 8px; color: var(--text); text-decoration: none; }
.pages [aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.contents { font-size: 0.88rem; }
.contents > p { margin: 0 0 6px; color: var(--quiet); font-weight: 600; }
.contents a { display: block; padding: 3px 0; color: var(--quiet); text-decoration: none; }
.pages > nav, .contents { position: sticky; top: 24px; align-self: start; max-height: calc(100vh - 48px); overflow-y: auto; }
h1, h2, h3, h4 { line-height: 1.25; letter-spacing: -0.01em; }
h1 { margin: 0 0 0.6em; font-size: 1.9rem; }
h2 { margin: 2em 0 0.6em; padding-top: 0.9em; border-top: 1px solid var(--line); font-size: 1.35rem; }
h3 { margin: 1.8em 0 0.5em; font-size: 1.1rem; }
h2 a, h3 a, h4 a { color: inherit; text-decoration: none; }
h2 a:hover, h3 a:hover, h4 a:hover { text-decoration: underline; }
p, ul, ol, pre, .table { margin: 0 0 1em; }
ul, ol { padding-left: 1.5em; }
li { margin: 0.25em 0; }
code { padding: 0.1em 0.35em; border-radius: 5px; background: var(--sunken); font: 0.88em / 1.5 var(--mono); }
pre { padding: 14px 16px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--card); overflow-x: auto; }
pre code { padding: 0; background: none; font-size: 0.84rem; white-space: pre; overflow-wrap: normal; }
.table { border: 1px solid var(--line); border-radius: var(--radius); background: var(--card); overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; line-height: 1.5; }
th { padding: 10px 14px; color: var(--quiet); font-size: 0.85rem; text-align: left; white-space: nowrap; }
td { min-width: 9em; padding: 10px 14px; border-top: 1px solid var(--line); vertical-align: top; }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; }
blockquote { margin: 0 0 1em; padding: 2px 16px; border-left: 3px solid var(--accent); color: var(--quiet); }
.file { border-bottom: 1px dotted var(--edge); }
.message { display: grid; place-content: center; gap: 8px; min-height: 70vh; padding: 24px; text-align: center; }
.message h1 { margin: 0; }
.message p { max-width: 60ch; margin: 0; color: var(--quiet); overflow-wrap: anywhere; }
.message ul { display: flex; flex-wrap: wrap; justify-content: center; gap: 10px; margin: 16px 0 0; padding: 0; list-style: none; }
.message li a { display: inline-block; padding: 8px 18px; border: 1px solid var(--edge); border-radius: 8px; background: var(--card);
  color: var(--text); text-decoration: none; }
.message li a:hover { background: var(--sunken); }
.message li:first-child a { border-color: transparent; background: var(--accent); color: var(--accent-text); font-weight: 600; }
.message li:first-child a:hover { background: var(--accent-strong); }
@media (max-width: 1279px) {
  .columns { grid-template-columns: 200px minmax(0, 820px); }
  .contents { display: none; }
}
@media (max-width: 799px) {
  .columns { grid-template-columns: minmax(0, 1fr); gap: 20px; }
  .pages > nav { position: static; max-height: none; padding-bottom: 12px; border-bottom: 1px solid var(--line); }
  .pages ul { display: flex; flex-wrap: wrap; gap: 2px; }
  .pages a { padding: 4px 10px; font-size: 0.92rem; }
  h1 { font-size: 1.6rem; }
}
@media print { .top, .pages, .contents { display: none; } }
`;
