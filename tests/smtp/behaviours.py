"""How mail servers misbehave, by name: (script, what the server offers, options of the delivery).

What must become of the mail stands in actions.txt under the same names, `<stage>/<behaviour>`.
"""

from receiver import DROP, HALF_CLOSE, SILENCE, STOP_READING, Slow

LONG = b"x" * 5000
GIANT_LINE = b"250 " + LONG + b"\r\n"
GIANT_REPLY = b"".join(b"250-line\r\n" for _ in range(20000)) + b"250 end\r\n"
PIPELINING = ("PIPELINING",)
STARTTLS = ("STARTTLS",)

# In each stage that waits for an answer.
ANSWERS = {
    "drop": DROP,
    "half_close": HALF_CLOSE,
    "black_hole": SILENCE,
    "too_slow": Slow(b"250-" + LONG[:60] + b"\r\n250 ok\r\n", 0.05),
    "giant_line": GIANT_LINE,
    "giant_reply": GIANT_REPLY,
    "garbage": b"\x16\x03\x01\x00\xff hello?\r\n",
    "bare_line_feed": b"250 ok\n250 ok\r\n",
    "two_codes_in_one": b"250-ok\r\n550 no\r\n",
    "closing": b"421 4.3.2 closing\r\n",
}
STAGES = ("greeting", "hello", "mail", "recipient", "data", "dot")

BEHAVIOURS = {f"{stage}/{name}": ({stage: action}, (), []) for stage in STAGES for name, action in ANSWERS.items()}


def add(name, script, extensions=(), *options):
    BEHAVIOURS[name] = (script, extensions, list(options))


# Nothing goes wrong, however it is said.
add("usual/plain", {})
add("usual/pipelined", {}, PIPELINING)
add("usual/helo_only", {"hello": b"502 5.5.1 what\r\n"})
add("usual/slow_answers", {stage: Slow(b"250 ok\r\n", 0.02) for stage in ("mail", "recipient", "dot")})
add("usual/long_answers", {stage: b"250-one\r\n250-two\r\n250 three\r\n" for stage in ("mail", "recipient", "dot")})
add("usual/no_text", {stage: b"250\r\n" for stage in ("mail", "recipient", "dot")})

# Refusals.
add("greeting/refused", {"greeting": b"554 5.7.1 not you\r\n"})
add("greeting/busy", {"greeting": b"450 4.3.2 busy\r\n"})
add("hello/refused", {"hello": b"550 bad name\r\n", "helo": b"550 bad name\r\n"})
add("mail/later", {"mail": b"451 4.3.0 later\r\n"})
add("mail/too_fast", {"mail": b"450 4.7.28 unusual rate\r\n"})
add("mail/yahoo", {"mail": b"421 4.7.0 [TSS04] Messages temporarily deferred\r\n"})
add("mail/login_needed", {"mail": b"530 5.7.0 Authentication required\r\n"})
add("mail/sender_refused", {"mail": b"553 5.1.8 sender domain\r\n"})
add("mail/too_large", {"mail": b"552 5.3.4 too big\r\n"})
add("mail/announced_too_small", {}, ("SIZE 100",))
add("recipient/unknown", {"recipient": b"550 5.1.1 no such user\r\n"})
add("recipient/unknown_pipelined", {"recipient": b"550 5.1.1 no such user\r\n", "data": b"554 5.5.1 no recipients\r\n"},
    PIPELINING)
add("recipient/unknown_but_354", {"recipient": b"550 5.1.1 no such user\r\n"}, PIPELINING)
add("recipient/unknown_in_words", {"recipient": b"550 User unknown\r\n"})
add("recipient/unknown_in_lines", {"recipient": b"550-5.1.1 The account does not exist\r\n550 5.1.1 see example.test\r\n"})
add("recipient/takes_no_mail", {"recipient": b"556 no mail here\r\n"})
add("recipient/full", {"recipient": b"552 5.2.2 over quota\r\n"})
add("recipient/full_for_now", {"recipient": b"452 4.2.2 full\r\n"})
add("recipient/greylisted", {"recipient": b"450 4.7.1 Greylisted\r\n"})
add("recipient/blocklisted", {"recipient": b"550 listed by Spamhaus, user unknown\r\n"})
add("recipient/relay_denied", {"recipient": b"550 5.7.1 relaying denied\r\n"})
add("recipient/no_route", {"recipient": b"550 5.4.1 no answer from host\r\n"})
add("recipient/no_reason", {"recipient": b"550 no\r\n"})
add("recipient/microsoft", {"recipient": b"550 5.7.515 Access denied\r\n"})
add("data/later", {"data": b"451 4.3.0 later\r\n"})
add("data/refused", {"data": b"554 5.7.1 no\r\n"})
add("data/positive", {"data": b"250 ok\r\n"})
add("data/out_of_order", {"data": b"503 5.5.1 order\r\n"})
add("dot/later", {"dot": b"451 4.3.0 later\r\n"})
add("dot/refused", {"dot": b"554 5.7.1 content\r\n"})
add("dot/unauthenticated", {"dot": b"550 5.7.26 unauthenticated\r\n"})
add("dot/full", {"dot": b"552 mailbox full\r\n"})
add("dot/unknown", {"dot": b"550 5.1.1 no such user\r\n"})
add("dot/bad_mail", {"dot": b"550 5.6.0 bad mail\r\n"})
add("dot/go_on", {"dot": b"354 go on\r\n"})

# Answers to nothing.
add("mail/answers_twice", {"mail": b"250 ok\r\n250 ok\r\n"})
add("data/answers_the_end_too", {"data": b"354 go\r\n250 taken\r\n"})
add("body/refused_early", {"body": b"552 5.3.4 too big\r\n"}, (), "--bytes", "8000000")
add("body/praised_early", {"body": b"250 taken\r\n"}, (), "--bytes", "8000000")
add("body/drop", {"body": DROP}, (), "--bytes", "8000000")
add("body/not_read", {"body": STOP_READING}, (), "--bytes", "8000000")

# TLS, where it is better than nothing.
add("start_tls/usual", {}, STARTTLS)
add("start_tls/not_now", {"start_tls": b"454 4.7.0 not now\r\n"}, STARTTLS)
add("start_tls/unknown", {"start_tls": b"500 5.5.1 what\r\n"}, STARTTLS)
add("start_tls/drop", {"start_tls": DROP}, STARTTLS)
add("start_tls/black_hole", {"start_tls": SILENCE}, STARTTLS)
add("start_tls/injected", {"start_tls": b"220 go\r\n250-evil\r\n250 PIPELINING\r\n"}, STARTTLS)
add("start_tls/no_handshake", {"start_tls": b"220 go\r\nthis is no handshake\r\n"}, STARTTLS, "no certificate")

# After the mail nothing counts any more.
add("quit/drop", {"quit": DROP})
add("quit/black_hole", {"quit": SILENCE})
add("quit/garbage", {"quit": GIANT_LINE})
add("reset/drop", {"recipient": b"550 5.1.1 no such user\r\n", "reset": DROP})
add("reset/refused", {"recipient": b"550 5.1.1 no such user\r\n", "reset": b"500 what\r\n"})
add("connect/refused", None)
