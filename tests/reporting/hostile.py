"""What a student may try in a page that others open. `HIT` stands for a watched address."""

HIT = "http://127.0.0.1:9/hit"
SCRIPT = f"alert(1);fetch('{HIT}');new Image().src='{HIT}';document.title='hacked'"

HOSTILE_HTML = (
    f"<script>{SCRIPT}</script>",
    f"<script src='{HIT}'></script>",
    f'<img src=x onerror="{SCRIPT}">',
    f"<img src='{HIT}' srcset='{HIT} 2x'>",
    f'<svg onload="{SCRIPT}"><script>{SCRIPT}</script><image href="{HIT}"/></svg>',
    f'<svg><style><img src="x" onerror="{SCRIPT}"></style></svg>',
    f'<math><mtext><table><mglyph><style><img src=x onerror="{SCRIPT}"></style></mglyph></table>'
    "</mtext></math>",
    f'<math href="javascript:{SCRIPT}">m</math>',
    f'<a href="javascript:{SCRIPT}">a</a>',
    f'<a href=" java\nscript:{SCRIPT}">a</a>',
    f'<a href="data:text/html,<script>{SCRIPT}</script>">a</a>',
    '<a href="report.html">a</a>',
    f"<iframe src='{HIT}' srcdoc='<script>{SCRIPT}</script>'></iframe>",
    f"<object data='{HIT}'></object><embed src='{HIT}'>",
    f"<link rel=stylesheet href='{HIT}'><link rel=prefetch href='{HIT}'>",
    f"<style>@import '{HIT}'; body {{ background: url({HIT}); display: none }}</style>",
    f'<div style="position: fixed; inset: 0; background: url({HIT})" id="top">over all</div>',
    f"<meta http-equiv=refresh content='0; url={HIT}'>",
    f"<base href='{HIT}/'>",
    f"<form action='{HIT}'><input autofocus onfocus=\"{SCRIPT}\"><button>b</button></form>",
    f'<details open ontoggle="{SCRIPT}">d</details>',
    f"<video src='{HIT}' autoplay onerror=\"{SCRIPT}\"></video><audio src='{HIT}'></audio>",
    f'<body onload="{SCRIPT}" background="{HIT}">',
    f"<table background='{HIT}'><tr><td background='{HIT}'>x</td></tr></table>",
    f'<noscript><p title="</noscript><img src=x onerror={SCRIPT}>"></noscript>',
    f'<template><img src=x onerror="{SCRIPT}"></template>',
    f'<!--><img src=x onerror="{SCRIPT}">-->',
    f'<![CDATA[<img src=x onerror="{SCRIPT}">]]>',
    f"<textarea></textarea><script>{SCRIPT}</script>",
    f"</div></main></body></html><script>{SCRIPT}</script>",
    f'<b><p></b><xmp></p></xmp><img src=x onerror="{SCRIPT}">',
    f"<img src=\"data:image/svg+xml,<svg onload='{SCRIPT}'/>\">",
    "<marquee>m</marquee><blink>b</blink><plaintext>",
)
