"""How the gate's own pages look: complete in themselves, since an app's host serves nothing else of ours."""

from typing import Final

STYLE: Final = (
    "html{color-scheme:light dark;background:light-dark(#f6f7f9,#0e1116);color:light-dark(#161c27,#e8ebf0);"
    "font:15px/1.5 Inter,system-ui,sans-serif}body{margin:0 auto;max-width:33rem;padding:10vh 1rem 2rem}"
    "header{display:flex;gap:.6rem;align-items:center;font-weight:650;margin-bottom:1rem}"
    "main{background:light-dark(#fff,#161b22);border:1px solid light-dark(#e3e7ed,#272e39);"
    "border-radius:.6rem;padding:1.5rem}h1{font-size:1.3rem;margin:0 0 .3rem}p{margin:0}"
    "a{color:light-dark(#2f4bc7,#a3b4ff)}nav{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;"
    "align-items:center;margin:1.5rem 0}.main,button{background:light-dark(#3350d0,#4763e4);color:#fff;"
    "text-decoration:none;padding:.45rem .9rem;border-radius:.4rem;border:0;font:inherit;font-weight:550;"
    "cursor:pointer}:focus-visible{outline:3px solid #8ea2f5;outline-offset:2px}"
    "main p+p,main ul{margin-top:.6rem}"
    "ul{padding-left:1.2rem}li{margin:.25rem 0}form,.alone{margin-top:1.25rem}"
    "footer{border-top:1px solid light-dark(#e3e7ed,#272e39);padding-top:.9rem;font-size:.8rem;"
    "color:light-dark(#5a6474,#98a2b1);overflow-wrap:anywhere}.turn{display:block;width:1.4rem;height:1.4rem;"
    "margin-bottom:.9rem;border:3px solid light-dark(#c5cff7,#36447e);border-top-color:#4763e4;"
    "border-radius:50%;animation:turn 1s linear infinite}@keyframes turn{to{rotate:1turn}}"
    "@media(prefers-reduced-motion:reduce){.turn{animation:none}}"
)
SIGN: Final = (
    "<svg width=22 height=22 viewBox='0 0 22 22' aria-hidden=true><rect width=22 height=22 rx=5.5 "
    "fill=#3350d0 /><path d='M5.6 17.2v-6.4a5.4 5.4 0 0 1 10.8 0v6.4' fill=none stroke=#fff "
    "stroke-width=2.1 stroke-linecap=round /><circle cx=11 cy=10.9 r=1.9 fill=#fff /><path d='M11 11v5.4' "
    "stroke=#fff stroke-width=2 stroke-linecap=round /></svg>"
)
