/* SPDX-License-Identifier: MIT */
/* In pieces, because C promises string literals of 4095 bytes only. One accent; the reader's own
 * fonts and colour scheme; nothing that needs more than 320 px. */
#include "emulate/oauth/page_style.h"

#include <stddef.h>

static const char *const style[] = {
    /* Colours, light then dark */
    ":root{color-scheme:light dark;--page:#f4f5f7;--card:#fff;--ink:#1c2127;--soft:#5f6b7c;"
    "--line:#dce0e5;--hover:#f1f5fb;--accent:#215db0;--mark:#fff4d6;--shadow:0 1px 2px #1114180d,"
    "0 8px 32px #11141814}"
    "@media(prefers-color-scheme:dark){:root{--page:#15181c;--card:#1f242a;--ink:#f0f2f5;"
    "--soft:#a6b1bf;--line:#363d46;--hover:#272e37;--accent:#7cb0f5;--mark:#3a3220;"
    "--shadow:0 8px 32px #0006}}",
    /* Page and card */
    "*{box-sizing:border-box}[hidden]{display:none!important}"
    "body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;"
    "justify-content:center;gap:1rem;padding:1.5rem 1rem;background:var(--page);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Cantarell,'Noto Sans',sans-serif}"
    "main{width:100%;max-width:27rem;background:var(--card);border:1px solid var(--line);"
    "border-radius:14px;box-shadow:var(--shadow);padding:1.75rem 1.5rem}"
    "h1{font-size:1.375rem;line-height:1.25;margin:0 0 .375rem;letter-spacing:-.01em}"
    "h2{font-size:.8125rem;margin:1.5rem 0 .5rem;color:var(--soft);font-weight:600}"
    "p{margin:0 0 1rem;overflow-wrap:anywhere}.soft{color:var(--soft)}"
    "code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;"
    "overflow-wrap:anywhere}"
    "footer{max-width:27rem;text-align:center;text-wrap:balance;font-size:.8125rem;color:var(--"
    "soft)}",
    /* Controls */
    "button,input,textarea{font:inherit;color:inherit}"
    "button{cursor:pointer;width:100%;border:1px solid var(--line);border-radius:10px;"
    "background:none;padding:.625rem .75rem}"
    "button:hover{background:var(--hover)}"
    ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}"
    "input,textarea{width:100%;padding:.5rem .75rem;border:1px solid "
    "var(--line);border-radius:10px;"
    "background:var(--page)}"
    "label{display:block;font-size:.8125rem;color:var(--soft);margin:0 0 .75rem}"
    "label input,label textarea{display:block;margin-top:.25rem;font-size:1rem;color:var(--ink)}",
    /* The users, the scopes */
    "ul{list-style:none;margin:0;padding:0}"
    ".users{display:grid;gap:.5rem;margin-bottom:.5rem}"
    ".users.many{max-height:24rem;overflow-y:auto;padding:5px;margin:0 -5px .5rem}"
    ".user{display:flex;align-items:center;gap:.75rem;text-align:left}"
    ".user:hover{border-color:var(--accent)}"
    ".who{min-width:0;flex:1}.who>span{display:block;overflow-wrap:anywhere}"
    ".name{font-weight:600;line-height:1.35}"
    ".about{font-size:.875rem;font-weight:400;color:var(--soft)}"
    ".disc{flex:none;width:2.5rem;height:2.5rem;border-radius:50%;display:grid;"
    "place-items:center;color:#fff;font-weight:600;font-size:.9375rem;text-transform:uppercase}"
    ".d0{background:#215db0}.d1{background:#0b6e4f}.d2{background:#8a3f9e}.d3{background:#a8470f}"
    ".d4{background:#1f6f8b}.d5{background:#b02a54}.d6{background:#5a6412}.d7{background:#5c4bb5}"
    ".scopes li{padding:.375rem 0;border-top:1px solid var(--line);font-size:.9375rem}"
    ".scopes li:first-child{border-top:0}"
    ".scopes code{display:block;color:var(--soft)}"
    ".deny{margin-top:1.25rem;color:var(--soft)}",
    /* Errors and the code */
    ".remedy{background:var(--mark);border-radius:10px;padding:.75rem .875rem;margin:0 0 1rem}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:0;"
    "font-size:.875rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}"
    "textarea{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;resize:none;"
    "word-break:break-all}",
    NULL,
};

const char *const *fe_page_style(void)
{
    return style;
}
